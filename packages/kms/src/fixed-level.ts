import type { PinnedSource } from '@srvkit/discovery';
import { readString, SettingsError } from '@srvkit/settings';
import type { Settings } from '@srvkit/settings';
import type { Finding } from './finding.ts';
import { canonicalHost, DEFAULT_PORT, parsePort } from './host-port.ts';
import { levelsOf } from './level.ts';
import type { ProductIds } from './level.ts';
import { VALUE } from './value-name.ts';

/** What one of the three levels says. */
export interface FixedLevel {
  readonly source: PinnedSource;
  /** Undefined: nothing usable is there, and `why`. */
  readonly host: { readonly host: string; readonly port: number } | undefined;
  readonly why: 'set' | 'not-set' | 'wrong-type' | 'invalid-host';
}

/**
 * Reads the fixed host of each level, in order of precedence (kms D-01). The port comes only from the level of the name (kms D-11); a
 * blank name is none. Nothing here stops anything: what is wrong becomes a finding. Throws `SettingsError` for ids.
 */
export function readFixedLevels(settings: Settings, ids: ProductIds): { levels: readonly FixedLevel[]; findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const levels = levelsOf(ids).map(({ source, keyPath }): FixedLevel => {
    if (keyPath === undefined) return { source, host: undefined, why: 'not-set' };
    return { source, ...readLevel(settings, keyPath, findings) };
  });
  return { levels, findings };
}

function readLevel(settings: Settings, keyPath: string, findings: Finding[]): Pick<FixedLevel, 'host' | 'why'> {
  const name = readString(settings, keyPath, VALUE.name);
  if (name.kind === 'wrong-type') {
    findings.push({ code: 'wrong-type', message: name.message });
    return { host: undefined, why: 'wrong-type' };
  }
  if (name.kind === 'missing' || name.value.trim() === '') {
    if (settings.get(keyPath, VALUE.port) !== undefined) findings.push(orphanPort(keyPath));
    return { host: undefined, why: 'not-set' };
  }
  try {
    return { host: { host: canonicalHost(name.value), port: readPort(settings, keyPath, findings) }, why: 'set' };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    findings.push({ code: 'invalid-host', message: `${keyPath}\\${VALUE.name}: ${error.message}` });
    return { host: undefined, why: 'invalid-host' };
  }
}

/** The port of the most specific level that has one, whether there is a name beside it or not (kms D-11). What is wrong is a finding elsewhere. */
export function readStoredPort(settings: Settings, ids: ProductIds): number | undefined {
  for (const { keyPath } of levelsOf(ids)) {
    if (keyPath === undefined) continue;
    const port = readString(settings, keyPath, VALUE.port);
    if (port.kind !== 'value' || port.value.trim() === '') continue;
    try {
      return parsePort(port.value);
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
    }
  }
  return undefined;
}

function readPort(settings: Settings, keyPath: string, findings: Finding[]): number {
  const port = readString(settings, keyPath, VALUE.port);
  if (port.kind === 'missing') return DEFAULT_PORT;
  if (port.kind === 'wrong-type') {
    findings.push({ code: 'wrong-type', message: `${port.message}; until then port ${DEFAULT_PORT} is used` });
    return DEFAULT_PORT;
  }
  if (port.value.trim() === '') return DEFAULT_PORT;
  try {
    return parsePort(port.value);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    findings.push({
      code: 'invalid-port',
      message: `${keyPath}\\${VALUE.port}: ${error.message}; until then port ${DEFAULT_PORT} is used`,
    });
    return DEFAULT_PORT;
  }
}

function orphanPort(keyPath: string): Finding {
  const message = `${keyPath}\\${VALUE.port} is not used, because there is no ${VALUE.name} beside it: set the name or delete the port`;
  return { code: 'orphan-port', message };
}
