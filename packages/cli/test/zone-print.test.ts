import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { srvkit } from './capture.ts';
import { east, folderFor } from './east-and-west.ts';

// What `zone print` prints of a master file.

test('zone print gives a zone that reads back the same', async (t) => {
  const folder = folderFor(t);
  const file = join(folder, 'east.zone');
  writeFileSync(file, east('_vlmcs._tcp SRV 10 75 1688 kms-e1\nkms-e1 A 192.0.2.1\n  AAAA 2001:db8::1\ntxt TXT "a b" "\\"quoted\\""\n'));
  const printed = await srvkit(['zone', 'print', file]);
  t.is(printed.status, 0, printed.stderr);
  writeFileSync(join(folder, 'again.zone'), printed.stdout);
  t.is((await srvkit(['zone', 'print', join(folder, 'again.zone')])).stdout, printed.stdout);
});

test('a zone file that cannot be read ends the command before anything is printed', async (t) => {
  const folder = folderFor(t);
  writeFileSync(join(folder, 'east.zone'), east());
  const ran = await srvkit(['zone', 'print', join(folder, 'east.zone', 'below.zone')]);
  t.is(ran.status, 2);
  t.is(ran.stdout, '');
  t.regex(ran.stderr, /a part of this path is not a folder/);
});
