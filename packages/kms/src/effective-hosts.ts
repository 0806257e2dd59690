import type { PinnedSource } from '@srvkit/discovery';
import type { Settings } from '@srvkit/settings';
import type { Finding } from './finding.ts';
import { readFixedLevels } from './fixed-level.ts';
import type { ProductIds } from './level.ts';
import { readLookupDomain } from './lookup-domain.ts';
import type { LookupDomain } from './lookup-domain.ts';

/** A host as `settings show` prints it: a name with its final dot, a single label, or an IP literal. */
export interface LevelHost {
  readonly target: string;
  readonly port: number;
}

/** What the settings of a client come to, before anybody is asked. */
export interface EffectiveHosts {
  /** null: nothing usable at that level, or no id given that leads there. */
  readonly levels: Readonly<Record<PinnedSource, LevelHost | null>>;
  /** The level that wins (kms D-23); `dns` when none has a host, then without target and port. */
  readonly effective: { readonly target: string | null; readonly port: number | null; readonly from: PinnedSource | 'dns' };
  /** The domain in which DNS is asked instead of the suffix search list (kms D-22). */
  readonly lookupDomain: LookupDomain | null;
  readonly findings: readonly Finding[];
}

/** The three levels, which of them is effective, and what is wrong with them (kms D-01, D-07, D-20, D-23). Throws `SettingsError` for ids. */
export function effectiveHosts(settings: Settings, ids: ProductIds = {}): EffectiveHosts {
  const fixed = readFixedLevels(settings, ids);
  const { lookupDomain, findings } = readLookupDomain(settings, ids);
  const winner = fixed.levels.find(({ host }) => host !== undefined);
  const hostAt = (source: PinnedSource): LevelHost | null => {
    const host = fixed.levels.find((level) => level.source === source)?.host;
    return host === undefined ? null : { target: host.host, port: host.port };
  };
  return {
    levels: { sku: hostAt('sku'), application: hostAt('application'), global: hostAt('global') },
    effective: { target: winner?.host?.host ?? null, port: winner?.host?.port ?? null, from: winner?.source ?? 'dns' },
    lookupDomain: lookupDomain ?? null,
    findings: [...fixed.findings, ...findings, ...overridden(winner?.source, lookupDomain)],
  };
}

function overridden(winner: PinnedSource | undefined, lookupDomain: LookupDomain | undefined): readonly Finding[] {
  if (winner === undefined || lookupDomain === undefined) return [];
  const message = `the lookup domain ${lookupDomain.domain.toString()} has no effect while the fixed host (${winner}) answers: clear one of them`;
  return [{ code: 'lookup-domain-overridden', message }];
}
