import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseMasterFile } from '@srvkit/dns';
import { dig } from './dig.ts';
import type { DigReply } from './dig.ts';
import { judgeTest } from './judge-test.ts';
import { startNamed } from './named.ts';
import { serve } from './serve.ts';

const FIXTURE = join(import.meta.dirname, '../../fixtures/interop/every-type.zone');

judgeTest(['named', 'dig'], 'our server answers every kind of question as named does', async (t) => {
  const text = await readFile(FIXTURE, 'utf8');
  const [named, ours] = [await startNamed(t, { zones: [{ origin: 'contoso.com', text }] }), await serve(t, { zones: [text] })];
  const types = ['A', 'SRV', 'CNAME', 'NS', 'PTR'];
  const existing = [...new Set(parseMasterFile(text).map(({ name }) => name.toString()))];
  const others = [
    'nothing',
    '_tcp.east',
    '_vlmcs._udp.east',
    'in-addr.arpa',
    'below.kms-e1.east',
    'below.kms.east',
    'some.wild',
    'two.labels.wild',
    'wild',
    'host.branch',
    '_vlmcs._tcp.branch',
    'KMS.EAST',
    'mixed',
  ].map((name) => `${name}.contoso.com.`);
  const questions = [...existing, ...others, 'example.org.', '.'].flatMap((name) => types.flatMap((type) => [name, type]));
  const [theirs, our] = await Promise.all([
    dig(named, '+tcp', '+keepopen', ...questions),
    dig(ours.address, '+tcp', '+keepopen', ...questions),
  ]);
  for (const [index, reply] of theirs.entries()) {
    const question = questions.slice(2 * index, 2 * index + 2).join(' ');
    t.deepEqual(comparable(our[index]), comparable(reply), question);
    // What goes along with an answer is at a server's discretion; ours gives at least what named gives.
    for (const record of reply.additional) t.true(our[index]?.additional.includes(record), `${question}: ${record}`);
  }
});

function comparable(reply: DigReply | undefined): unknown {
  if (reply === undefined) return undefined;
  const { status, flags, answer, authority } = reply;
  return { status, flags, answer: answer.toSorted(), authority: authority.toSorted() };
}
