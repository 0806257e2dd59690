import type { Settings } from '@srvkit/settings';
import { parseHostPort } from './host-port.ts';
import { chosenKeyPath } from './level.ts';
import type { ProductIds } from './level.ts';
import { VALUE } from './value-name.ts';

/**
 * Settings with a fixed host, as `/skms` writes it (kms D-15): a name without a port clears the port of that level, `:PORT` alone leaves
 * the name. An IPv6 address is stored with its brackets (kms D-16). The level is the most specific that the ids lead to.
 * Whoever keeps a host cache must forget the scope's entry as well (kms D-21). Throws `SettingsError` and then changes nothing.
 */
export function setFixedHost(settings: Settings, hostPort: string, ids: ProductIds = {}): Settings {
  const { host, port } = parseHostPort(hostPort);
  const keyPath = chosenKeyPath(ids);
  return settings.change((draft) => {
    if (host !== null) draft.set(keyPath, VALUE.name, { type: 'REG_SZ', value: storedHost(host) });
    if (port !== null) draft.set(keyPath, VALUE.port, { type: 'REG_SZ', value: String(port) });
    else draft.delete(keyPath, VALUE.port);
  });
}

/**
 * Settings without the fixed host of one level, name and port, as `/ckms` leaves them (kms D-20): other levels stay, and a more specific
 * one still wins. A lookup domain stays. Throws `SettingsError` for ids.
 */
export function clearFixedHost(settings: Settings, ids: ProductIds = {}): Settings {
  const keyPath = chosenKeyPath(ids);
  return settings.change((draft) => {
    draft.delete(keyPath, VALUE.name);
    draft.delete(keyPath, VALUE.port);
  });
}

// A final dot means nothing here, and Windows writes none.
function storedHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host.replace(/\.$/, '');
}
