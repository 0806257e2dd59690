import type { TsigKey } from '@srvkit/dns';
import { run } from './program.ts';

/** What came of an nsupdate: 0 done, 2 the server refused or its reply does not verify, 1 anything else. */
export interface Updated {
  readonly status: number | null;
  /** What it complained about, a line each. */
  readonly complaints: readonly string[];
}

/** Has nsupdate send updates to `server`, `HOST:PORT`; `send` is added to the lines of the script if it is not there. */
export async function nsupdate(
  script: readonly string[],
  options: { readonly server: string; readonly key?: TsigKey; readonly args?: readonly string[] },
): Promise<Updated> {
  const { server, key, args = [] } = options;
  const lines = [
    `server ${server.replace(':', ' ')}`,
    ...(key === undefined ? [] : [`key ${key.algorithm}:${key.name.toString()} ${Buffer.from(key.secret).toString('base64')}`]),
    ...script,
    ...(script.includes('send') ? [] : ['send']),
  ];
  const { status, stderr } = await run('nsupdate', ['-t', '20', ...args], { input: `${lines.join('\n')}\n` });
  return { status, complaints: stderr.split('\n').filter(Boolean) };
}

/** What nsupdate leaves when all went well. */
export const DONE: Updated = { status: 0, complaints: [] };
