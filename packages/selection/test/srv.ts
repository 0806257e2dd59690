import { parseDomainName } from '@srvkit/dns';
import type { SrvTarget } from '../src/index.ts';

/** `srv('10 75 e1')`: an SRV record for port 1688 of e1.example.org. */
export function srv(text: string): SrvTarget {
  const [priority, weight, host] = text.split(' ');
  return { priority: Number(priority), weight: Number(weight), port: 1688, target: parseDomainName(`${host}.example.org.`) };
}

/** One group with these weights, named a, b, c ... in canonical order. */
export function group(...weights: readonly number[]): SrvTarget[] {
  return weights.map((weight, at) => srv(`0 ${weight} ${String.fromCodePoint(97 + at)}`));
}

/** The first label of each target, joined: `fecbda`. */
export function letters(targets: Iterable<SrvTarget>): string {
  let joined = '';
  for (const { target } of targets) joined += target.toString().slice(0, target.toString().indexOf('.'));
  return joined;
}
