import { writeFileSync } from 'node:fs';
import { scenarioJsonSchema } from '../src/index.ts';

// Renews scenario.schema.json: pnpm --filter @srvkit/simulator schema
writeFileSync(new URL('../scenario.schema.json', import.meta.url), `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
