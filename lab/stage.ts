import type { Child } from './child.ts';
import type { ClientQuestion, ClientStart, PlayedPass } from './client-process.ts';

/** `loopback`, or network namespaces. */
export type Variant = 'loopback' | 'netns';

/** Where a scenario is played for real: hosts that run, DNS that knows them, and a place for the clients of each site. */
export interface Stage {
  readonly variant: Variant;
  /** Starts a process for clients of a site. */
  startClients(site: string, start: Omit<ClientStart, 'servers' | 'localAddress'>): Promise<ClientProcess>;
  /** What the timeline wants: each ends when it is done. */
  crash(host: string): Promise<void>;
  restore(host: string): Promise<void>;
  /** Cuts the sites off from each other, and joins them again. */
  partition(): Promise<void>;
  repair(): Promise<void>;
  /** Ends every process and leaves nothing behind. */
  close(): Promise<void>;
}

export type ClientProcess = Child<ClientQuestion, readonly PlayedPass[]>;
