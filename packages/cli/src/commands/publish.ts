import { parseServiceName } from '@srvkit/discovery';
import { formatServerAddress } from '@srvkit/dns-client';
import { hmacSigner } from '@srvkit/dns';
import { KMS_SERVICE } from '@srvkit/kms';
import { createPublisher } from '@srvkit/publisher';
import type { PublishReport } from '@srvkit/publisher';
import type { Command } from '../command.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { refuseNotBuilt } from '../flags/not-built.ts';
import { readable, readKey } from '../input-file.ts';
import type { Io } from '../io.ts';
import { renderPublishReport } from '../render/publish-report.ts';
import { styleFor } from '../render/style.ts';
import { desiredOf, publishFlags } from '../wanted-records.ts';
import type { PublishValues } from '../wanted-records.ts';

const NOT_BUILT = ['gss', 'principal', 'keytab', 'ccache', 'journal', 'watch', 'refresh', 'probe', 'metrics', 'on-stop'] as const;

export const publish: Command = defineCommand({
  name: 'publish',
  words: '[SERVICE]',
  arity: { min: 0, max: 1 },
  describe: 'Publish this host as SRV records by DNS UPDATE.',
  flags: publishFlags,
  examples: [
    ['srvkit publish --target kms1.contoso.com --server 127.0.0.1:5300 --tsig-key key.conf', 'in its home domain'],
    ['srvkit publish --target kms1.contoso.com --settings kms1.reg --tsig-key key.conf --plan', 'show what its publish list would change'],
  ],
  run: (values, words, io) => runPublisher('publish', values, words, io),
});

export const withdraw: Command = defineCommand({
  name: 'withdraw',
  words: '[SERVICE]',
  arity: { min: 0, max: 1 },
  describe: "Delete this host's own records, nobody else's.",
  flags: publishFlags,
  examples: [
    ['srvkit withdraw --target kms1.contoso.com --server 127.0.0.1:5300 --tsig-key key.conf', 'from its home domain'],
    ['srvkit withdraw --target kms1.contoso.com --settings kms1.reg --tsig-key key.conf --json', 'from every domain of its publish list'],
  ],
  run: (values, words, io) => runPublisher('withdraw', values, words, io),
});

async function runPublisher(
  verb: 'publish' | 'withdraw',
  values: PublishValues,
  [service = KMS_SERVICE]: readonly string[],
  io: Io,
): Promise<number> {
  refuseNotBuilt(values, NOT_BUILT);
  const { desired, warnings } = await desiredOf(
    readable(() => parseServiceName(service)),
    values,
  );
  const key = values['tsig-key'] === undefined ? undefined : await readKey(values['tsig-key'], io);
  const publisher = createPublisher({
    ...(values.server === undefined ? {} : { server: formatServerAddress(values.server) }),
    ...(key === undefined ? {} : { signer: hmacSigner(key) }),
  });
  const report = await publisher[verb](desired, { signal: io.signal, plan: values.plan });
  const complete: PublishReport = { ...report, warnings: [...warnings, ...report.warnings] };
  io.stdout.write(values.json ? `${JSON.stringify(complete)}\n` : renderPublishReport(complete, styleFor(io.stdout)));
  return GOOD.has(complete.outcome) ? EXIT.done : EXIT.problems;
}

const GOOD: ReadonlySet<PublishReport['outcome']> = new Set(['unchanged', 'published', 'withdrawn', 'planned', 'disabled']);
