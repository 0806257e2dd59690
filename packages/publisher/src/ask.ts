import { makeMessage } from '@srvkit/dns';
import type { MessageSigner, Question } from '@srvkit/dns';
import type { DnsClient, ExchangeOutcome } from '@srvkit/dns-client';
import { SignerError } from './signers.ts';
import type { Signers } from './signers.ts';

export interface AskOptions {
  readonly client: Pick<DnsClient, 'exchange'>;
  readonly server: string;
  readonly signers: Pick<Signers, 'readKey'>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Asks one server one question over TCP, signed with the key of the UPDATE: a server that chooses its view by the key (BIND's
 * `match-clients { key ...; }`) then shows the zone that the UPDATE will change. A server that does not take the signed question is asked
 * again without, as nsupdate does (publish 1.1), and from then on at once. What is wrong with the key, the UPDATE will tell.
 */
export async function ask(question: Question, options: AskOptions): Promise<ExchangeOutcome> {
  const { server, signers } = options;
  const key = signers.readKey.for(server);
  if (key === undefined) return send(question, options, undefined);
  const outcome = await sendSigned(question, options, key);
  if (outcome !== undefined && isGood(outcome)) return outcome;
  signers.readKey.giveUp(server);
  return send(question, options, undefined);
}

/** Silence is no reason to ask without the key. A MAC in Samba's manner (publish 4.2) proves as much as an unsigned reply does. */
function isGood(outcome: ExchangeOutcome): boolean {
  if (outcome.kind === 'failed') return true;
  const { rcode, tsig } = outcome;
  const proven = tsig === 'verified' || tsig === 'samba-mac';
  return proven && (rcode === 'NOERROR' || rcode === 'NXDOMAIN' || rcode === 'SERVFAIL');
}

async function sendSigned(question: Question, options: AskOptions, key: MessageSigner): Promise<ExchangeOutcome | undefined> {
  try {
    return await send(question, options, key);
  } catch (error) {
    if (error instanceof SignerError) return undefined;
    throw error;
  }
}

function send(question: Question, { client, server, signal }: AskOptions, signer: MessageSigner | undefined): Promise<ExchangeOutcome> {
  const query = makeMessage({ id: 0, question: [question] }); // the client gives it an id
  return client.exchange(query, {
    server,
    transport: 'tcp',
    // Whatever a signed question gets, the next one is unsigned if it was not good: nothing is gained by waiting.
    ...(signer === undefined ? {} : { signer, firstReply: true }),
    ...(signal === undefined ? {} : { signal }),
  });
}
