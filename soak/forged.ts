import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:dgram';
import { parseDomainName } from '@srvkit/dns';
import { createDnsClient, type DnsClient, type Lookup } from '@srvkit/dns-client';
import { pcg32 } from '@srvkit/selection';
import { FORGED_TARGET, type Plan, RIGHT_TARGET, startForger, WRONG } from './forger.ts';
import type { SoakOptions, SoakReport } from './soak.ts';

const FORGERIES = 1_000_000;
const IN_FLIGHT = 16;
const LONGEST_MS = 8 * 60_000;
/** Of those that look like guesses of the id, four are borne over UDP; the fifth sends the question to TCP. */
const ONE_WRONG_FIELD: Plan = WRONG.flatMap((wrong) => Array.from({ length: wrong === 'id' ? 4 : 10 }, () => wrong));
const GUESSED_IDS: Plan = Array.from({ length: 64 }, () => 'id');

/**
 * Replies that are forged, in front of the right one: half of them with each field wrong in turn, then right in all but the id. None may be
 * accepted, and every lookup must be answered rightly.
 */
export async function forged({ count = FORGERIES, seed }: SoakOptions): Promise<SoakReport> {
  const first = await attack('one wrong field each', () => ONE_WRONG_FIELD, Math.ceil(count / 2), seed);
  const second = await attack('right in all but the id', () => GUESSED_IDS, Math.floor(count / 2), seed + 1);
  return { lines: [...first.lines, ...second.lines], broken: [...first.broken, ...second.broken] };
}

async function attack(title: string, plan: () => Plan, count: number, seed: number): Promise<SoakReport> {
  const forger = await startForger(plan, pcg32(seed, 0));
  const client = createDnsClient({ servers: [forger.address], cache: false, timeoutMs: 20_000, tryTimeoutMs: 2000, tcpTimeoutMs: 10_000 });
  const ears = listenIn();
  try {
    const seen = await lookUntil(client, () => total(forger.sent) >= count);
    const sent = total(forger.sent);
    const broken = [...seen.wrong];
    if (sent < count) broken.push(`${title}: only ${sent} of ${count} forgeries were sent in ${LONGEST_MS / 60_000} minutes`);
    const byField = [...forger.sent].map(([wrong, number]) => `${wrong} ${number}`).join(', ');
    return {
      lines: [
        `${title}: ${sent} forged replies sent (${byField})`,
        `  ${ears.heard()} replies reached the client's sockets, ${seen.accepted} forged ones were accepted`,
        `  ${seen.right} of ${seen.lookups} lookups answered rightly, ${seen.overTcp} of them over TCP after suspected forgery`,
      ],
      broken,
    };
  } finally {
    ears.stop();
    await client.close();
    await forger.close();
  }
}

interface Seen {
  lookups: number;
  right: number;
  accepted: number;
  overTcp: number;
  readonly wrong: string[];
}

/** Chains of lookups, each of a name of its own, so that none is shared. */
async function lookUntil(client: DnsClient, isEnough: () => boolean): Promise<Seen> {
  const seen: Seen = { lookups: 0, right: 0, accepted: 0, overTcp: 0, wrong: [] };
  const startedAt = performance.now();
  const chain = async (_: unknown, index: number): Promise<void> => {
    const name = parseDomainName(`_x${index}._tcp.example.org`);
    while (!isEnough() && performance.now() - startedAt < LONGEST_MS / 2) judge(await client.lookup(name, 'SRV'), seen);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, chain));
  return seen;
}

function judge(lookup: Lookup, seen: Seen): void {
  seen.lookups += 1;
  const targets = lookup.records.map(({ rdata }) => (rdata.type === 'SRV' ? rdata.target.toString() : rdata.type));
  if (lookup.warnings.some(({ code }) => code === 'spoofing-suspected')) seen.overTcp += 1;
  if (targets.includes(FORGED_TARGET)) seen.accepted += 1;
  if (targets.length === 1 && targets[0] === RIGHT_TARGET) seen.right += 1;
  else seen.wrong.push(`lookup ${seen.lookups} of ${lookup.name.toString()} brought ${lookup.kind} ${targets.join()}`);
}

/** Counts what reaches the sockets that are made from now on: those of the client. */
function listenIn(): { heard: () => number; stop: () => void } {
  let heard = 0;
  const hear = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    socket.on('message', () => (heard += 1));
  };
  subscribe('udp.socket', hear);
  return { heard: () => heard, stop: () => unsubscribe('udp.socket', hear) };
}

function total(sent: ReadonlyMap<unknown, number>): number {
  return [...sent.values()].reduce((sum, number) => sum + number, 0);
}
