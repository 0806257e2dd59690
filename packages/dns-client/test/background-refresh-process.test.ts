import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { encodeMessage } from '@srvkit/dns';
import test from 'ava';
import { question, response } from './messages.ts';
import { createPeer } from './peer.ts';

for (const silent of ['udp', 'tcp'] as const) {
  test(`a refresh that meets silence over ${silent.toUpperCase()} keeps no process alive`, async (t) => {
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const peer = await createPeer(({ message, transport, reply }) => {
      const [about = question('.')] = message.question;
      const isFirst = peer.requests.length === 1;
      const answer = isFirst ? ['_x._tcp.example.org. 100 IN SRV 1 2 3 a.example.org.'] : [];
      if (!isFirst && transport === silent) ask();
      else reply(encodeMessage(response(about, { id: message.id, answer, truncated: !isFirst })));
    });
    t.teardown(peer.close);
    const child = spawn(process.execPath, [join(import.meta.dirname, 'refresh-and-end.ts'), peer.address]);
    t.teardown(() => child.kill());
    const printed = text(child.stdout);
    const ended = once(child, 'exit');
    await asked;
    child.stdin.end();
    t.deepEqual(await ended, [0, null]);
    t.is(await printed, 'true\n');
  });
}
