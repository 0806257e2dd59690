import { encodeMessage } from '@srvkit/dns';
import type { TryOutcome, TryRequest } from '../ask-servers.ts';
import { makeQuery } from '../query.ts';
import { replyReader } from '../read-reply.ts';
import type { Findings, ScheduleProgress } from '../schedule-progress.ts';
import type { Conversation, Ending, Transports } from './conversation.ts';
import type { Endpoints } from './endpoints.ts';
import type { Places } from './places.ts';

/** What all schedules of a client share. */
export interface ScheduleMeans {
  readonly transports: Transports;
  /** One for each question at a server. */
  readonly places: Places;
  readonly messageId: () => number;
  /** Milliseconds since any fixed moment, never set back. */
  readonly clock: () => number;
}

/** What it takes to act on a schedule. */
export interface ScheduleRun {
  readonly progress: ScheduleProgress;
  /** By the names the schedule gives the servers. */
  readonly endpoints: Endpoints;
  readonly means: ScheduleMeans;
  readonly signal: AbortSignal;
  /** It keeps no process alive. */
  readonly background: boolean;
}

/**
 * Does what the schedule says until it concludes, tells it what came of every try, and gives what `conclude` makes of it. How long that
 * may take is the business of those who wait for it. Rejects only with the reason of the signal.
 */
export async function runSchedule<T>(run: ScheduleRun, conclude: (findings: Findings) => T): Promise<T> {
  const { progress, signal, means } = run;
  const { clock, places } = means;
  for (let request = progress.next; request !== undefined; request = progress.next) {
    signal.throwIfAborted();
    if (!places.tryEnter()) await places.enter(signal);
    progress.begin(clock());
    const hearing: Hearing = { outcome: undefined };
    try {
      const ending = await converse(run, request, hearing);
      // Only what was heard makes a conversation finish.
      hearing.outcome ??= { kind: ending === 'finished' ? 'garbage' : ending };
    } finally {
      places.leave();
    }
    progress.tell(hearing.outcome, clock());
  }
  return conclude(progress.findings(clock()));
}

/** What came of a conversation. Kept beside its promise: V8 lets go of the values of promises late. */
interface Hearing {
  outcome: TryOutcome | undefined;
}

function converse(run: ScheduleRun, request: TryRequest, hearing: Hearing): Promise<Ending> {
  const { question, transport, edns, timeoutMs } = request;
  const endpoint = run.endpoints.get(request.server);
  if (endpoint === undefined) {
    hearing.outcome = { kind: 'name-not-found' };
    return Promise.resolve('finished');
  }
  const query = encodeMessage(makeQuery(question, { id: run.means.messageId(), edns }));
  const read = replyReader(query, question);
  const conversation: Conversation = {
    endpoint,
    request: query,
    timeoutMs,
    signal: run.signal,
    background: run.background,
    onMessage: (message, finish) => {
      const outcome = read(message);
      // A stream has no strangers in it: ids that do not fit are the server's own disorder.
      if (outcome === undefined || (transport === 'tcp' && outcome.kind === 'spoofing')) return;
      hearing.outcome = outcome;
      finish();
    },
  };
  return run.means.transports[transport](conversation);
}
