import { SettingsError } from '@srvkit/settings';

/**
 * An AppID or SKU id in the form used in key paths: 8-4-4-4-12, lower case, no braces. Braces and capitals are understood (kms D-13).
 * Throws `SettingsError` `BAD_ID`; `what` names the id in its message.
 */
export function canonicalGuid(text: string, what: string): string {
  const bare = /^\{(.*)\}$/.exec(text.trim())?.[1] ?? text.trim();
  if (!isGuid(bare)) {
    const shown = JSON.stringify(text.slice(0, 80));
    throw new SettingsError('BAD_ID', `the ${what} ${shown} is no GUID: write it like 55c92734-d682-4d71-983e-d6ec3f16059f`);
  }
  return bare.toLowerCase();
}

/** Whether the text is a GUID as key paths have it, in any letter case. */
export function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
