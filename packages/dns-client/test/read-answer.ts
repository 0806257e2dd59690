import { formatRecord } from '@srvkit/dns';
import type { Question, ResourceRecord } from '@srvkit/dns';
import type { Answer } from '../src/answer.ts';
import { question } from './messages.ts';
import type { ResponseParts } from './messages.ts';

export const OWNER = '_x._tcp.example.org.';
export const asked: Question = question(OWNER);
export const SOA = 'example.org. 900 IN SOA ns.example.org. root.example.org. 7 1 1 1 300';

/** `record()`s of the set, and `A`s, in few words. */
export const srv = (rdata: string, ttl = 60, owner: string = OWNER): string => `${owner} ${ttl} IN SRV ${rdata}`;

export interface Case {
  readonly title: string;
  readonly parts: ResponseParts;
  readonly question?: Question;
  readonly want: object;
}

export function summary(answer: Answer): object {
  const { kind, chain, dropped, warnings } = answer;
  const lists = {
    records: kind === 'records' ? rdata(answer.records) : [],
    additional: kind === 'records' ? rdata(answer.additional) : [],
    chain: chain.map(String),
    dropped: dropped.map(({ record, why }) => `${why} ${rdata([record])[0] ?? ''}`),
    warnings: warnings.map(({ code }) => code),
  };
  return {
    kind,
    ...(kind === 'failed' ? { why: answer.why } : { ttl: answer.ttl }),
    ...(kind === 'alias' ? { target: answer.target.toString() } : {}),
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
  };
}

export function rdata(records: readonly ResourceRecord[]): string[] {
  return records.map((record) =>
    formatRecord(record)
      .replace(/^\S+\s+\d+\s+\S+\s+\S+\s+/, '')
      .trim(),
  );
}
