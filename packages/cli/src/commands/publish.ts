import { parseServiceName } from '@srvkit/discovery';
import { formatServerAddress } from '@srvkit/dns-client';
import { hmacSigner } from '@srvkit/dns';
import { KMS_SERVICE } from '@srvkit/kms';
import { createPublisher, isGoodOutcome, memoryJournal, openJournal } from '@srvkit/publisher';
import type { Journal, JournalFile, JournalWarning, PublishReport } from '@srvkit/publisher';
import type { Command } from '../command.ts';
import { defineCommand } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { refuseNotBuilt } from '../flags/not-built.ts';
import { readable, readKey, usable } from '../input-file.ts';
import type { Io } from '../io.ts';
import { publishOnWatch } from '../publish-watch.ts';
import { identityOf } from '../settings-watch.ts';
import { escapeText } from '../render/escape.ts';
import { renderPublishReport } from '../render/publish-report.ts';
import { styleFor } from '../render/style.ts';
import { desiredOf, publishFlags } from '../wanted-records.ts';
import type { PublishValues, Wanted } from '../wanted-records.ts';

const NOT_BUILT = ['gss', 'principal', 'keytab', 'ccache'] as const;
const ONLY_WATCHING = ['refresh', 'probe', 'probe-interval', 'metrics', 'on-stop'] as const;

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
  goesOn: ({ watch }) => watch,
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
  checkWatching(verb, values);
  const wanted = (): Promise<Wanted> =>
    desiredOf(
      readable(() => parseServiceName(service)),
      values,
      io.signal,
    );
  // Looked at before it is read, so that a change in between is seen by the first look of the watch.
  const settingsSeen = values.watch && values.settings !== undefined ? await identityOf(values.settings) : undefined;
  const first = await wanted();
  const key = values['tsig-key'] === undefined ? undefined : await readKey(values['tsig-key'], io);
  const { journal, found } = await journalOf(values, io);
  try {
    const publisher = createPublisher({
      ...(values.server === undefined ? {} : { server: formatServerAddress(values.server) }),
      ...(key === undefined ? {} : { signer: hmacSigner(key) }),
      ...(journal === undefined ? {} : { journal }),
    });
    if (values.watch) return await publishOnWatch({ publisher, first, settingsSeen, wanted, lost: journal?.lost, values, io });
    const print = (report: PublishReport): void => {
      const complete: PublishReport = { ...report, warnings: [...first.warnings, ...report.warnings] };
      if (!values.json) io.stdout.write(renderPublishReport(complete, styleFor(io.stdout)));
      // What is wrong with the journal was told on standard error already: a document has it for those who read documents.
      else io.stdout.write(`${JSON.stringify({ ...complete, warnings: [...found, ...complete.warnings] })}\n`);
    };
    const report = await usable(() => publisher[verb](first.desired, { signal: io.signal, plan: values.plan, onUnfinished: print }));
    print(report);
    return isGoodOutcome(report.outcome) ? EXIT.done : EXIT.problems;
  } finally {
    await journal?.close?.();
  }
}

function checkWatching(verb: 'publish' | 'withdraw', values: PublishValues): void {
  if (values.watch && verb === 'withdraw') throw new UsageError('--watch: a withdrawal does not go on; use publish --watch');
  if (values.watch && values.plan) throw new UsageError('--watch: a plan does not go on; leave out --watch or --plan');
  const lost = ONLY_WATCHING.find((flag) => values[flag] !== undefined);
  if (lost !== undefined && !values.watch) throw new UsageError(`--${lost}: this is for --watch only`);
}

interface JournalInUse {
  readonly journal: (Journal & Partial<JournalFile>) | undefined;
  /** What was wrong with its file. */
  readonly found: readonly JournalWarning[];
}

/** Of a watch without a file: memory, so that what changes while it lasts is cleaned up all the same. */
async function journalOf({ journal: file, watch, plan }: PublishValues, io: Io): Promise<JournalInUse> {
  if (file === undefined) return { journal: watch ? memoryJournal() : undefined, found: [] };
  const found: JournalWarning[] = [];
  const onWarning = (warning: JournalWarning): void => {
    found.push(warning);
    io.stderr.write(`srvkit: ${escapeText(warning.message)}\n`);
  };
  const journal = await usable(() => openJournal(file, { onWarning, readOnly: plan }));
  return { journal, found };
}
