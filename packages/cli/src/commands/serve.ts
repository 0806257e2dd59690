import { createTestServer, faultNames, parseFault } from '@srvkit/test-server';
import type { ServerEvent } from '@srvkit/test-server';
import { defineCommand } from '../command.ts';
import type { Command } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { many, one, toggle } from '../flags/flag.ts';
import { text } from '../flags/value.ts';
import { readKeys, usable } from '../input-file.ts';
import { readZone } from '../zone-file.ts';
import { escapeText } from '../render/escape.ts';

export const serve: Command = defineCommand({
  name: 'serve',
  words: '[ORIGIN=]ZONEFILE...',
  arity: { min: 1, max: Number.POSITIVE_INFINITY },
  describe: 'Run a local authoritative DNS server from master files, over UDP and TCP.',
  flags: {
    listen: many('ADDRESS', text, 'where to listen, 127.0.0.1:5300 unless given; port 0 is any'),
    'tsig-key': many('FILE', text, 'a key that may update every zone; without one every UPDATE is REFUSED'),
    fault: many('NAME=KIND[:ARG]', parseFault, `spoil the answers for a name (or *): ${faultNames().join(', ')}`),
    public: toggle('allow addresses other than loopback'),
    json: toggle('one line of JSON an event'),
    journal: one('DIR', text, 'keep every update in this folder before it is answered, and go on with them at the next start'),
  },
  examples: [
    ['srvkit serve east.zone west.zone --tsig-key key.conf', 'two zones that a key may update'],
    ["srvkit serve east.zone --fault '*=delay:200ms' --json", 'a slow server, its events as JSON'],
  ],
  goesOn: () => true,
  async run(values, files, io) {
    const zones = await Promise.all(files.map((file) => readZone(file, io.signal)));
    const keys = (await Promise.all(values['tsig-key'].map((file) => readKeys(file, io)))).flat();
    const losing = new AbortController();
    const print = (event: ServerEvent): void => {
      io.stdout.write(values.json ? `${JSON.stringify(event)}\n` : describeEvent(event));
      if (event.event === 'journal' && event.code === 'lost') losing.abort(new UsageError(event.message));
    };
    const server = await usable(() =>
      createTestServer({
        zones,
        keys,
        faults: values.fault,
        listen: values.listen.length === 0 ? ['127.0.0.1:5300'] : values.listen,
        public: values.public,
        onEvent: print,
        ...(values.journal === undefined ? {} : { journal: values.journal }),
      }),
    );
    const ending = AbortSignal.any([io.signal, losing.signal]);
    await new Promise<void>((settle) => {
      if (ending.aborted) settle();
      else ending.addEventListener('abort', () => settle(), { once: true });
    });
    await server.close();
    if (!io.signal.aborted) losing.signal.throwIfAborted();
    return EXIT.done;
  },
});

function describeEvent(event: ServerEvent): string {
  switch (event.event) {
    case 'listening':
      return `listening on ${event.udp} (UDP and TCP), zones ${event.zones.join(' ')}\n`;
    case 'query':
      return `query ${event.from} ${event.transport} ${event.name ?? '-'} ${event.type ?? '-'} ${event.rcode ?? 'no reply'}${event.fault === null ? '' : ` (fault ${escapeText(event.fault)})`}\n`;
    case 'update':
      return `update ${event.from} ${event.zone ?? '-'} key ${event.key ?? 'none'} ${event.rcode ?? 'no reply'}${event.serial === null ? '' : ` serial ${event.serial.before} -> ${event.serial.after}`}\n`;
    case 'journal':
      return `journal: ${escapeText(event.message)}\n`;
    case 'stopped':
      return 'stopped\n';
  }
}
