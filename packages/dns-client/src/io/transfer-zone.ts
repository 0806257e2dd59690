import { encodeMessage, makeMessage, signMessage, streamVerifier } from '@srvkit/dns';
import type { DomainName, MessageSigner, StreamVerifier } from '@srvkit/dns';
import { decodeReply } from '../decode-reply.ts';
import { TransferReader } from '../transfer.ts';
import type { Transfer } from '../transfer.ts';
import type { Conversation, Endpoint, Transports } from './conversation.ts';
import { Judging } from './judging.ts';
import { withinTime } from './within-time.ts';

/** What it takes to transfer one zone. */
export interface TransferRun {
  readonly zone: DomainName;
  readonly endpoint: Endpoint;
  readonly signer: MessageSigner | undefined;
  readonly id: number;
  /** Seconds since 1970, never less than before for the same key. */
  readonly timeSigned: (signer: MessageSigner) => number;
  /** Epoch ms. */
  readonly now: () => number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly converse: Transports['tcp'];
}

/** Asks one server for all of a zone (AXFR, RFC 5936). Rejects only with the reason of the signal, or when the signer fails. */
export async function transferZone(run: TransferRun): Promise<Transfer> {
  const { zone, endpoint, timeoutMs, signal } = run;
  const server = endpoint.text;
  const prepared = await withinTime(prepare(run), { timeoutMs, signal });
  if (prepared === undefined) return { kind: 'failed', why: 'timeout', detail: 'the request was not signed in time', server };
  const { bytes, verifier } = prepared;
  const reader = new TransferReader(zone);
  const judging = new Judging();
  let outcome: Transfer | undefined;
  const read = async (octets: Uint8Array, finish: () => void): Promise<void> => {
    outcome ??= await outcomeOf(octets, { run, reader, verifier });
    if (outcome !== undefined) finish();
  };
  const onMessage: Conversation['onMessage'] = (octets, finish) => judging.add(() => read(octets, finish), finish);
  // A server that closes the connection behind its last message may end the conversation before that is judged.
  const ending = await judging.end(run.converse({ endpoint, request: bytes, timeoutMs, signal, onMessage }));
  const why = ending === 'finished' ? 'malformed' : ending;
  return outcome ?? { kind: 'failed', why, detail: `after ${reader.records.length} records`, server };
}

/** What a transfer has come to with one more message; undefined while more is to come. */
async function outcomeOf(
  octets: Uint8Array,
  { run, reader, verifier }: { run: TransferRun; reader: TransferReader; verifier: StreamVerifier | undefined },
): Promise<Transfer | undefined> {
  const server = run.endpoint.text;
  const message = decodeReply(octets);
  if (message === undefined || message.id !== run.id || !message.response)
    return { kind: 'failed', why: 'malformed', detail: 'a message that is no reply to the request', server };
  const { rcode, tsig } = message;
  if (rcode !== 'NOERROR') return { kind: 'refused', rcode, tsigError: tsig?.rdata.error ?? null, server };
  const verdict = await verifier?.accept(octets, Math.floor(run.now() / 1000));
  if (verdict !== undefined && verdict.kind !== 'verified' && verdict.kind !== 'unproven') return { kind: 'unverified', server };
  const read = reader.read(message);
  if (read === undefined) return undefined;
  if (read !== 'complete') return { kind: 'failed', why: 'malformed', detail: read.malformed, server };
  if (verifier?.isProven === false) return { kind: 'unverified', server };
  return { kind: 'transferred', records: reader.records, tsig: verifier === undefined ? 'none' : 'verified', server };
}

async function prepare({
  zone,
  signer,
  id,
  timeSigned,
}: TransferRun): Promise<{ bytes: Uint8Array; verifier: StreamVerifier | undefined }> {
  const query = encodeMessage(makeMessage({ id, question: [{ name: zone, type: 'AXFR', class: 'IN' }] }));
  if (signer === undefined) return { bytes: query, verifier: undefined };
  const { bytes, mac } = await signMessage(query, signer, { timeSigned: timeSigned(signer) });
  return { bytes, verifier: streamVerifier(signer, mac) };
}
