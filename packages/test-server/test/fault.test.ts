import { readFileSync } from 'node:fs';
import test from 'ava';
import { makeMessage, ParseError } from '@srvkit/dns';
import type { Message } from '@srvkit/dns';
import { faultNames, faultsFor, parseFault } from '../src/fault.ts';
import { name } from './sample-zone.ts';

const REQUEST = makeMessage({ id: 1, question: [{ name: name('a'), type: 'SRV', class: 'IN' }] });
const REPLY: Message = {
  ...REQUEST,
  response: true,
  answer: [{ name: name('a'), type: 'TXT', class: 'IN', ttl: 1, rdata: { type: 'EMPTY' } }],
};

for (const { text, fault, target } of [
  { text: '*=drop', fault: 'drop', target: '*' },
  { text: 'a.example.org=servfail', fault: 'servfail', target: 'a.example.org.' },
  { text: '_vlmcs._tcp.example.org.=delay:200ms', fault: 'delay:200ms', target: '_vlmcs._tcp.example.org.' },
  { text: 'a=b.example.org=refused', fault: 'refused', target: 'a=b.example.org.' },
]) {
  test(`${text} is read as ${fault} for ${target}`, (t) => {
    const parsed = parseFault(text);
    t.is(parsed.text, fault);
    t.is(parsed.name.toString(), target);
  });
}

for (const { text, says } of [
  { text: 'drop', says: /NAME=KIND/ },
  { text: '=drop', says: /NAME=KIND/ },
  { text: '*=', says: /there is no fault ""/ },
  { text: '*=explode', says: /there is no fault "explode": take one of drop, servfail, refused, formerr/ },
  { text: '*=constructor', says: /there is no fault/ },
  { text: '*=drop:1', says: /takes no argument/ },
  { text: '*=delay', says: /say how long/ },
  { text: '*=delay:', says: /say how long/ },
  { text: '*=delay:soon', says: /say how long/ },
  { text: '*=delay:-1', says: /say how long/ },
  { text: '*=delay:1.5s', says: /say how long/ },
  { text: '*=delay:5m:1', says: /say how long/ },
  { text: '*=delay:25d', says: /24 days/ },
  { text: '*=delay:9999999999', says: /24 days/ },
  { text: 'a..b=drop', says: /empty label/ },
  { text: 'caf\u00e9.example.org=drop', says: /A-label/ },
]) {
  test(`the fault ${JSON.stringify(text)} is refused`, (t) => {
    const error = t.throws(() => parseFault(text), { instanceOf: ParseError, message: says });
    t.is(error?.code, 'BAD_FAULT');
  });
}

test('faults meet the requests that ask for their name, in their order', (t) => {
  const faults = ['*=delay:1', 'b.example.org=drop', 'A.example.ORG=truncate'].map(parseFault);
  t.deepEqual(
    faultsFor(faults, REQUEST).map((fault) => fault.text),
    ['delay:1', 'truncate'],
  );
  t.deepEqual(
    faultsFor(faults, makeMessage({ id: 1 })).map((fault) => fault.text),
    ['delay:1'],
  );
});

test('drop answers nothing', (t) => {
  t.is(effect('drop').instead?.(REQUEST), undefined);
});

for (const { kind, rcode } of [
  { kind: 'servfail', rcode: 'SERVFAIL' },
  { kind: 'refused', rcode: 'REFUSED' },
]) {
  test(`${kind} answers ${rcode} and nothing else`, (t) => {
    t.like(effect(kind).instead?.(REQUEST), { id: 1, response: true, rcode, question: REQUEST.question, answer: [], authority: [] });
  });
}

for (const { text, delayMs } of [
  { text: 'delay:200ms', delayMs: 200 },
  { text: 'delay:3s', delayMs: 3000 },
  { text: 'delay:15m', delayMs: 900_000 },
  { text: 'delay:250', delayMs: 250 },
  { text: 'delay:2147483647', delayMs: 2_147_483_647 },
  { text: 'delay:1d', delayMs: 86_400_000 },
  { text: 'delay:0', delayMs: 0 },
]) {
  test(`${text} is ${delayMs} ms`, (t) => {
    t.deepEqual(effect(text), { delayMs });
  });
}

test('truncate empties a reply over UDP and leaves one over TCP alone', (t) => {
  const { reshape } = effect('truncate');
  t.like(reshape?.(REPLY, 'udp'), { truncated: true, answer: [], question: REQUEST.question });
  t.is(reshape?.(REPLY, 'tcp'), REPLY);
});

test('wrong-id changes the id and nothing else, on a copy', (t) => {
  const bytes = Uint8Array.of(0x12, 0x34, 0x56);
  const garbled = effect('wrong-id').garble?.(bytes, { requestBytes: bytes, request: REQUEST, reply: REPLY, transport: 'udp' });
  t.deepEqual([...(garbled ?? [])].slice(2), [0x56]);
  t.notDeepEqual([...(garbled ?? [])].slice(0, 2), [0x12, 0x34]);
  t.deepEqual([...bytes], [0x12, 0x34, 0x56]);
});

for (const page of ['packages/test-server/README.md', 'docs/cli.md']) {
  test(`${page} has every fault and set by name`, (t) => {
    const text = readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8');
    t.deepEqual(
      faultNames().filter((kind) => !new RegExp(`[\`=]${kind}[\`:]`).test(text)),
      [],
    );
  });
}

function effect(kind: string): ReturnType<typeof parseFault>['effect'] {
  return parseFault(`*=${kind}`).effect;
}
