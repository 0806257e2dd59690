import type { Settings } from '@srvkit/settings';
import { effectiveHosts } from './effective-hosts.ts';
import type { LevelHost } from './effective-hosts.ts';
import { isGuid } from './guid.ts';
import { PROFILE } from './profile.ts';
import type { Profile } from './profile.ts';

/** An application, or a product of it, with a fixed host of its own. */
export interface ProductHost {
  readonly appId: string;
  /** null: the host is that of the whole application. */
  readonly skuId: string | null;
  readonly host: LevelHost;
}

/**
 * Every application and product with a usable fixed host of its own. They come before the global host, and stay when that is cleared:
 * "I ran /ckms and it is still pinned" (kms D-20).
 */
export function productHosts(settings: Settings, profile: Profile = 'windows'): readonly ProductHost[] {
  const above = `${PROFILE[profile].keyPath}\\`;
  return settings.keys().flatMap((keyPath): readonly ProductHost[] => {
    if (keyPath.slice(0, above.length).toLowerCase() !== above.toLowerCase()) return [];
    const [appId = '', skuId, ...deeper] = keyPath.slice(above.length).toLowerCase().split('\\');
    if (deeper.length > 0 || !isGuid(appId) || (skuId !== undefined && !isGuid(skuId))) return [];
    const { levels } = effectiveHosts(settings, { appId, profile, ...(skuId === undefined ? {} : { skuId }) });
    const host = skuId === undefined ? levels.application : levels.sku;
    return host === null ? [] : [{ appId, skuId: skuId ?? null, host }];
  });
}
