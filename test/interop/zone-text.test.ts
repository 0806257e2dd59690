import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainName, formatRecord, formatZone, hmacSigner, parseDomainName, parseMasterFile, parseRecord } from '@srvkit/dns';
import type { ResourceRecord } from '@srvkit/dns';
import { createPublisher } from '@srvkit/publisher';
import { pcg32 } from '@srvkit/selection';
import { parseZone } from '@srvkit/test-server/zone';
import type { ExecutionContext } from 'ava';
import { judgeTest } from './judge-test.ts';
import { makeKey } from './key.ts';
import { startNamed } from './named.ts';
import { ODD_LABELS, ODDER_LABELS } from './odd-names.ts';
import { expectSuccess, run } from './program.ts';
import { serve } from './serve.ts';
import { srvkit } from './srvkit.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ORIGIN = 'contoso.com';
const FIXTURE = join(import.meta.dirname, '../../fixtures/interop/every-type.zone');
const CHECKED = ['named-checkzone', 'named-compilezone'] as const;

judgeTest(CHECKED, 'what srvkit zone print makes of a zone with everything in it, BIND accepts and reads like the original', async (t) => {
  const { status, stdout, stderr } = await srvkit('zone', 'print', `${ORIGIN}=${FIXTURE}`);
  t.like({ status, stderr }, { status: 0, stderr: '' });
  const printed = await inFile(t, stdout);
  await expectSuccess('named-checkzone', ['-i', 'local', ORIGIN, printed]);
  t.is(await compile(printed, 'full'), await compile(FIXTURE, 'full'));
  t.is((await srvkit('zone', 'print', printed)).stdout, stdout);
});

for (const style of ['full', 'relative'] as const) {
  judgeTest(CHECKED, `we read a zone with everything in it as BIND writes it in the ${style} style`, async (t) => {
    const original = parseMasterFile(await readFile(FIXTURE, 'utf8'), { origin: parseDomainName(ORIGIN) });
    t.deepEqual(linesOf(parseMasterFile(await compile(FIXTURE, style))), linesOf(original));
  });
}

judgeTest(CHECKED, 'names and texts of random octets mean the same to BIND and to us', async (t) => {
  const records = randomRecords(400);
  const printed = await inFile(t, formatZone(records));
  t.deepEqual(linesOf(parseMasterFile(await compile(printed, 'relative'))), linesOf(records));
});

judgeTest(CHECKED, 'a zone that was served and updated is printed in a form that BIND accepts', async (t) => {
  const key = makeKey();
  const server = await serve(t, { zones: [parseZone(await readFile(FIXTURE, 'utf8'))], keys: [key] });
  const report = await createPublisher({ server: server.address, signer: hmacSigner(key) }).publish({
    service: '_vlmcs._tcp',
    target: parseDomainName('kms-w1.west.contoso.com'),
    port: 1688,
    entries: [{ domain: parseDomainName('west.contoso.com'), priority: 10, weight: 75 }],
  });
  t.is(report.outcome, 'published');
  const printed = await inFile(t, formatZone([...(server.zones.get('contoso.com.')?.records() ?? [])]));
  await expectSuccess('named-checkzone', ['-i', 'local', ORIGIN, printed]);
  t.regex(await compile(printed, 'full'), /^_vlmcs\._tcp\.west\.contoso\.com\.\s+3600 IN SRV\s+10 75 1688 kms-w1\.west\.contoso\.com\.$/m);
});

judgeTest(
  CHECKED,
  'odd but lawful names go from the command line into a zone, out by a transfer, and BIND reads what is printed',
  async (t) => {
    const key = makeKey();
    const server = await serve(t, { zones: [parseZone(await readFile(FIXTURE, 'utf8'))], keys: [key] });
    const keyFile = await inFile(t, `hmac-sha256:east-key:${Buffer.from(key.secret).toString('base64')}`);
    await chmod(keyFile, 0o600);
    const at = ['--server', server.address, '--tsig-key', keyFile];
    const labels = ['*', ...ODD_LABELS, ...ODDER_LABELS];
    const domains = labels.map((label) => `--domain=${label}.${ORIGIN}`);
    for (const label of labels) {
      const published = await srvkit('publish', `--target=${label}.${ORIGIN}`, ...domains, '--weight', WEIGHT, ...at);
      t.like(published, { status: 0, stderr: '' }, label);
    }
    const { stdout } = await srvkit('zone', 'print', ORIGIN, ...at);
    const held = [...(server.zones.get(`${ORIGIN}.`)?.records() ?? [])];
    t.deepEqual(linesOf(parseMasterFile(stdout)), linesOf(held));
    t.is(held.filter(isOurs).length, labels.length ** 2);
    t.deepEqual(linesOf(parseMasterFile(await compile(await inFile(t, stdout), 'full')).filter(isOurs)), linesOf(held.filter(isOurs)));
  },
);

for (const format of ['+nounknownformat', '+unknownformat'] as const) {
  judgeTest(['named', 'dig'], `we read a zone transfer as dig prints it with ${format}`, async (t) => {
    const text = await readFile(FIXTURE, 'utf8');
    const server = await startNamed(t, { zones: [{ origin: ORIGIN, text }] });
    const [host, port] = server.split(':');
    const transferred = await expectSuccess('dig', [`@${host}`, '-p', `${port}`, '+noall', '+answer', '+onesoa', format, ORIGIN, 'AXFR']);
    t.deepEqual(linesOf(parseMasterFile(transferred)), linesOf(parseMasterFile(text)));
  });
}

judgeTest(['named-checkzone'], 'the judge does refuse a zone that is wrong', async (t) => {
  const wrong = await inFile(t, (await readFile(FIXTURE, 'utf8')).replace('SRV     10 75 1688 kms-e1', 'SRV     10 75 70000 kms-e1'));
  t.is((await run('named-checkzone', ['-i', 'local', ORIGIN, wrong])).status, 1);
});

/** The zone as BIND writes it. It never asks anybody about names outside of the zone. */
function compile(file: string, style: 'full' | 'relative'): Promise<string> {
  return expectSuccess('named-compilezone', ['-q', '-i', 'local', '-k', 'ignore', '-s', style, '-o', '-', ORIGIN, file]);
}

async function inFile(t: ExecutionContext, text: string): Promise<string> {
  const file = join(await temporaryFolder(t), 'printed.zone');
  await writeFile(file, text);
  return file;
}

const WEIGHT = '7';

function isOurs({ rdata }: ResourceRecord): boolean {
  return rdata.type === 'SRV' && rdata.weight === Number(WEIGHT);
}

function linesOf(records: readonly ResourceRecord[]): readonly string[] {
  return records.map((record) => formatRecord(record)).toSorted();
}

/** Records with any octets in their owners, targets, texts and data; always the same ones. */
function randomRecords(count: number): readonly ResourceRecord[] {
  const random = pcg32(2136);
  const octets = (least: number, most: number): Uint8Array =>
    Uint8Array.from({ length: least + random.below(most - least + 1) }, () => random.below(256));
  const name = (): DomainName => {
    const labels = Array.from({ length: 1 + random.below(3) }, () => octets(1, 12)).flatMap((label) => [label.length, ...label]);
    return DomainName.fromWire(Uint8Array.from([...labels, 0])).under(parseDomainName(ORIGIN));
  };
  const makers: readonly (() => Pick<ResourceRecord, 'type' | 'rdata'>)[] = [
    () => ({ type: 'TXT', rdata: { type: 'TXT', strings: Array.from({ length: 1 + random.below(3) }, () => octets(0, 60)) } }),
    () => ({
      type: 'SRV',
      rdata: { type: 'SRV', priority: random.below(65_536), weight: random.below(65_536), port: random.below(65_536), target: name() },
    }),
    () => ({ type: 'PTR', rdata: { type: 'PTR', target: name() } }),
    () => ({ type: `TYPE${65_280 + random.below(250)}`, rdata: { type: 'UNKNOWN', bytes: octets(0, 40) } }),
  ];
  const records = new Map<string, ResourceRecord>();
  while (records.size < count) {
    const owner = name();
    const make = makers[random.below(makers.length)] ?? makers[0]!;
    records.set(owner.key, { name: owner, class: 'IN', ttl: random.below(100_000), ...make() });
  }
  const frame = [`${ORIGIN}. 60 IN SOA dns1.${ORIGIN}. hostmaster.${ORIGIN}. 1 900 600 86400 60`, `${ORIGIN}. 60 IN NS dns1.example.org.`];
  return [...frame.map((line) => parseRecord(line)), ...records.values()];
}
