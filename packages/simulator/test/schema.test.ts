import { readFileSync } from 'node:fs';
import test from 'ava';
import { scenarioJsonSchema } from '../src/index.ts';

test('scenario.schema.json is the schema that scenarios are checked by', (t) => {
  const published = readFileSync(new URL('../scenario.schema.json', import.meta.url), 'utf8');
  // To renew it: pnpm --filter @srvkit/simulator schema
  t.deepEqual(JSON.parse(published), JSON.parse(JSON.stringify(scenarioJsonSchema())));
});
