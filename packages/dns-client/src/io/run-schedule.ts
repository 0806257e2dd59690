import { encodeMessage } from '@srvkit/dns';
import type { Question } from '@srvkit/dns';
import { askServers } from '../ask-servers.ts';
import type { Conclusion, Schedule, TryOutcome, TryRequest } from '../ask-servers.ts';
import type { Try } from '../lookup.ts';
import { makeQuery } from '../query.ts';
import { replyReader } from '../read-reply.ts';
import type { Conversation, Ending } from './conversation.ts';
import type { Endpoints } from './endpoints.ts';
import type { Places } from './places.ts';
import { converseTcp } from './tcp.ts';
import type { UdpSockets } from './udp-sockets.ts';

/** What it takes to act on a schedule. */
export interface ScheduleRun {
  readonly question: Question;
  readonly schedule: Schedule;
  /** By the names the schedule gives the servers. */
  readonly endpoints: Endpoints;
  readonly sockets: UdpSockets;
  /** One for each question at a server. */
  readonly places: Places;
  readonly messageId: () => number;
  /** Milliseconds since any fixed moment, never set back. */
  readonly clock: () => number;
  /** On `clock`. */
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
}

/**
 * Acts on what `askServers` says until it concludes, keeps a record of every try, and gives what `conclude` makes of both. Rejects
 * only with the reason of the signal.
 */
export async function runSchedule<T>(run: ScheduleRun, conclude: (conclusion: Conclusion, tries: readonly Try[]) => T): Promise<T> {
  const { clock, deadlineAt, signal, places } = run;
  const tries: Try[] = [];
  const asking = askServers(run.question, run.schedule);
  let step = asking.next();
  while (step.done !== true) {
    signal.throwIfAborted();
    const leftMs = deadlineAt - clock();
    // Timers are early by a fraction now and then; in less than a millisecond nobody answers.
    if (leftMs < 1 || !(places.tryEnter() || (await places.enter({ timeoutMs: leftMs, signal })))) {
      step = asking.next({ kind: 'deadline' });
      continue;
    }
    const startedAt = clock();
    const hearing: Hearing = { outcome: undefined };
    try {
      const ending = await converse(run, step.value, Math.min(step.value.timeoutMs, deadlineAt - startedAt), hearing);
      // Only what was heard makes a conversation finish.
      hearing.outcome ??= { kind: ending === 'finished' ? 'garbage' : ending };
    } finally {
      places.leave();
    }
    tries.push(tryOf(step.value, hearing.outcome, clock() - startedAt));
    step = asking.next(hearing.outcome);
  }
  return conclude(step.value, tries);
}

/** What came of a conversation. Kept beside its promise: V8 lets go of the values of promises late. */
interface Hearing {
  outcome: TryOutcome | undefined;
}

function converse(run: ScheduleRun, request: TryRequest, timeoutMs: number, hearing: Hearing): Promise<Ending> {
  const { question, transport, edns } = request;
  const endpoint = run.endpoints.get(request.server);
  if (endpoint === undefined) {
    hearing.outcome = { kind: 'name-not-found' };
    return Promise.resolve('finished');
  }
  const query = encodeMessage(makeQuery(question, { id: run.messageId(), edns }));
  const read = replyReader(query, question);
  const conversation: Conversation = {
    endpoint,
    request: query,
    timeoutMs: Math.max(1, timeoutMs),
    signal: run.signal,
    onMessage: (message, finish) => {
      const outcome = read(message);
      // A stream has no strangers in it: ids that do not fit are the server's own disorder.
      if (outcome === undefined || (transport === 'tcp' && outcome.kind === 'spoofing')) return;
      hearing.outcome = outcome;
      finish();
    },
  };
  return transport === 'udp' ? run.sockets.converse(conversation) : converseTcp(conversation);
}

function tryOf({ server, transport }: TryRequest, outcome: TryOutcome, ms: number): Try {
  const rcode = outcome.kind === 'answered' ? outcome.message.rcode : null;
  return { server, transport, outcome: outcome.kind, rcode, ms: Math.round(ms * 1000) / 1000 };
}
