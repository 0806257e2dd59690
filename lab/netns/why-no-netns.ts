import { spawnSync } from 'node:child_process';
import { DELAY_LINE, ip, Namespaces } from './namespaces.ts';
import { pathOf, whyMissing } from './programs.ts';

/** Why there can be no lab in network namespaces here, with the remedy; undefined: there can. */
export function whyNoNetns(): string | undefined {
  if (process.platform !== 'linux') return `network namespaces are a thing of Linux, and this is ${process.platform}`;
  return whyMissing() ?? whyForbidden();
}

/** Whether this user and kernel let us have namespaces with a line between them: that is tried, once everything is installed. */
export function whyForbidden(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may make network namespaces: run it as root';
  let namespaces: Namespaces | undefined;
  try {
    namespaces = new Namespaces();
    const name = namespaces.add('try');
    ip('-n', name, 'link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'two');
    for (const end of ['one', 'two']) ip('-n', name, 'link', 'set', end, 'up');
    const line = [pathOf('python3'), DELAY_LINE, '0', '0', 'one', 'two'];
    const { status, stderr } = spawnSync(pathOf('ip'), ['netns', 'exec', name, ...line], { input: '', encoding: 'utf8' });
    return status === 0 ? undefined : `the kernel does not let us have a packet socket: ${stderr.trim()}`;
  } catch (error) {
    return `the kernel does not let us have a network namespace: ${(error as Error).message}`;
  } finally {
    namespaces?.remove();
  }
}
