import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseDomainName } from '@srvkit/dns';
import { publishList } from '@srvkit/kms';
import { parseRegFile } from '@srvkit/settings';
import test from 'ava';
import { HOST_PLANS, hostRegFile, KMS_PORT } from '../src/demo/estate.ts';

const fixtures = resolve(import.meta.dirname, '../../../fixtures/reg');

for (const plan of HOST_PLANS) {
  test(`the demo publishes ${plan.name} with the list and port of fixtures/reg/${plan.name}.reg`, (t) => {
    const hostName = parseDomainName(`${plan.name}.${plan.site.domain}`);
    const [ours, fixture] = [hostRegFile(plan, KMS_PORT), readFileSync(resolve(fixtures, `${plan.name}.reg`))].map((file) => {
      const { entries, port, findings } = publishList(parseRegFile(file), { hostName });
      return { port, findings, entries: entries.map(({ domain, priority, weight }) => [domain.key, priority, weight]) };
    });
    t.deepEqual(ours, fixture);
    t.is(ours?.entries.length, 2);
  });
}
