import type { Policy } from '@srvkit/discovery';

/**
 * Which generation of clients and hosts is meant. `windows`: Windows 7, Server 2008 R2 and everything since. `vista`: Vista and Server
 * 2008, which keep their settings under `SL` (kms D-12), ignore priority and weight (kms N-14) and list bare domains (kms P-09).
 */
export type Profile = 'windows' | 'vista';

const CURRENT_VERSION = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';

/** What differs between the generations: the registry key, the law of the draw, whether there is a lookup domain (kms D-12, N-14). */
export const PROFILE: Readonly<Record<Profile, { readonly keyPath: string; readonly law: Policy['law']; readonly lookupDomain: boolean }>> =
  {
    windows: { keyPath: `${CURRENT_VERSION}\\SoftwareProtectionPlatform`, law: 'rfc2782', lookupDomain: true },
    vista: { keyPath: `${CURRENT_VERSION}\\SL`, law: 'uniform', lookupDomain: false },
  };

/** The key under which Windows keeps everything that is read and written here (kms D-07, D-12); that of the `windows` profile. */
export const KMS_KEY_PATH: string = PROFILE.windows.keyPath;
