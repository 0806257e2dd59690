import { fileHostCache } from '@srvkit/host-cache';
import type { HostCache } from '@srvkit/host-cache';
import { cacheScope, clearFixedHost, effectiveHosts, KMS_SERVICE, productHosts, PROFILE, setFixedHost } from '@srvkit/kms';
import type { EffectiveHosts, ProductIds, Profile } from '@srvkit/kms';
import { Settings } from '@srvkit/settings';
import { defineCommand } from '../command.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit.ts';
import { one, toggle } from '../flags/flag.ts';
import type { FlagValues } from '../flags/flag.ts';
import { choice, text } from '../flags/value.ts';
import { readable, usable } from '../input-file.ts';
import type { Io } from '../io.ts';
import { escapeText } from '../render/escape.ts';
import { renderSettings } from '../render/settings.ts';
import { styleFor } from '../render/style.ts';
import { settingsStore } from '../settings-store.ts';
import type { SettingsStore } from '../settings-store.ts';

const flags = {
  settings: one(
    'FILE.reg',
    text,
    "the registry settings; unless given the Windows registry, elsewhere srvkit.reg in the user's configuration",
  ),
  'app-id': one('GUID', text, 'the application whose host is meant'),
  'sku-id': one('GUID', text, 'the product whose host is meant; needs --app-id'),
  profile: one('PROFILE', choice('windows', 'vista'), 'windows, unless given, or vista: the settings of Vista and Server 2008'),
  json: toggle('one JSON document'),
} as const;

const changing = {
  ...flags,
  cache: one('FILE', text, 'forget the hosts that were remembered in this file; SRVKIT_CACHE unless given'),
} as const;

type Values = FlagValues<typeof flags>;
type Changing = FlagValues<typeof changing>;

export const settingsShow: Command = defineCommand({
  name: 'settings show',
  words: '',
  arity: { min: 0, max: 0 },
  describe: 'Show the three levels of fixed hosts, which of them is effective, and why.',
  flags,
  examples: [
    ['srvkit settings show', 'the whole machine'],
    ['srvkit settings show --settings client.reg --app-id 55c92734-d682-4d71-983e-d6ec3f16059f --json', 'an application, for scripts'],
  ],
  async run(values, _words, io) {
    const ids = idsOf(values);
    const store = storeOf(values, io, { mayBeNew: false });
    const { findings } = print(await store.read(io.signal), { ids, place: store.place, json: values.json }, io);
    return findings.length === 0 ? EXIT.done : EXIT.problems;
  },
});

export const settingsSet: Command = defineCommand({
  name: 'settings set',
  words: 'HOST[:PORT]',
  arity: { min: 1, max: 1 },
  describe: 'Fix the host of a level, as slmgr /skms does: a name without a port clears the port, :PORT alone leaves the name.',
  flags: changing,
  examples: [
    ['srvkit settings set kms-e1.east.contoso.com', 'one host for the whole machine, port 1688'],
    ["srvkit settings set '[2001:db8::5]:1700' --settings client.reg", 'IPv6 goes in brackets'],
  ],
  run: (values, [hostPort = ''], io) => change(values, io, { mayBeNew: true }, (settings, ids) => setFixedHost(settings, hostPort, ids)),
});

export const settingsClear: Command = defineCommand({
  name: 'settings clear',
  words: '',
  arity: { min: 0, max: 0 },
  describe: 'Clear the host and port of a level, as slmgr /ckms does; the other levels stay, and a more specific one still wins.',
  flags: changing,
  examples: [
    ['srvkit settings clear', 'the machine-wide host'],
    [
      'srvkit settings clear --app-id 55c92734-d682-4d71-983e-d6ec3f16059f --sku-id cf67834d-db4a-402c-ab1f-2c134f02b700',
      'that of one product',
    ],
  ],
  run: (values, _words, io) => change(values, io, { mayBeNew: false }, clearFixedHost),
});

type Edit = (settings: Settings, ids: ProductIds) => Settings;

async function change(values: Changing, io: Io, { mayBeNew }: { mayBeNew: boolean }, edit: Edit): Promise<number> {
  const ids = idsOf(values);
  readable(() => edit(Settings.empty(), ids)); // what was typed is judged before anything is opened
  const store = storeOf(values, io, { mayBeNew });
  const cache = await openCache(values.cache ?? io.env['SRVKIT_CACHE'], io);
  const settings = await store.change((before) => edit(before, ids), io.signal);
  await forgetHosts(cache, ids, io);
  print(settings, { ids, place: store.place, json: values.json }, io);
  return EXIT.done;
}

function idsOf(values: Values): ShownIds {
  const ids = {
    ...(values['app-id'] === undefined ? {} : { appId: values['app-id'] }),
    ...(values['sku-id'] === undefined ? {} : { skuId: values['sku-id'] }),
    profile: values.profile ?? 'windows',
  };
  readable(() => cacheScope(ids));
  return ids;
}

function storeOf(values: Values, io: Io, { mayBeNew }: { mayBeNew: boolean }): SettingsStore {
  const { keyPath } = PROFILE[values.profile ?? 'windows'];
  return settingsStore({ named: values.settings, mayBeNew, keyPath, env: io.env, platform: process.platform });
}

type ShownIds = ProductIds & { readonly profile: Profile };

interface Shown {
  readonly ids: ShownIds;
  readonly place: string;
  readonly json: boolean;
}

function print(settings: Settings, { ids, place, json }: Shown, io: Io): EffectiveHosts {
  const hosts = effectiveHosts(settings, ids);
  const { levels, effective, findings, lookupDomain } = hosts;
  const products = productHosts(settings, ids.profile).filter(({ appId, skuId }) => !isAskedFor(ids, appId, skuId));
  if (json) {
    const lookup = lookupDomain === null ? null : { domain: lookupDomain.domain.toString(), from: lookupDomain.from };
    const alsoFixed = products.map(({ appId, skuId, host }) => ({ appId, skuId, ...host }));
    io.stdout.write(`${JSON.stringify({ v: 1, profile: ids.profile, levels, effective, lookupDomain: lookup, alsoFixed, findings })}\n`);
  } else {
    io.stdout.write(renderSettings({ place, hosts, ids, products }, styleFor(io.stdout)));
  }
  return hosts;
}

function isAskedFor(ids: ProductIds, appId: string, skuId: string | null): boolean {
  if (ids.appId === undefined || cacheScope({ appId: ids.appId }) !== appId) return false;
  return skuId === null || (ids.skuId !== undefined && cacheScope(ids) === skuId);
}

interface NamedCache {
  readonly file: string;
  readonly cache: HostCache;
}

/** The cache file, seen to be usable before anything is changed. */
async function openCache(file: string | undefined, io: Io): Promise<NamedCache | undefined> {
  if (file === undefined || file === '') return undefined;
  const cache = fileHostCache(file, { onWarning: (warning) => io.stderr.write(`srvkit: ${escapeText(warning.message)}\n`) });
  await usable(() => cache.list());
  return { file, cache };
}

// kms D-21: setting and clearing make the remembered host void, of the product or, of more than one, of all.
async function forgetHosts(named: NamedCache | undefined, ids: ProductIds, io: Io): Promise<void> {
  const scope = ids.skuId === undefined ? undefined : cacheScope(ids);
  if (named === undefined) {
    const command = `srvkit cache forget ${KMS_SERVICE}${scope === undefined ? '' : ` ${scope}`} --cache FILE`;
    io.stderr.write(`srvkit: a host that was remembered in a cache file is still in it; ${command} forgets it\n`);
    return;
  }
  const removed = await usable(() => named.cache.delete(KMS_SERVICE, scope));
  io.stderr.write(`srvkit: ${removed} remembered ${removed === 1 ? 'host' : 'hosts'} forgotten in ${escapeText(named.file)}\n`);
}
