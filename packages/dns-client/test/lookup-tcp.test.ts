import { encodeMessage } from '@srvkit/dns';
import test from 'ava';
import { question, response } from './messages.ts';
import type { Request } from './peer.ts';
import { answer, clientOf, good, NAME, peerOf, SRV } from './served-lookup.ts';

test('TC is asked again over TCP, and the partial set is thrown away', async (t) => {
  const peer = await peerOf(t, (request) =>
    request.reply(
      answer(request, request.transport === 'udp' ? { truncated: true, answer: [SRV] } : { answer: [SRV, SRV.replace(' a.', ' b.')] }),
    ),
  );
  const lookup = await clientOf(t, [peer]).lookup(NAME, 'SRV');
  t.is(lookup.records.length, 2);
  t.deepEqual(
    lookup.tries.map(({ transport, outcome }) => `${transport} ${outcome}`),
    ['udp truncated', 'tcp answered'],
  );
});

const TCP_TROUBLE: readonly { title: string; act: (request: Request) => void; outcome: string }[] = [
  { title: 'silent', act: () => {}, outcome: 'timeout' },
  { title: 'closing', act: (request) => request.hangUp(), outcome: 'closed' },
  { title: 'stopping in the middle', act: (request) => request.raw(Uint8Array.of(0, 200, 1, 2, 3)), outcome: 'timeout' },
  { title: 'answering another id', act: (request) => request.reply(answer(request, { id: request.message.id ^ 1 })), outcome: 'timeout' },
  {
    title: 'answering another question',
    act: (request) => request.reply(encodeMessage(response(question('y.example'), { id: request.message.id }))),
    outcome: 'timeout',
  },
  { title: 'answering TC again', act: (request) => request.reply(answer(request, { truncated: true })), outcome: 'truncated' },
  { title: 'answering garbage', act: (request) => request.reply(Buffer.concat([answer(request), Uint8Array.of(1)])), outcome: 'garbage' },
];

for (const { title, act, outcome } of TCP_TROUBLE) {
  test(`TC, then TCP ${title}: a failure, and the next server is asked`, async (t) => {
    const bad = await peerOf(t, (request) =>
      request.transport === 'udp' ? request.reply(answer(request, { truncated: true, answer: [SRV] })) : act(request),
    );
    const next = await peerOf(t, good);
    const options = outcome === 'timeout' ? { tcpTimeoutMs: 100 } : {};
    const lookup = await clientOf(t, [bad, next], options).lookup(NAME, 'SRV');
    t.like(lookup, { kind: 'records', server: next.address });
    t.deepEqual(
      lookup.tries.map(({ transport, outcome }) => `${transport} ${outcome}`),
      ['udp truncated', `tcp ${outcome}`, 'udp answered'],
    );
    const alone = await clientOf(t, [bad], options).lookup(NAME, 'SRV');
    t.like(alone, { kind: 'failed', ttl: null, records: [] });
  });
}

test('octets dribbling in over TCP make one message', async (t) => {
  const peer = await peerOf(t, (request) => {
    if (request.transport === 'udp') {
      request.reply(answer(request, { truncated: true }));
      return;
    }
    const message = answer(request);
    const framed = Buffer.concat([Uint8Array.of(0, message.length), message]);
    for (const octet of framed) request.raw(Uint8Array.of(octet));
  });
  t.is((await clientOf(t, [peer]).lookup(NAME, 'SRV')).kind, 'records');
});
