import type { DomainName, ResourceRecord } from '@srvkit/dns';

const QUESTION_AT = 12; // the question follows the header, its name spelled out

/**
 * An SRV record whose target points into the question, as servers send it that do not know RFC 2782's "no name compression" (srv M5).
 * Only for messages that have this question; other records, and targets that share nothing with it, stay as they are.
 */
export function compressTarget(record: ResourceRecord, question: DomainName | undefined): ResourceRecord {
  const { rdata } = record;
  if (rdata.type !== 'SRV' || question === undefined) return record;
  const target = Buffer.from(rdata.target.wire);
  for (let from = 0; from < target.length - 1; from += (target[from] ?? 0) + 1) {
    const at = labelStart(question.wire, target.subarray(from));
    if (at === undefined) continue;
    const pointer = 0xc000 | (QUESTION_AT + at);
    const { priority, weight, port } = rdata;
    const fixed = Buffer.alloc(6);
    for (const [index, value] of [priority, weight, port].entries()) fixed.writeUInt16BE(value, index * 2);
    return {
      ...record,
      rdata: { type: 'UNKNOWN', bytes: Buffer.concat([fixed, target.subarray(0, from), Uint8Array.of(pointer >> 8, pointer & 0xff)]) },
    };
  }
  return record;
}

// Where in `name` the labels of `end` are its last ones.
function labelStart(name: Uint8Array, end: Buffer): number | undefined {
  for (let at = 0; at < name.length - 1; at += (name[at] ?? 0) + 1) {
    if (end.equals(name.subarray(at))) return at;
  }
  return undefined;
}
