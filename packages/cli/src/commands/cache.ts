import { parseServiceName } from '@srvkit/discovery';
import { fileHostCache } from '@srvkit/host-cache';
import type { HostCache } from '@srvkit/host-cache';
import { defineCommand } from '../command.ts';
import type { Command } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { one, toggle } from '../flags/flag.ts';
import { text } from '../flags/value.ts';
import { readable, usable } from '../input-file.ts';
import type { Io } from '../io.ts';
import { escapeText } from '../render/escape.ts';
import { formatTable } from '../render/table.ts';

const flags = {
  cache: one('FILE', text, 'the file with the remembered hosts; SRVKIT_CACHE unless given'),
  json: toggle('one JSON document'),
};

export const cacheList: Command = defineCommand({
  name: 'cache list',
  words: '',
  arity: { min: 0, max: 0 },
  describe: 'Show the remembered hosts.',
  flags,
  examples: [
    ['srvkit cache list --cache hosts.json', 'as a table'],
    ['SRVKIT_CACHE=hosts.json srvkit cache list --json', 'for scripts'],
  ],
  async run(values, _words, io) {
    const { file, cache } = openCache(values.cache, io);
    const entries = await usable(() => cache.list());
    if (values.json) {
      io.stdout.write(`${JSON.stringify({ v: 1, file, entries })}\n`);
    } else if (entries.length === 0) {
      io.stdout.write(`${escapeText(file)} remembers no host\n`);
    } else {
      const rows = entries.map((entry) => [
        escapeText(entry.service),
        escapeText(entry.scope),
        `${escapeText(entry.target)}:${entry.port}`,
        escapeText(entry.address ?? '-'),
        new Date(entry.lastReached).toISOString(),
        entry.provisional ? 'provisional' : '',
      ]);
      io.stdout.write(formatTable(['service', 'scope', 'host', 'address', 'last reached', ''], rows, [], ''));
    }
    return EXIT.done;
  },
});

export const cacheClear: Command = defineCommand({
  name: 'cache clear',
  words: '',
  arity: { min: 0, max: 0 },
  describe: 'Forget every remembered host.',
  flags,
  examples: [
    ['srvkit cache clear --cache hosts.json', 'the next discovery asks DNS again'],
    ['srvkit cache clear --cache hosts.json --json', 'for scripts'],
  ],
  async run(values, _words, io) {
    const { file, cache } = openCache(values.cache, io);
    return tellRemoved(file, await usable(() => cache.clear(io)), values.json, io);
  },
});

export const cacheForget: Command = defineCommand({
  name: 'cache forget',
  words: 'SERVICE [SCOPE]',
  arity: { min: 1, max: 2 },
  describe: 'Forget the hosts of one service, or of one scope of it.',
  flags,
  examples: [
    ['srvkit cache forget _vlmcs._tcp --cache hosts.json', 'every scope of the service'],
    ['srvkit cache forget _vlmcs._tcp global --cache hosts.json', 'one scope'],
  ],
  async run(values, [service = '', scope], io) {
    const { file, cache } = openCache(values.cache, io);
    const name = readable(() => parseServiceName(service));
    return tellRemoved(file, await usable(() => cache.delete(name, scope, io)), values.json, io);
  },
});

function openCache(named: string | undefined, io: Io): { file: string; cache: HostCache } {
  const file = named ?? io.env['SRVKIT_CACHE'];
  if (file === undefined || file === '') throw new UsageError('cache: name the file with --cache FILE or SRVKIT_CACHE');
  return { file, cache: fileHostCache(file, { onWarning: (warning) => io.stderr.write(`srvkit: ${escapeText(warning.message)}\n`) }) };
}

function tellRemoved(file: string, removed: number, json: boolean, io: Io): number {
  io.stdout.write(json ? `${JSON.stringify({ v: 1, file, removed })}\n` : `${removed} ${removed === 1 ? 'host' : 'hosts'} forgotten\n`);
  return EXIT.done;
}
