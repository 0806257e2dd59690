import type { NsRdata } from '../record.ts';
import type { RdataCodec } from './rdata-codec.ts';
import { targetCodec } from './target.ts';

/** RFC 1035 section 3.3.11. */
export const nsCodec: RdataCodec<NsRdata> = targetCodec((target) => ({ type: 'NS', target }), 'NS');
