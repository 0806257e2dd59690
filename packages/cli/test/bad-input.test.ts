import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { srvkit } from './capture.ts';

// Every kind of bad input: one line that names the place and the remedy, status 2, nothing on standard output, and no secret in it.

const SECRET = 'ZWFzdC10ZXN0LXNlY3JldC0zMi1ieXRlcy1sb25nISE=';
const GOOD_ZONE = '$ORIGIN east.contoso.com.\n$TTL 60\n@ SOA ns1 h 1 2 3 4 5\n@ NS ns1\nns1 A 127.0.0.1\n';
const files: Readonly<Record<string, string>> = {
  'good.zone': GOOD_ZONE,
  'no-ttl-address.zone': GOOD_ZONE.replace('127.0.0.1', '127.0.0.256'),
  'include.zone': `${GOOD_ZONE}$INCLUDE other.zone\n`,
  'no-soa.zone': '$ORIGIN east.contoso.com.\n$TTL 60\n@ NS ns1\n',
  'relative.zone': GOOD_ZONE.replace('$ORIGIN east.contoso.com.\n', ''),
  'open-quote.zone': `${GOOD_ZONE}@ TXT "never closed\n`,
  'control.zone': `${GOOD_ZONE}@ \u001b[2J A 1.2.3.4\n`,
  'good.key': `hmac-sha256:east-key:${SECRET}`,
  'writable.key': `hmac-sha256:east-key:${SECRET}`,
  'bad-secret.key': `key "east-key" { algorithm hmac-sha256; secret "${SECRET.slice(0, 20)}!!!"; };`,
  'md5.key': `hmac-md5:east-key:${SECRET}`,
  'two.key': `key "a" { algorithm hmac-sha256; secret "${SECRET}"; }; key "b" { algorithm hmac-sha256; secret "${SECRET}"; };`,
  'empty.key': '',
  'not.reg': 'hello\n',
  'bad-line.reg': 'Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\X]\r\n"Name"=dword:xyz\r\n',
  'bad-list.reg':
    'REGEDIT4\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform]\n"DnsDomainPublishList"=hex(7):65,61,73,74,2e,63,6f,6d,2c,37,30,30,30,30,00,00\n',
  'cache.json': '{"v":1,"hosts":[]}',
};

const folder = mkdtempSync(join(tmpdir(), 'srvkit-bad-'));
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 });
mkdirSync(join(folder, 'folder'));
chmodSync(join(folder, 'writable.key'), 0o622);
test.after.always(() => rmSync(folder, { recursive: true }));

/** A name in which there is no room for a service. */
const LONG = `${`${'x'.repeat(63)}.`.repeat(3)}${'y'.repeat(55)}.org`;
const host = '--target kms-e1.east.contoso.com --server 127.0.0.1:9';
const cases: readonly { line: string; says: RegExp }[] = [
  { line: 'serve', says: /ZONEFILE.* is missing/ },
  { line: 'serve @none.zone', says: /@none\.zone: no such file/ },
  { line: 'simulate --from-dns', says: /--domain D is missing/ },
  { line: 'simulate --from-dns --domain x.org --seed 2', says: /--seed plays a scenario: --from-dns writes one/ },
  { line: 'simulate --from-dns --domain x.org --tsig-key k', says: /--tsig-key signs a transfer: name the server/ },
  { line: 'simulate --from-dns --domain x.org --output /', says: /is there already/ },
  { line: 'simulate --from-dns --domain x.org --output none/x.yaml', says: /its folder is not there/ },
  { line: 'simulate --from-dns no_service --domain x.org', says: /is not a service name/ },
  { line: 'simulate --from-dns _ldap._tcp.dc._msdcs --domain x.org', says: /services of two labels only/ },
  { line: `simulate --from-dns --domain ${'a.'.repeat(122)}org`, says: /octets/ },
  { line: 'simulate x.yaml --timeout 5s', says: /--timeout goes with --from-dns/ },
  { line: 'simulate x.yaml --domain x.org', says: /--domain goes with --from-dns/ },
  { line: 'simulate', says: /SCENARIO is missing/ },
  { line: 'serve @folder', says: /@folder: this is a folder/ },
  { line: 'serve @no-ttl-address.zone', says: /@no-ttl-address\.zone:5:\d+: .*127\.0\.0\.256/ },
  { line: 'serve @include.zone', says: /@include\.zone:6:\d+: .*\$INCLUDE/ },
  { line: 'serve @no-soa.zone', says: /@no-soa\.zone: .*SOA/ },
  { line: 'serve @relative.zone', says: /@relative\.zone:2:\d+: / },
  { line: 'serve @open-quote.zone', says: /@open-quote\.zone:6:\d+: .*quot/ },
  { line: 'serve @control.zone', says: /^srvkit: [\x20-\x7e]*\n$/ },
  { line: 'serve @good.zone --\u001b[2Jx', says: /^srvkit: [\x20-\x7e]*\n$/ },
  { line: 'serve @none\u001b[2J.zone', says: /^srvkit: [\x20-\x7e]*no such file\n$/ },
  { line: 'serve @good.zone @good.zone', says: /east\.contoso\.com/ },
  { line: 'serve west.contoso.com=@good.zone', says: /east\.contoso\.com|west\.contoso\.com/ },
  { line: 'serve @good.zone --listen 192.0.2.1:5300', says: /192\.0\.2\.1:5300/ },
  { line: 'serve @good.zone --listen 127.0.0.1:70000', says: /127\.0\.0\.1:70000/ },
  { line: 'serve @good.zone --listen 198.51.100.1:0 --public', says: /198\.51\.100\.1:0/ },
  { line: 'serve /dev/null', says: /\/dev\/null: .*SOA/ },
  {
    line: 'serve @good.zone --journal @missing/journals',
    says: /@missing\/journals: cannot be made: its folder is not there: make the folder first \(ENOENT\)/,
  },
  {
    line: 'serve @good.zone --journal @good.zone',
    says: /@good\.zone\/lock: cannot be .*: a part of the path is not a folder: name another place \(ENOTDIR\)/,
  },
  { line: 'serve @good.zone --fault *=explode', says: /--fault: .*explode/ },
  { line: 'serve @good.zone --tsig-key @writable.key', says: /@writable\.key: .*chmod 600/ },
  { line: 'serve @good.zone --tsig-key @bad-secret.key', says: /@bad-secret\.key:1:\d+: / },
  { line: 'serve @good.zone --tsig-key @md5.key', says: /@md5\.key:1:\d+: .*md5/ },
  { line: 'serve @good.zone --tsig-key @empty.key', says: /@empty\.key/ },
  { line: 'publish', says: /--target FQDN is missing/ },
  { line: 'publish --target .', says: /--target/ },
  { line: 'publish --target kms1', says: /--target: kms1\. has no domain/ },
  { line: 'publish --target a..b', says: /--target: .*empty label/ },
  { line: `publish _sip._udp ${host}`, says: /--port N is missing/ },
  { line: `publish not-a-service ${host}`, says: /not-a-service/ },
  { line: `publish ${host} --port 0`, says: /--port: "0" is not a decimal number from 1 to 65535/ },
  { line: `publish ${host} --weight 65536`, says: /--weight: "65536" is not a decimal number from 0 to 65535/ },
  { line: `publish ${host} --ttl 1h`, says: /--ttl: "1h"/ },
  { line: `publish ${host} --settings @not.reg`, says: /@not\.reg:1:\d+: / },
  { line: `publish ${host} --settings @bad-line.reg`, says: /@bad-line\.reg:4:\d+: / },
  { line: `publish ${host} --settings @bad-list.reg`, says: /bad-list\.reg: line 1 of DnsDomainPublishList/ },
  { line: `publish ${host} --settings @good.zone --domain x.org`, says: /--settings has domains/ },
  { line: `publish ${host} --tsig-key @two.key`, says: /@two\.key: 2 keys, but one is needed/ },
  { line: `publish ${host} --gss`, says: /--gss: this is not built yet/ },
  { line: `publish ${host} --watch --plan`, says: /--watch: a plan does not go on/ },
  { line: `withdraw ${host} --watch`, says: /--watch: a withdrawal does not go on/ },
  { line: `publish ${host} --watch --metrics 192.0.2.1:9100`, says: /--metrics: 192\.0\.2\.1:9100 is not on loopback/ },
  { line: `publish ${host} --probe tcp`, says: /--probe: this is for --watch only/ },
  { line: `publish ${host} --journal @folder`, says: /@folder: not a regular file; name another one for the journal/ },
  {
    line: `publish ${host} --journal @missing/journal.json`,
    says: /@missing\/journal\.json\.lock: cannot be created: its folder is not there: make the folder first \(ENOENT\)/,
  },
  { line: 'publish --target a.b.c --server 2001:db8::1', says: /--server: .*without brackets/ },
  { line: 'resolve --sku-id 73111121-5638-40f6-bc11-f1d7b0d64300 --domain x.org', says: /SKU id .* needs its AppID/ },
  { line: 'resolve --app-id nonsense --domain x.org', says: /nonsense/ },
  { line: 'resolve _ldap._tcp --app-id 55c92734-d682-4d71-983e-d6ec3f16059f --domain x.org', says: /--app-id is for _vlmcs\._tcp only/ },
  { line: 'resolve --domain x.org --settings @bad-line.reg', says: /@bad-line\.reg:4:\d+: / },
  { line: 'resolve --domain x.org --timeout 0', says: /--timeout: 0 leaves no time/ },
  { line: 'resolve --domain x.org --cache @folder --server 127.0.0.1:9', says: /folder/ },
  {
    line: 'resolve --domain x.org --cache @missing/hosts.json --server 127.0.0.1:9',
    says: /@missing\/hosts\.json: cannot be written: its folder is not there: make the folder first \(ENOENT\)/,
  },
  { line: 'cache forget not/a/service --cache @hosts.json', says: /not a service name/ },
  { line: 'cache list', says: /--cache FILE or SRVKIT_CACHE/ },
  { line: 'cache list --cache @folder', says: /folder/ },
  { line: 'zone print @none.zone', says: /@none\.zone: no such file/ },
  { line: 'zone print /dev/zero', says: /\/dev\/zero: more than the 67108864 octets/ },
  { line: 'zone print @good.zone --tsig-key @good.key', says: /--tsig-key signs a transfer/ },
  ...['publish', 'withdraw', 'grants windows'].map((words) => ({
    line: `${words} ${host} --domain ${LONG}`,
    says: /^srvkit: x+\.x+\.x+\.y+\.org\. is too long: with _vlmcs\._tcp\. in front it has more than 255 octets$/m,
  })),
  { line: `sites read --domain ${LONG}`, says: /255 are allowed/ },
  { line: 'check --domain x.org', says: /check: this command is not built yet/ },
];

for (const { line, says } of cases) {
  test(`"${line}" is one line and status 2`, async (t) => {
    const argv = line.split(' ').map((word) => word.replaceAll('@', `${folder}/`));
    const { status, stdout, stderr } = await srvkit(argv);
    t.is(status, 2, stderr);
    t.is(stdout, '');
    t.regex(stderr.replaceAll(`${folder}/`, '@'), says);
    t.is(stderr.trimEnd().split('\n').length, 1, stderr);
    t.false(stderr.includes(SECRET.slice(0, 12)), stderr);
  });
}

test('a key file that others can read is used, with a warning', async (t) => {
  const file = join(folder, 'readable.key');
  writeFileSync(file, files['good.key'] ?? '', { mode: 0o600 });
  chmodSync(file, 0o644);
  const { stderr } = await srvkit(['publish', '--target', 'a.east.contoso.com', '--server', '127.0.0.1:9', '--tsig-key', file, '--json']);
  t.regex(stderr, /readable\.key: .*can read this key file .*chmod 600/);
});

test('a cache file that is damaged is left as it was by reading it', async (t) => {
  const file = join(folder, 'cache.json');
  const { status, stderr } = await srvkit(['cache', 'list', '--cache', file]);
  t.is(status, 0);
  t.regex(stderr, /cache\.json/);
  t.true(existsSync(file));
  t.is(readFileSync(file, 'utf8'), files['cache.json'] ?? '');
});
