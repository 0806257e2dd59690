import http from 'node:http';
import type { ExecutionContext } from 'ava';
import * as undici8 from 'undici';
import * as undici7 from 'undici7';
import type { Resolution, Resolver } from '../src/index.ts';
import { srv, type SrvOptions } from '../src/undici.ts';

export type Undici = typeof undici8;

/** Both majors that are supported: each test runs with either. */
export const MAJORS: readonly (readonly [version: string, undici: Undici])[] = [
  ['8', undici8],
  ['7', undici7 as unknown as Undici],
];

export const service = '_http._tcp';

export function dispatcherFor(
  t: ExecutionContext,
  undici: Undici,
  resolver: Pick<Resolver, 'resolve'>,
  options: Partial<SrvOptions> = {},
  agentOptions: undici8.Agent.Options = {},
): undici8.Dispatcher {
  const agent = new undici.Agent(agentOptions);
  t.teardown(() => agent.destroy());
  return agent.compose(srv(resolver, { service, ...options }));
}

export async function get(undici: Undici, url: string, dispatcher: undici8.Dispatcher): Promise<string> {
  const { body } = await undici.request(url, { dispatcher });
  return body.text();
}

export function outcomes(resolution: Resolution | undefined): string[] | undefined {
  return resolution?.attempts.map(({ outcome }) => outcome);
}

export function echo(): http.Server {
  return http.createServer(echoBody);
}

export function echoBody(request: http.IncomingMessage, response: http.ServerResponse): void {
  response.write(`${request.method} ${request.url} ${request.headers.host} `);
  request.pipe(response);
}
