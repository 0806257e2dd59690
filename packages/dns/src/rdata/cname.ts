import type { CnameRdata } from '../record.ts';
import type { RdataCodec } from './rdata-codec.ts';
import { targetCodec } from './target.ts';

/** RFC 1035 section 3.3.1. */
export const cnameCodec: RdataCodec<CnameRdata> = targetCodec((target) => ({ type: 'CNAME', target }), 'CNAME');
