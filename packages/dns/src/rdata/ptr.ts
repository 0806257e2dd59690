import type { PtrRdata } from '../record.ts';
import type { RdataCodec } from './rdata-codec.ts';
import { targetCodec } from './target.ts';

/** RFC 1035 section 3.3.12. */
export const ptrCodec: RdataCodec<PtrRdata> = targetCodec((target) => ({ type: 'PTR', target }), 'PTR');
