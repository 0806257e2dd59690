import { discover, drive, makeRequest } from '@srvkit/discovery';
import type { Answers } from '@srvkit/discovery';
import { parseDomainName } from '@srvkit/dns';
import { pcg32, prepareSet } from '@srvkit/selection';
import { compare, nanosecondsARun } from './compare.ts';
import type { Row } from './row.ts';

const RUNS = 100_000;

/** One discovery against a model that answers at once: nothing remembered, 4 records in 2 groups, the first host works and is remembered. */
export async function discoverRows(): Promise<Row[]> {
  const request = makeRequest({ service: '_vlmcs._tcp', domains: ['east.contoso.com'] });
  const set = prepareSet(
    ['kms-e1.east', 'kms-e2.east', 'kms-w1.west', 'kms-w2.west'].map((host, at) => ({
      priority: at < 2 ? 10 : 90,
      weight: at % 2 === 0 ? 75 : 25,
      port: 1688,
      target: parseDomainName(`${host}.contoso.com.`),
    })),
  );
  // A model has its answers ready, as the simulator does.
  const records = { kind: 'records', set } as const;
  const reached = { kind: 'reached', address: '192.0.2.1' } as const;
  const answers: Answers = {
    recall: () => undefined,
    lookup: () => records,
    attempt: () => reached,
    remember: () => undefined,
  };
  const random = pcg32(1);
  const row = await compare({
    name: 'discover, model driver',
    unit: 'ns',
    target: { kind: 'under', bound: 300 },
    ours: () => nanosecondsARun(() => drive(discover(request, random), answers), RUNS),
    peer: null,
  });
  return [row];
}
