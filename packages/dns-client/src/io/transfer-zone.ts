import { decodeMessage, encodeMessage, makeMessage, signMessage, streamVerifier, WireError } from '@srvkit/dns';
import type { DomainName, Message, MessageSigner, StreamVerifier } from '@srvkit/dns';
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
  const { zone, endpoint, signer, now, timeoutMs, signal } = run;
  const server = endpoint.text;
  const prepared = await withinTime(prepare(run), { timeoutMs, signal });
  if (prepared === undefined) return { kind: 'failed', why: 'timeout', detail: 'the request was not signed in time', server };
  const { bytes, verifier } = prepared;
  const reader = new TransferReader(zone);
  const judging = new Judging();
  const read = async (octets: Uint8Array, finish: (transfer: Transfer) => void): Promise<void> => {
    const message = decode(octets);
    if (message === undefined || message.id !== run.id || !message.response) {
      finish({ kind: 'failed', why: 'malformed', detail: 'a message that is no reply to the request', server });
      return;
    }
    if (message.rcode !== 'NOERROR') {
      finish({ kind: 'refused', rcode: message.rcode, tsigError: message.tsig?.rdata.error ?? null, server });
      return;
    }
    const verdict = await verifier?.accept(octets, Math.floor(now() / 1000));
    if (verdict !== undefined && verdict.kind !== 'verified' && verdict.kind !== 'unproven') {
      finish({ kind: 'unverified', server });
      return;
    }
    const result = reader.read(message);
    if (result === undefined) return;
    if (result !== 'complete') finish({ kind: 'failed', why: 'malformed', detail: result.malformed, server });
    else if (verifier?.isProven === false) finish({ kind: 'unverified', server });
    else finish({ kind: 'transferred', records: reader.records, tsig: signer === undefined ? 'none' : 'verified', server });
  };
  // A server that closes the connection behind its last message may end the conversation before that is judged.
  let outcome: Transfer | undefined;
  const conversation: Conversation = {
    endpoint,
    request: bytes,
    timeoutMs,
    signal,
    onMessage: (octets, finish) => {
      const end = (transfer: Transfer): void => {
        outcome ??= transfer;
        finish();
      };
      judging.add(async () => {
        if (outcome === undefined) await read(octets, end);
      }, finish);
    },
  };
  const ending = await judging.end(run.converse(conversation));
  const why = ending === 'finished' ? 'malformed' : ending;
  return outcome ?? { kind: 'failed', why, detail: `after ${reader.records.length} records`, server };
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

function decode(octets: Uint8Array): Message | undefined {
  try {
    return decodeMessage(octets);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
