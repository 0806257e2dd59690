import test from 'ava';
import { srvkit } from '../packages/cli/test/capture.ts';

test('the demo tells the whole story in plain text: zones, hosts, who took over, what caching changed', async (t) => {
  t.timeout(120_000);
  const { status, stdout, stderr } = await srvkit(['demo']);
  t.is(status, 0, stderr);
  t.false(stdout.includes('\u001b'), 'plain where there is no terminal');
  for (const zone of ['east.contoso.com.', 'west.contoso.com.']) t.true(stdout.includes(zone));
  for (const host of ['kms-e1', 'kms-e2', 'kms-w1', 'kms-w2']) {
    t.regex(
      stdout,
      new RegExp(
        `^\\$ srvkit publish --target ${host}\\.(?:east|west)\\.contoso\\.com --settings ${host}\\.reg --tsig-key demo\\.key`,
        'm',
      ),
    );
  }

  // Measured beside exact, in every table: 1,000 draws stay within five standard deviations.
  const rows = [...stdout.matchAll(/^ {2}kms-\w\d +(?:up|stopped) +([\d.]+) % +([\d.]+) %$/gm)];
  t.is(rows.length, 2 * 4 * 2 * 4);
  for (const [row, measured, exact] of rows) {
    const p = Number(exact) / 100;
    t.true(Math.abs(Number(measured) / 100 - p) <= 5 * Math.sqrt((p * (1 - p)) / 1000) + 0.001, row);
  }
  t.is([...stdout.matchAll(/1000 of 1000 reached a host/g)].length, 16);

  const [, table = ''] = stdout.split('Who served the east clients\n');
  t.regex(table, /all four hosts up +kms-e1 7\d\.\d %, kms-e2 2\d\.\d % +kms-e1 7\d\.\d %, kms-e2 2\d\.\d %/);
  t.regex(table, /kms-e1 stopped +kms-e2 100\.0 % +kms-e2 100\.0 %/);
  t.regex(table, /the east has no host of its own +kms-w1 7\d\.\d %, kms-w2 2\d\.\d % +kms-w1 7\d\.\d %, kms-w2 2\d\.\d %/);
  t.regex(table, /everything back +kms-e1 7\d\.\d %, kms-e2 2\d\.\d % +kms-w1 7\d\.\d %, kms-w2 2\d\.\d %/);
  t.regex(stdout, /windows would stop/i);
  t.regex(stdout, /reached kms-w2\.west\.contoso\.com\.:\d+ .* from the SKU setting/);
});
