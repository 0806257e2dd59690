import type { DiscoveryRequest } from '@srvkit/discovery';
import type { Ports } from './ports.ts';
import type { ResolveLimits } from './resolve-options.ts';
import type { Trace } from './trace.ts';

/** What belongs to one pass of one resolution. */
export interface PassContext {
  readonly request: DiscoveryRequest;
  readonly ports: Ports;
  readonly limits: ResolveLimits;
  readonly trace: Trace;
  /** Ends everything: the caller's wish, or the resolver's end. */
  readonly signal: AbortSignal;
  /** By the clock of `ports.timers`. */
  readonly deadlineAt: number;
  /** Not the first pass: the answer cache is not asked (srv U8). */
  readonly isRepeated: boolean;
}
