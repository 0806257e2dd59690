import type { PinnedSource } from '@srvkit/discovery';
import { SettingsError } from '@srvkit/settings';
import { canonicalGuid } from './guid.ts';
import { PROFILE } from './profile.ts';
import type { Profile } from './profile.ts';

/** For which product settings are read or written: none is the whole machine. */
export interface ProductIds {
  /** Any case, with or without braces. */
  readonly appId?: string;
  /** Only together with its AppID (kms D-07). */
  readonly skuId?: string;
  /** Default `windows`. */
  readonly profile?: Profile;
}

/** One of the three places of a fixed host. */
export interface Level {
  readonly source: PinnedSource;
  /** Undefined: no id was given that would lead there. */
  readonly keyPath: string | undefined;
}

/**
 * The three levels in order of precedence: `SPP\AppID\SKUID`, `SPP\AppID`, `SPP` (kms D-01, D-07, D-08, X-03).
 * Throws `SettingsError`: `BAD_ID`, or `SKU_WITHOUT_APPLICATION`.
 */
export function levelsOf(ids: ProductIds): readonly [sku: Level, application: Level, global: Level & { readonly keyPath: string }] {
  const { appId, skuId } = canonicalIds(ids);
  const global = PROFILE[ids.profile ?? 'windows'].keyPath;
  const application = appId === undefined ? undefined : `${global}\\${appId}`;
  const sku = application === undefined || skuId === undefined ? undefined : `${application}\\${skuId}`;
  return [
    { source: 'sku', keyPath: sku },
    { source: 'application', keyPath: application },
    { source: 'global', keyPath: global },
  ];
}

/** The key of the most specific level the ids lead to: where a host is set or cleared (kms D-15, D-20). Throws as `levelsOf`. */
export function chosenKeyPath(ids: ProductIds): string {
  const [sku, application, global] = levelsOf(ids);
  return sku.keyPath ?? application.keyPath ?? global.keyPath;
}

/** The scope under which a host is remembered: the SKU id, else the AppID, else `global` (kms C-01). Throws as `levelsOf`. */
export function cacheScope(ids: ProductIds): string {
  const { appId, skuId } = canonicalIds(ids);
  return skuId ?? appId ?? 'global';
}

function canonicalIds({ appId, skuId }: ProductIds): { appId: string | undefined; skuId: string | undefined } {
  if (skuId !== undefined && appId === undefined) {
    throw new SettingsError('SKU_WITHOUT_APPLICATION', `the SKU id ${JSON.stringify(skuId.slice(0, 80))} needs its AppID: give both`);
  }
  return {
    appId: appId === undefined ? undefined : canonicalGuid(appId, 'AppID'),
    skuId: skuId === undefined ? undefined : canonicalGuid(skuId, 'SKU id'),
  };
}
