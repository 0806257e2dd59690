import { encodeMessage } from '@srvkit/dns';
import type { Question } from '@srvkit/dns';
import { askServers } from '../ask-servers.ts';
import type { Conclusion, Schedule, TryOutcome, TryRequest } from '../ask-servers.ts';
import type { Try } from '../lookup.ts';
import { makeQuery } from '../query.ts';
import { replyReader } from '../read-reply.ts';
import type { Conversation, Ending } from './conversation.ts';
import type { Endpoints } from './endpoints.ts';
import { converseTcp } from './tcp.ts';
import type { UdpSockets } from './udp-sockets.ts';

/** What it takes to act on a schedule. */
export interface ScheduleRun {
  readonly question: Question;
  readonly schedule: Schedule;
  /** By the names the schedule gives the servers. */
  readonly endpoints: Endpoints;
  readonly sockets: UdpSockets;
  readonly messageId: () => number;
  /** Milliseconds since any fixed moment, never set back. */
  readonly clock: () => number;
  /** On `clock`. */
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
}

/** Acts on what `askServers` says until it concludes, and keeps a record of every try. Rejects only with the reason of the signal. */
export async function runSchedule(run: ScheduleRun): Promise<{ readonly conclusion: Conclusion; readonly tries: readonly Try[] }> {
  const { clock, deadlineAt } = run;
  const tries: Try[] = [];
  const asking = askServers(run.question, run.schedule);
  let step = asking.next();
  while (step.done !== true) {
    run.signal.throwIfAborted();
    const request = step.value;
    const startedAt = clock();
    const leftMs = deadlineAt - startedAt;
    if (leftMs <= 0) {
      step = asking.next({ kind: 'deadline' });
      continue;
    }
    const ending = await converse(run, request, Math.min(request.timeoutMs, leftMs));
    const outcome = ending.kind === 'finished' ? ending.value : ending;
    tries.push(tryOf(request, outcome, clock() - startedAt));
    step = asking.next(outcome);
  }
  return { conclusion: step.value, tries };
}

function converse(run: ScheduleRun, request: TryRequest, timeoutMs: number): Promise<Ending<TryOutcome>> {
  const { question, transport, edns } = request;
  const endpoint = run.endpoints.get(request.server);
  if (endpoint === undefined) return Promise.resolve({ kind: 'finished', value: { kind: 'name-not-found' } });
  const query = encodeMessage(makeQuery(question, { id: run.messageId(), edns }));
  const read = replyReader(query, question);
  const conversation: Conversation<TryOutcome> = {
    endpoint,
    request: query,
    timeoutMs: Math.max(1, timeoutMs),
    signal: run.signal,
    onMessage: (message, finish) => {
      const outcome = read(message);
      // A stream has no strangers in it: ids that do not fit are the server's own disorder.
      if (outcome !== undefined && (transport === 'udp' || outcome.kind !== 'spoofing')) finish(outcome);
    },
  };
  return transport === 'udp' ? run.sockets.converse(conversation) : converseTcp(conversation);
}

function tryOf({ server, transport }: TryRequest, outcome: TryOutcome, ms: number): Try {
  const rcode = outcome.kind === 'answered' ? outcome.message.rcode : null;
  return { server, transport, outcome: outcome.kind, rcode, ms: Math.round(ms * 1000) / 1000 };
}
