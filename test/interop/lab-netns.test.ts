import { readFileSync } from 'node:fs';
import { parseScenario } from '@srvkit/simulator';
import test from 'ava';
import { makeLabReport } from '../../lab/lab-report.ts';
import { whyMissing } from '../../lab/netns/programs.ts';
import { whyForbidden } from '../../lab/netns/why-no-netns.ts';
import { playForReal } from '../../lab/play-for-real.ts';
import { withClients } from '../../lab/with-clients.ts';
import { testUnless } from './judge-test.ts';

const TITLE = 'in namespaces with a server in each and a WAN that is cut, clients behave as the simulator says';
const LEVEL = 1e-6;

// What is not installed is to be installed; a kernel that forbids namespaces, or a user who is not root, cannot be helped.
const missing = process.platform === 'linux' ? whyMissing() : undefined;
const forbidden = process.platform === 'linux' ? (missing ?? whyForbidden()) : 'only Linux has network namespaces';
if (missing === undefined && forbidden !== undefined) test.skip(`${TITLE} (${forbidden})`, (t) => t.pass());
else {
  testUnless(missing, TITLE, async (t) => {
    t.timeout(180_000); // the WAN delays, hosts behind a cut one cost a timeout each, and processes start as quickly as the machine wants
    const text = readFileSync(new URL('../../lab/scenarios/wan-cut.yaml', import.meta.url), 'utf8');
    const scenario = withClients(parseScenario(text), 50);
    const played = await playForReal(scenario, { variant: 'netns', seed: 1, msPerMinute: 0, processesPerSite: 1 });
    t.true(played.passes.some(({ host }) => host === null));
    const report = makeLabReport(scenario, played, { seed: 1, runs: 200, level: LEVEL });
    t.is(report.verdict, 'agrees', JSON.stringify(report.comparisons.filter(({ adjusted }) => adjusted <= LEVEL)));
  });
}
