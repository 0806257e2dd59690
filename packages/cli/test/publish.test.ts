import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PublishReport } from '@srvkit/publisher';
import test from 'ava';
import { srvkit } from './capture.ts';
import { east, folderFor, serve, west } from './east-and-west.ts';

// What `publish` and `withdraw` print and how they end, against a server on loopback.

test('publish by a publish list writes into every domain of it, and again changes nothing', async (t) => {
  const server = await serve(t, east(), west());
  const folder = folderFor(t);
  const line = `publish --target kms-e1.east.contoso.com --settings fixtures/reg/kms-e1.reg --server ${server.address} --tsig-key ${folder}/east.key --json`;
  const first = await srvkit(line.split(' '));
  t.is(first.status, 0, first.stderr);
  const report = first.json();
  t.is(report.outcome, 'published');
  t.deepEqual(
    report.zones.map((zone: { domain: string; outcome: string; add: unknown }) => [zone.domain, zone.outcome, zone.add]),
    [
      ['east.contoso.com.', 'published', [{ ttl: 3600, priority: 10, weight: 75, port: 1688, target: 'kms-e1.east.contoso.com.' }]],
      ['west.contoso.com.', 'published', [{ ttl: 3600, priority: 90, weight: 75, port: 1688, target: 'kms-e1.east.contoso.com.' }]],
    ],
  );
  t.deepEqual(report.events, [
    { id: 12294, domain: 'east.contoso.com.' },
    { id: 12294, domain: 'west.contoso.com.' },
  ]);
  const again = await srvkit(line.split(' '));
  t.is(again.status, 0);
  t.is(again.json().outcome, 'unchanged');
  t.is(server.zones.get('east.contoso.com.')?.serial, 2);
});

test('one zone of two that refuses is told as such, and the status is 1', async (t) => {
  const server = await serve(t, east());
  const folder = folderFor(t);
  const line = `publish --target kms-e1.east.contoso.com --settings fixtures/reg/kms-e1.reg --server ${server.address} --tsig-key ${folder}/east.key`;
  const ran = await srvkit([...line.split(' '), '--json']);
  t.is(ran.status, 1);
  const report = ran.json();
  t.deepEqual(
    report.zones.map((zone: { domain: string; outcome: string; add: unknown }) => zone.outcome),
    ['published', 'refused'],
  );
  t.is(report.outcome, 'refused');
  t.is(typeof report.zones[1].hint, 'string');
  const shown = await srvkit(line.split(' '));
  t.regex(shown.stdout, /^unchanged east\.contoso\.com\. at [\s\S]*^refused west\.contoso\.com\./m);
});

test('without a key the zone refuses and says that it needs one', async (t) => {
  const server = await serve(t, east());
  const ran = await srvkit(['publish', '--target', 'kms-e1.east.contoso.com', '--server', server.address, '--json']);
  t.is(ran.status, 1);
  t.like(ran.json(), { outcome: 'refused', events: [{ id: 12293, domain: 'east.contoso.com.', code: { hresult: '0x8007232D' } }] });
  t.regex(ran.json().zones[0].hint, /key/);
  t.is(server.zones.get('east.contoso.com.')?.serial, 1);
});

test('--plan shows the change, the nsupdate script and the rights, and changes nothing', async (t) => {
  const server = await serve(t, east('_vlmcs._tcp SRV 0 0 1688 kms-old\n'));
  const folder = folderFor(t);
  const ran = await srvkit(
    `publish --target kms-e1.east.contoso.com --priority 10 --weight 75 --server ${server.address} --tsig-key ${folder}/east.key --plan --json`.split(
      ' ',
    ),
  );
  t.is(ran.status, 0, ran.stderr);
  const [zone] = ran.json().zones;
  t.is(zone.outcome, 'planned');
  t.is(zone.rights, 'allowed');
  t.regex(zone.script, /update add _vlmcs\._tcp\.east\.contoso\.com\. 3600 IN SRV 10 75 1688 kms-e1\.east\.contoso\.com\./);
  t.deepEqual(zone.keep, [{ ttl: 3600, priority: 0, weight: 0, port: 1688, target: 'kms-old.east.contoso.com.' }]);
  t.is(server.zones.get('east.contoso.com.')?.serial, 1);
});

test("withdraw deletes this host's record, leaves its neighbour's, and does it once", async (t) => {
  const server = await serve(t, east('_vlmcs._tcp SRV 10 75 1688 kms-e1\n_vlmcs._tcp SRV 10 25 1688 kms-e2\n'));
  const folder = folderFor(t);
  const line = `withdraw --target kms-e1.east.contoso.com --server ${server.address} --tsig-key ${folder}/east.key --json`.split(' ');
  const first = await srvkit(line);
  t.is(first.status, 0);
  t.like(first.json(), {
    outcome: 'withdrawn',
    zones: [{ delete: [{ target: 'kms-e1.east.contoso.com.' }], keep: [{ target: 'kms-e2.east.contoso.com.' }] }],
  });
  const again = await srvkit(line);
  t.is(again.status, 0);
  t.is(again.json().outcome, 'unchanged');
});

test('publishing that is switched off in the settings is disabled, status 0, and nothing is sent', async (t) => {
  const server = await serve(t, east());
  const folder = folderFor(t);
  const file = join(folder, 'off.reg');
  writeFileSync(
    file,
    'REGEDIT4\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform]\n"DisableDnsPublishing"=dword:00000001\n',
  );
  const ran = await srvkit(['publish', '--target', 'kms-e1.east.contoso.com', '--settings', file, '--server', server.address, '--json']);
  t.is(ran.status, 0);
  t.is(ran.json().outcome, 'disabled');
  t.is(server.requests.length, 0);
});

test('a damaged journal is set aside, which standard error tells, and the document too', async (t) => {
  const server = await serve(t, east());
  const folder = folderFor(t);
  const journal = join(folder, 'journal.json');
  const line = `publish --target kms-e1.east.contoso.com --server ${server.address} --tsig-key ${folder}/east.key --journal ${journal}`;
  for (const [flag, codes] of [
    ['', undefined],
    [' --json', ['journal-set-aside']],
  ] as const) {
    writeFileSync(journal, '{ "v": 1', { mode: 0o600 });
    const ran = await srvkit(`${line}${flag}`.split(' '));
    t.is(ran.status, 0, ran.stderr);
    t.regex(ran.stderr, /^srvkit: .*journal\.json: it is no JSON object; set aside as .*, begun anew\n$/);
    if (codes === undefined) t.notRegex(ran.stdout, /set aside/);
    else
      t.deepEqual(
        (ran.json() as PublishReport).warnings.map(({ code }) => code),
        codes,
      );
  }
});
