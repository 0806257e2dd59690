import type { DiscoveryRequest } from '@srvkit/discovery';
import type { Cancellation } from './cancellation.ts';
import type { Ports } from './ports.ts';
import type { ResolveLimits } from './resolve-options.ts';
import type { Trace } from './trace.ts';

/** What belongs to one pass of one resolution. */
export interface PassContext {
  readonly request: DiscoveryRequest;
  readonly ports: Ports;
  readonly limits: ResolveLimits;
  readonly trace: Trace;
  readonly cancellation: Cancellation;
  /** By the clock of `ports.timers`. */
  readonly deadlineAt: number;
  /** Not the first pass: the answer cache is not asked (srv U8). */
  readonly isRepeated: boolean;
}
