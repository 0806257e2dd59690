import { readDword } from '@srvkit/settings';
import type { Settings } from '@srvkit/settings';
import type { Finding } from './finding.ts';

const SYSTEM = 'HKEY_LOCAL_MACHINE\\SYSTEM';

/**
 * The key path of `CurrentControlSet\\REST` in these settings; undefined when there is none. A registry that is not running has no
 * `CurrentControlSet`: its place is the `ControlSetNNN` that `Select\\Current` numbers, or the only one there is. Where `Select` does not
 * decide between several, the first is taken, with a finding.
 */
export function inControlSet(settings: Settings, rest: string, findings: Finding[]): string | undefined {
  const running = `${SYSTEM}\\CurrentControlSet\\${rest}`;
  if (settings.hasKey(running)) return running;
  const found = settings.keys().filter((key) => isIn(key, rest));
  const [first, ...others] = found;
  const current = readDword(settings, `${SYSTEM}\\Select`, 'Current');
  if (current.kind === 'wrong-type') findings.push({ code: 'wrong-type', message: current.message });
  if (first === undefined || (current.kind !== 'value' && others.length === 0)) return first;
  const number = current.kind === 'value' ? String(current.value).padStart(3, '0') : '';
  const selected = found.find((key) => key.toLowerCase().startsWith(`${SYSTEM}\\ControlSet${number}\\`.toLowerCase()));
  if (selected !== undefined) return selected;
  const why =
    number === ''
      ? `${SYSTEM}\\Select\\Current does not say which is the current one`
      : `the current one, ControlSet${number}, is not among them`;
  findings.push({ code: 'control-set-unknown', message: `of ${found.join(', ')} the first is read, because ${why}: export that too` });
  return first;
}

function isIn(key: string, rest: string): boolean {
  const [, end = ''] = /^HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet\d{3}\\(.*)$/i.exec(key) ?? [];
  return end.toLowerCase() === rest.toLowerCase();
}
