import { RECORD_TYPE } from '../record.ts';
import type { Rdata } from '../record.ts';
import { aCodec } from './a.ts';
import { aaaaCodec } from './aaaa.ts';
import { cnameCodec } from './cname.ts';
import { expandedCodecs } from './expanded.ts';
import { nsCodec } from './ns.ts';
import { optRecord } from './opt.ts';
import type { PseudoRecord } from './pseudo-record.ts';
import { ptrCodec } from './ptr.ts';
import type { RdataCodec } from './rdata-codec.ts';
import { soaCodec } from './soa.ts';
import { srvCodec } from './srv.ts';
import { tkeyCodec } from './tkey.ts';
import { tsigCodec, tsigRecord } from './tsig.ts';
import { txtCodec } from './txt.ts';
import { emptyCodec, unknownCodec } from './unknown.ts';

type Rows = { readonly [T in Rdata['type']]: RdataCodec<Extract<Rdata, { type: T }>> };

const rows: Rows = {
  A: aCodec,
  AAAA: aaaaCodec,
  NS: nsCodec,
  CNAME: cnameCodec,
  PTR: ptrCodec,
  SOA: soaCodec,
  TXT: txtCodec,
  SRV: srvCodec,
  TSIG: tsigCodec,
  TKEY: tkeyCodec,
  UNKNOWN: unknownCodec,
  EMPTY: emptyCodec,
};

const typeNumbers: Readonly<Record<string, number>> = RECORD_TYPE;
const rowsByNumber: (RdataCodec<Rdata> | undefined)[] = Array.from({ length: 256 });
for (const row of Object.values(rows)) {
  const number = typeNumbers[row.type];
  if (number !== undefined) rowsByNumber[number] = codecFor(row.type);
}
for (const [number, row] of expandedCodecs) rowsByNumber[number] = row;

const pseudoRecords: (PseudoRecord | undefined)[] = Array.from({ length: 256 });
pseudoRecords[RECORD_TYPE.OPT] = optRecord;
pseudoRecords[RECORD_TYPE.TSIG] = tsigRecord;

/** The row that writes and compares RDATA represented as `type`. */
export function codecFor(type: Rdata['type']): RdataCodec<Rdata> {
  return rows[type]; // each row is only ever given RDATA of its own type, which the type system cannot follow from here
}

/** The row that reads the RDATA of a TYPE number; the one for unknown types when there is no other. */
export function codecForNumber(number: number): RdataCodec<Rdata> {
  return rowsByNumber[number] ?? unknown;
}

/** The rules of a TYPE whose record is lifted out of its section. */
export function pseudoRecordFor(number: number): PseudoRecord | undefined {
  return pseudoRecords[number];
}

const unknown: RdataCodec<Rdata> = codecFor('UNKNOWN');
