import diagnosticsChannel from 'node:diagnostics_channel';
import type { CachedHost, Decision } from '@srvkit/discovery';
import type { HealthChange } from './host-health.ts';
import type { Attempt, Resolution, ResolutionLookup } from './resolution.ts';

interface Messages {
  lookup: { readonly service: string; readonly lookup: ResolutionLookup };
  /** When it is over. `error`: what the probe threw, if it did. */
  attempt: { readonly service: string; readonly attempt: Attempt; readonly error?: unknown };
  recall: { readonly service: string; readonly scope: string; readonly host: CachedHost | undefined };
  remember: { readonly service: string; readonly host: CachedHost };
  decision: { readonly service: string; readonly decision: Decision };
  /** `probing`: its penalty is over, and one attempt finds out how it is. */
  health: {
    readonly service: string;
    readonly target: string;
    readonly port: number;
    readonly change: HealthChange | { readonly kind: 'probing'; readonly failures: number };
  };
  resolution: { readonly service: string; readonly resolution: Resolution };
}

const CHANNELS = {
  lookup: diagnosticsChannel.channel('srvkit:lookup'),
  attempt: diagnosticsChannel.channel('srvkit:attempt'),
  recall: diagnosticsChannel.channel('srvkit:recall'),
  remember: diagnosticsChannel.channel('srvkit:remember'),
  decision: diagnosticsChannel.channel('srvkit:decision'),
  health: diagnosticsChannel.channel('srvkit:health'),
  resolution: diagnosticsChannel.channel('srvkit:resolution'),
};

/** Whether anybody listens: where a step is taken by the million, its message need not be made for nobody. */
export function isHeard(kind: keyof Messages): boolean {
  return CHANNELS[kind].hasSubscribers;
}

/** Publishes a step on `srvkit:KIND` (node:diagnostics_channel). Costs next to nothing when nobody listens. */
export function publish<K extends keyof Messages>(kind: K, message: Messages[K]): void {
  const channel = CHANNELS[kind];
  if (channel.hasSubscribers) channel.publish(message);
}
