import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'ava';
import { publicDeclarations } from './packed/declarations.ts';

// What programs are compiled against, as it was when somebody last looked at it: no change of the public interface goes unseen.
const packages = resolve(import.meta.dirname, '../packages');
const CHANGED = `The public interface is another than in test/snapshots. If that is meant, write the new one with
  pnpm packed test/packed-api.test.ts --update-snapshots
read the difference in test/snapshots/packed-api.test.ts.md, and commit both files with a line in CHANGELOG.md.`;

test.afterEach.always((t) => {
  if (!t.passed) t.log(CHANGED);
});

for (const folder of readdirSync(packages)) {
  const { name, publishConfig } = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8')) as {
    name: string;
    publishConfig: { exports: Readonly<Record<string, { readonly types?: string } | string>> };
  };
  for (const [path, target] of Object.entries(publishConfig.exports)) {
    const types = typeof target === 'string' ? undefined : target.types;
    if (types === undefined) continue; // data, which has no declarations
    const entry = `${name}${path.slice(1)}`;
    test(`${entry} exports what it did`, (t) => {
      t.snapshot(publicDeclarations(join(packages, folder, types)));
    });
  }
}
