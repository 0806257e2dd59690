import test from 'ava';
import { styleFor } from '../src/render/style.ts';
import { lineOf } from '../src/render/watch-line.ts';
import type { WatchLine } from '../src/render/watch-line.ts';

const PLAIN = styleFor({ write: () => {}, isTerminal: false });

const cases: readonly { line: WatchLine; says: string }[] = [
  {
    line: { event: 'watching', service: '_vlmcs._tcp', target: 'kms1.contoso.com.', journal: null, metrics: null },
    says: 'watching _vlmcs._tcp of kms1.contoso.com.\n',
  },
  {
    line: { event: 'watching', service: '_vlmcs._tcp', target: 'kms1.contoso.com.', journal: 'a\u001b[2J.json', metrics: '127.0.0.1:9464' },
    says: 'watching _vlmcs._tcp of kms1.contoso.com., journal a\\027[2J.json, metrics at 127.0.0.1:9464\n',
  },
  { line: { event: 'log', id: 12_294, domain: 'contoso.com.' }, says: 'event 12294 contoso.com.\n' },
  {
    line: { event: 'log', id: 12_293, domain: 'contoso.com.', code: { hresult: '0x8007232D', symbol: 'DNS_ERROR_RCODE_REFUSED' } },
    says: 'event 12293 contoso.com. 0x8007232D DNS_ERROR_RCODE_REFUSED\n',
  },
  { line: { event: 'failed', reason: 'refresh', message: 'the disk\nis full' }, says: 'refresh: failed: the disk\\010is full\n' },
  { line: { event: 'stage', stage: 'inService' }, says: 'in service\n' },
  {
    line: { event: 'settings', file: 'kms1.reg', outcome: 'rejected', message: 'kms1.reg:4:1: no value' },
    says: 'settings: the last good ones hold, kms1.reg:4:1: no value\n',
  },
  { line: { event: 'settings', file: 'kms1.reg', outcome: 'read', message: null }, says: 'settings: kms1.reg has changed\n' },
  { line: { event: 'stopped' }, says: 'stopped\n' },
];
for (const { line, says } of cases) {
  test(`a watch says: ${JSON.stringify(says)}`, (t) => t.is(lineOf(line, PLAIN), says));
}

test('a publish is told as by publish, with its reason in front', (t) => {
  const report = { v: 1, service: '_vlmcs._tcp', outcome: 'unchanged', zones: [], events: [], warnings: [] } as const;
  t.is(lineOf({ event: 'published', reason: 'refresh', report }, PLAIN), 'refresh: unchanged\n');
});
