import type { DomainName, Message, Question, Rcode } from '@srvkit/dns';
import { MAX_ALIASES } from './alias-chain.ts';
import { interpretResponse } from './answer.ts';
import type { Answer, AnswerFailure, AnswerOptions } from './answer.ts';
import { extendedErrors } from './extended-error.ts';
import type { DroppedRecord } from './dropped-record.ts';
import { spoofingSuspected } from './warning.ts';
import type { Warning } from './warning.ts';

/** How one question goes round the servers. Durations in milliseconds. */
export interface Schedule {
  /** In order; the first one that answers decides (srv M9). */
  readonly servers: readonly string[];
  /** How often a server that stays silent is asked over UDP. RFC 9520 section 3.2 allows 3. */
  readonly attempts: number;
  /** For the first round of UDP; doubled in each further round. */
  readonly tryTimeoutMs: number;
  /** TCP after TC, connecting included (srv M4). */
  readonly tcpTimeoutMs: number;
  /** Whether a server is spoken to with EDNS; those that once refused it are not. */
  readonly edns: (server: string) => boolean;
  /** How responses are read. */
  readonly reading?: AnswerOptions;
}

/** "Ask this server this question in this way." */
export interface TryRequest {
  readonly server: string;
  readonly question: Question;
  readonly transport: 'udp' | 'tcp';
  readonly edns: boolean;
  readonly timeoutMs: number;
}

/**
 * What came of it. `message` matches the question (see `matchReply`). `spoofing`: five replies matched in all but the id. `refused`:
 * nobody listens there. `closed`: a connection ended without a reply.
 */
export type TryOutcome =
  | { readonly kind: 'answered'; readonly message: Message }
  | { readonly kind: 'truncated' | 'spoofing' | 'garbage' | 'timeout' | 'closed' | 'refused' | 'unreachable' | 'name-not-found' };

/** `deadline`: not tried, because the time for the whole lookup is over. */
export type TryReport = TryOutcome | { readonly kind: 'deadline' };

/**
 * Why a lookup failed: the most telling of its tries. `refused`: RCODE REFUSED from every server. `tcp`: a server that had to be asked over
 * TCP did not answer there. `unreachable`: no server could be reached. `no-server`: there is nobody to ask.
 */
export type LookupFailure = AnswerFailure | 'garbage' | 'tcp' | 'timeout' | 'unreachable' | 'no-server';

/** How it ended. Where there was no reply, `rcode` and `server` are null; else they are of the reply that decided. */
export interface Conclusion {
  readonly answer: Exclude<Answer, { kind: 'alias' | 'failed' }> | { readonly kind: 'failed'; readonly why: LookupFailure };
  /** The least TTL of the answer and of every alias on the way to it; null where nobody gave one. */
  readonly ttl: number | null;
  readonly chain: readonly DomainName[];
  readonly dropped: readonly DroppedRecord[];
  readonly warnings: readonly Warning[];
  readonly rcode: Rcode | null;
  readonly server: string | null;
  readonly authoritative: boolean;
  /** Servers that answered only without EDNS: to be remembered (srv M3). */
  readonly plain: readonly string[];
}

type Asking<T> = Generator<TryRequest, T, TryReport>;

/**
 * The whole schedule of one lookup, without I/O: it says whom to ask how, and is told what came of it. Servers are asked in order;
 * SERVFAIL, REFUSED, NOTIMP, FORMERR, referrals, garbage and refused connections move on for good, silence for this round.
 * TC and suspected forgeries go to TCP at the same server, FORMERR, NOTIMP and BADVERS to a try without EDNS.
 * An alias that the response does not resolve is asked for in turn (srv M8).
 *
 * Everything is yielded from here: a generator for each server, called by `yield*`, would be a tenth of what a lookup allocates.
 */
export function* askServers(question: Question, schedule: Schedule): Asking<Conclusion> {
  const notes: Notes = { chain: [], dropped: [], warnings: [], plain: [] };
  const { chain } = notes;
  let ttl = Number.POSITIVE_INFINITY;
  let asked = question;
  for (;;) {
    const failures: Failure[] = [];
    const turns: Turn[] = schedule.servers.map((server) => ({ server, round: 0 }));
    let settled: Settled | undefined;
    for (const turn of turns) {
      let result: Way | Settled | Failure = firstWay(turn, schedule, notes);
      while (result.kind === 'way') {
        const { server, transport, edns } = result;
        const report = yield { server, question: asked, transport, edns, timeoutMs: timeoutOf(transport, turn, schedule) };
        result = hear(report, result, { asked, schedule, notes });
      }
      if (result.kind === 'settled') {
        settled = result;
        break;
      }
      failures.push(result);
      if (result.last === true) break;
      // Behind all others: that is the next round.
      if (result.why === 'timeout' && turn.round + 1 < schedule.attempts) turns.push({ server: turn.server, round: turn.round + 1 });
    }
    if (settled === undefined) return summarize(failures, notes);
    const { answer, message, server } = settled;
    chain.push(...answer.chain);
    notes.dropped.push(...answer.dropped);
    notes.warnings.push(...answer.warnings);
    const reply = { rcode: message.rcode, server, authoritative: message.authoritative };
    if (answer.kind === 'failed') return { answer, ttl: null, ...reply, ...notes };
    if (answer.kind !== 'alias') return { answer, ttl: answer.ttl === null ? null : Math.min(ttl, answer.ttl), ...reply, ...notes };
    const { target } = answer;
    if (chain.length > MAX_ALIASES || chain.some((name) => name.equals(target)))
      return { answer: { kind: 'failed', why: 'alias-loop' }, ttl: null, ...reply, ...notes };
    ttl = Math.min(ttl, answer.ttl);
    asked = { ...question, name: target };
  }
}

/** What one lookup learns on its way. */
interface Notes {
  readonly chain: DomainName[];
  readonly dropped: DroppedRecord[];
  readonly warnings: Warning[];
  readonly plain: string[];
}

/** A server has one turn in each round, as long as it stays silent. */
interface Turn {
  readonly server: string;
  readonly round: number;
}

/** How a server is asked in its turn: at most three tries, because EDNS is left at most once and UDP is left at most once. */
interface Way {
  readonly kind: 'way';
  readonly server: string;
  /** From the beginning: it was known not to like EDNS. */
  readonly knownPlain: boolean;
  readonly transport: 'udp' | 'tcp';
  readonly edns: boolean;
}

/** A reply that settles the question: an answer, or a failure no other server would do better (a loop of aliases). */
interface Settled {
  readonly kind: 'settled';
  readonly answer: Answer;
  readonly message: Message;
  readonly server: string;
}

interface Failure {
  readonly kind: 'failure';
  readonly why: Exclude<LookupFailure, 'no-server'>;
  readonly server: string;
  readonly rcode: Rcode | null;
  readonly last?: boolean;
}

function firstWay({ server }: Turn, schedule: Schedule, { plain }: Notes): Way {
  const edns = schedule.edns(server) && !plain.includes(server);
  return { kind: 'way', server, knownPlain: !edns, transport: 'udp', edns };
}

function timeoutOf(transport: Way['transport'], { round }: Turn, { tryTimeoutMs, tcpTimeoutMs }: Schedule): number {
  return transport === 'udp' ? tryTimeoutMs * 2 ** round : tcpTimeoutMs;
}

/** What a report means: the same server is to be asked once more in another way, or its turn is over. */
function hear(
  report: TryReport,
  way: Way,
  { asked, schedule, notes }: { readonly asked: Question; readonly schedule: Schedule; readonly notes: Notes },
): Way | Settled | Failure {
  const { server, transport } = way;
  if (report.kind === 'answered') {
    const { message } = report;
    const isAgainst = isAgainstEdns(message.rcode);
    if (way.edns && isAgainst) return { ...way, edns: false };
    for (const warning of extendedErrors(message, server)) notes.warnings.push(warning);
    const answer = interpretResponse(asked, message, schedule.reading);
    if (!way.edns && !way.knownPlain && !isAgainst) notes.plain.push(server);
    if (answer.kind === 'failed' && answer.why !== 'alias-loop') return { kind: 'failure', why: answer.why, server, rcode: message.rcode };
    return { kind: 'settled', answer, message, server };
  }
  if (transport === 'udp' && (report.kind === 'truncated' || report.kind === 'spoofing')) {
    if (report.kind === 'spoofing') notes.warnings.push(spoofingSuspected(`${asked.name.toString()} ${asked.type}`, server));
    return { ...way, transport: 'tcp' };
  }
  return { kind: 'failure', server, rcode: null, ...failureOf(report.kind, transport) };
}

/** RFC 6891 sections 6.1.3 and 7: how servers say that they want no EDNS, or no such version of it. */
function isAgainstEdns(rcode: Rcode): boolean {
  return rcode === 'FORMERR' || rcode === 'NOTIMP' || rcode === 'BADVERS';
}

function failureOf(kind: Exclude<TryReport['kind'], 'answered'>, transport: 'udp' | 'tcp'): { why: Failure['why']; last?: boolean } {
  switch (kind) {
    case 'deadline':
      return { why: 'timeout', last: true };
    case 'timeout':
      // Silence over TCP comes after a word over UDP: asking again would end the same way.
      return { why: transport === 'udp' ? 'timeout' : 'tcp' };
    case 'truncated':
    case 'spoofing':
    case 'garbage':
      return { why: 'garbage' };
    case 'closed':
      return { why: 'tcp' };
    case 'refused':
    case 'unreachable':
    case 'name-not-found':
      return { why: transport === 'udp' ? 'unreachable' : 'tcp' };
    default:
      return kind satisfies never;
  }
}

// The most telling failure first: what a server said counts for more than what it did not say.
const MOST_TELLING: readonly LookupFailure[] = ['servfail', 'rcode', 'refused', 'referral', 'garbage', 'tcp', 'timeout', 'unreachable'];

/** `refused` only when every server said so; beside other failures it is one RCODE among others. */
function summarize(failures: readonly Failure[], notes: Notes): Conclusion {
  const [first] = failures.toSorted((a, b) => MOST_TELLING.indexOf(a.why) - MOST_TELLING.indexOf(b.why));
  // A server may have been silent before.
  const refusing = new Set(failures.filter(({ why }) => why === 'refused').map(({ server }) => server));
  const refusedEverywhere = failures.every(({ server }) => refusing.has(server));
  const why = first === undefined ? 'no-server' : first.why === 'refused' && !refusedEverywhere ? 'rcode' : first.why;
  const rcode = first?.rcode ?? null;
  const server = rcode === null ? null : (first?.server ?? null);
  return { answer: { kind: 'failed', why }, ttl: null, rcode, server, authoritative: false, ...notes };
}
