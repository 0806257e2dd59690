import { formatServerAddress } from '@srvkit/dns-client';
import type { EffectiveHosts, LevelHost, ProductHost, Profile } from '@srvkit/kms';
import { escapeText } from './escape.ts';
import type { Style } from './style.ts';

/** What is shown of settings: what they come to for the ids that were given, and who else has a host of its own. */
export interface ShownSettings {
  /** Safe to print. */
  readonly place: string;
  readonly hosts: EffectiveHosts;
  readonly ids: { readonly appId?: string; readonly skuId?: string; readonly profile: Profile };
  readonly products: readonly ProductHost[];
}

/** The three levels, the one that wins and why, then what is odd, and the products that were not asked about. */
export function renderSettings({ place, hosts, ids, products }: ShownSettings, style: Style): string {
  const { levels, effective, findings } = hosts;
  const line = (source: keyof typeof levels, flag: string | undefined): string => {
    const host = levels[source];
    const shown = host === null ? style.faint(flag === undefined ? 'not set' : `not looked at: give ${flag}`) : endpoint(host);
    return `  ${source.padEnd(12)} ${effective.from === source ? style.good(shown) : shown}\n`;
  };
  const noApp = ids.appId === undefined ? '--app-id' : undefined;
  const noSku = ids.skuId === undefined ? (noApp === undefined ? '--sku-id' : '--app-id and --sku-id') : undefined;
  return [
    `fixed hosts in ${place}${ids.profile === 'vista' ? ', as Vista and Server 2008 read it' : ''}\n`,
    line('sku', noSku),
    line('application', noApp),
    line('global', undefined),
    `effective: ${reason(hosts, ids.profile, style)}\n`,
    ...findings.map(({ code, message }) => `${style.bad(code)}: ${escapeText(message)}\n`),
    ...products.map(productLine),
  ].join('');
}

function reason({ effective, lookupDomain }: EffectiveHosts, profile: Profile, style: Style): string {
  const { target, port, from } = effective;
  if (target !== null && port !== null && from !== 'dns') {
    return `${style.strong(endpoint({ target, port }))}, from the ${WORDS[from]}: the most specific level that has a host`;
  }
  const where = lookupDomain === null ? 'in the suffix search list' : `in ${lookupDomain.domain.toString()} (the lookup domain) alone`;
  const law = profile === 'vista' ? ', and any host is taken, whatever its priority and weight' : '';
  return `${style.strong('DNS')}, because no level has a host; asked ${where}${law}`;
}

const WORDS = { sku: 'SKU level', application: 'application level', global: 'global level' } as const;

function productLine({ appId, skuId, host }: ProductHost): string {
  const flags = `--app-id ${appId}${skuId === null ? '' : ` --sku-id ${skuId}`}`;
  return `also fixed: ${endpoint(host)} for ${flags}\n`;
}

function endpoint({ target, port }: LevelHost): string {
  return escapeText(formatServerAddress({ host: target, port }));
}
