import type { FaultEffect } from '../fault.ts';

/** Two effects as one: the first's stages before the second's, the earlier answer when both answer, delays added up. */
export function joinEffects(a: FaultEffect, b: FaultEffect): FaultEffect {
  return {
    ...b,
    ...a,
    clockAheadMs: (a.clockAheadMs ?? 0) + (b.clockAheadMs ?? 0),
    delayMs: (a.delayMs ?? 0) + (b.delayMs ?? 0),
    rules: { ...a.rules, ...b.rules },
    refuse: (request) => a.refuse?.(request) ?? b.refuse?.(request),
    suspect: (verdict) => {
      const suspected = a.suspect?.(verdict) ?? verdict;
      return b.suspect?.(suspected) ?? suspected;
    },
    settle: (answer, request) => {
      const settled = a.settle?.(answer, request) ?? answer;
      return b.settle?.(settled, request) ?? settled;
    },
    reshape: (reply, transport) => {
      const reshaped = a.reshape?.(reply, transport) ?? reply;
      return b.reshape?.(reshaped, transport) ?? reshaped;
    },
    rewrite: (bytes) => {
      const rewritten = a.rewrite?.(bytes) ?? bytes;
      return b.rewrite?.(rewritten) ?? rewritten;
    },
    garble: (bytes, sent) => {
      const garbled = a.garble === undefined ? bytes : a.garble(bytes, sent);
      return garbled === undefined || b.garble === undefined ? garbled : b.garble(garbled, sent);
    },
  };
}
