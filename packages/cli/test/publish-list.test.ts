import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatRegFile, Settings } from '@srvkit/settings';
import type { PublishReport } from '@srvkit/publisher';
import { createTestServer } from '@srvkit/test-server';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { srvkit } from './capture.ts';

// What a host with a publish list would put into DNS (kms P-08 to P-13), from its registry file to the plan.

const CURRENT_VERSION = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const SPP = `${CURRENT_VERSION}\\SoftwareProtectionPlatform`;
const SL = `${CURRENT_VERSION}\\SL`;
const TABLE_5 = ['KMS_E1, 10, 75', 'KMS_E2, 10, 25', 'KMS_W1, 90, 75', 'KMS_W2, 90, 25'];

interface Case {
  readonly title: string;
  readonly list: readonly string[];
  readonly keyPath?: string;
  readonly flags?: readonly string[];
  /** `DOMAIN PRIORITY WEIGHT` of each record that is added. */
  readonly adds: readonly string[];
  readonly findings?: readonly string[];
  readonly warnings?: readonly string[];
}

const cases: readonly Case[] = [
  {
    title: 'each domain of the list gets its own numbers',
    list: ['east.contoso.com, 10, 75', 'west.contoso.com,90,25'],
    adds: ['east.contoso.com. 10 75', 'west.contoso.com. 90 25'],
  },
  {
    title: 'a list that leaves the home domain out publishes it all the same, and says that it beats the others (kms P-13)',
    list: ['west.contoso.com, 10, 75'],
    adds: ['west.contoso.com. 10 75', 'east.contoso.com. 0 0'],
    findings: ['home-outranks-list'],
  },
  {
    title: 'with --home-domain listed only the list counts (kms P-13)',
    list: ['west.contoso.com, 10, 75'],
    flags: ['--home-domain', 'listed'],
    adds: ['west.contoso.com. 10 75'],
  },
  {
    title: "the guide's Table 5 is told with the lists that were meant, and no host is taken for a domain (kms P-11)",
    list: TABLE_5,
    adds: ['east.contoso.com. 0 0'],
    findings: ['host-name-in-list'],
  },
  {
    title: 'where nothing else is published, Table 5 is told as a warning (kms P-11)',
    list: TABLE_5,
    flags: ['--home-domain', 'listed'],
    adds: [],
    warnings: ['host-name-in-list', 'nothing-listed'],
  },
  {
    title: 'Vista lists domains alone, in a key of its own (kms P-09)',
    list: ['east.contoso.com', 'west.contoso.com'],
    keyPath: SL,
    flags: ['--profile', 'vista'],
    adds: ['east.contoso.com. 0 0', 'west.contoso.com. 0 0'],
  },
  {
    title: 'a list of Vista that is read as one of Windows is told (kms P-09)',
    list: ['east.contoso.com', 'west.contoso.com'],
    keyPath: SL,
    adds: ['east.contoso.com. 0 0'],
    warnings: ['list-of-other-profile'],
  },
];

for (const { title, list, keyPath = SPP, flags = [], adds, findings = [], warnings = [] } of cases) {
  test(title, async (t) => {
    const settings = regFile(t, Settings.empty().set(keyPath, 'DnsDomainPublishList', { type: 'REG_MULTI_SZ', value: list }));
    const server = await createTestServer({ zones: ['east', 'west'].map(zoneOf) });
    t.teardown(() => server.close());
    const words = ['publish', '--target', 'kms-e1.east.contoso.com', '--settings', settings, '--server', server.address];
    const ran = await srvkit([...words, ...flags, '--plan', '--json']);
    t.is(ran.stderr, '');
    const { zones, warnings: told }: PublishReport = ran.json();
    t.deepEqual(
      zones.flatMap(({ domain, add }) => add.map(({ priority, weight }) => `${domain} ${priority} ${weight}`)),
      adds,
    );
    t.deepEqual(
      zones.flatMap((zone) => zone.findings.map(({ code }) => code)),
      findings,
    );
    t.deepEqual(
      told.map(({ code }) => code),
      warnings,
    );
  });
}

for (const flag of ['--home-domain listed', '--profile vista']) {
  test(`${flag} is refused where there is no list to read by it`, async (t) => {
    const { status, stderr } = await srvkit(['publish', '--target', 'kms-e1.east.contoso.com', ...flag.split(' ')]);
    t.is(status, 2);
    t.is(stderr, `srvkit: ${flag.split(' ')[0]}: this is for --settings only\n`);
  });
}

function regFile(t: ExecutionContext, settings: Settings): string {
  const folder = mkdtempSync(join(tmpdir(), 'srvkit-list-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'host.reg');
  writeFileSync(file, formatRegFile(settings));
  return file;
}

function zoneOf(site: string): string {
  return `$ORIGIN ${site}.contoso.com.\n$TTL 3600\n@ SOA ns1 hostmaster 1 3600 600 604800 300\n@ NS ns1\nns1 A 127.0.0.1\n`;
}
