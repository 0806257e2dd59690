import { decodeMessage, encodeMessage, makeMessage, parseDomainName } from '@srvkit/dns';
import type { Message, ResourceRecord } from '@srvkit/dns';
import packet from 'dns-packet';
import { compare, nanosecondsARun } from './compare.ts';
import type { Row } from './row.ts';

const RUNS = 10_000;

/** The codec beside dns-packet: an answer with 4 SRV and 4 A records decoded to domain names, the same answer encoded, a query encoded. */
export async function codecRows(): Promise<Row[]> {
  const answer = srvAnswer();
  const answerOctets = encodeMessage(answer);
  const peerOctets = Buffer.from(answerOctets);
  const peerAnswer = packet.decode(peerOctets);
  const query = makeMessage({ id: 7, recursionDesired: true, question: answer.question, edns: answer.edns });
  const peerQuery = packet.decode(Buffer.from(encodeMessage(query)));
  return [
    await row(
      'decode 4 SRV + 4 A',
      5,
      () => decodeMessage(answerOctets),
      () => packet.decode(peerOctets),
    ),
    await row(
      'encode 4 SRV + 4 A',
      4,
      () => encodeMessage(answer),
      () => packet.encode(peerAnswer),
    ),
    await row(
      'encode a query',
      1,
      () => encodeMessage(query),
      () => packet.encode(peerQuery),
    ),
  ];
}

function row(name: string, times: number, ours: () => unknown, peer: () => unknown): Promise<Row> {
  return compare({
    name,
    unit: 'ns',
    target: { kind: 'times as fast', bound: times },
    ours: () => nanosecondsARun(ours, RUNS),
    peer: { name: 'dns-packet', turn: () => nanosecondsARun(peer, RUNS) },
  });
}

function srvAnswer(): Message {
  const name = parseDomainName('_vlmcs._tcp.east.contoso.com.');
  const hosts = ['kms-e1.east', 'kms-e2.east', 'kms-w1.west', 'kms-w2.west'].map((host) => parseDomainName(`${host}.contoso.com.`));
  const answer: ResourceRecord[] = hosts.map((target, at) => ({
    name,
    type: 'SRV',
    class: 'IN',
    ttl: 3600,
    rdata: { type: 'SRV', priority: at < 2 ? 0 : 10, weight: 50, port: 1688, target },
  }));
  const additional: ResourceRecord[] = hosts.map((host, at) => ({
    name: host,
    type: 'A',
    class: 'IN',
    ttl: 3600,
    rdata: { type: 'A', address: `192.0.2.${at + 1}` },
  }));
  return makeMessage({
    id: 7,
    response: true,
    authoritative: true,
    recursionDesired: true,
    question: [{ name, type: 'SRV', class: 'IN' }],
    answer,
    additional,
    edns: { udpPayloadSize: 1232, version: 0, dnssecOk: false, options: [] },
  });
}
