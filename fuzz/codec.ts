import * as fc from 'fast-check';
import type { Message } from '@srvkit/dns';
import { PROPERTIES, shown } from '../packages/dns/test/codec-properties.ts';
import { outcomeOf } from './target.ts';
import type { FuzzTarget } from './target.ts';

/** The codec of `@srvkit/dns`. */
export async function codec(): Promise<FuzzTarget> {
  const properties = PROPERTIES.map(({ title, property }) => ({
    title,
    check: async (how: { readonly seed: number; readonly numRuns: number }) =>
      outcomeOf(fc.check<[Message] | [Uint8Array]>(property, how), ([value]) => shown(value)),
  }));
  return { properties, close: async () => {} };
}
