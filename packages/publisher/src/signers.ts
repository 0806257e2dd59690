import type { MessageSigner, SignerFactory, SignerSession } from '@srvkit/dns';
import { parseServerAddress } from '@srvkit/dns-client';
import type { Primary } from './primary.ts';

/** The signer for each server, for as long as one publish lasts. */
export interface Signers {
  /** Undefined: nothing is signed. Rejects with `SignerError`, or with the reason of the signal. */
  signerFor(primary: Primary, server: string): Promise<MessageSigner | undefined>;
  /** What messages to that server are signed with so far. */
  keyFor(server: string | undefined): Pick<MessageSigner, 'keyName' | 'algorithm'> | undefined;
  /** The key that questions are signed with: a configured one only. A session's name is new each time, so that no view can be chosen by it. */
  readonly readKey: {
    for(server: string): MessageSigner | undefined;
    /** This server does not take signed questions. */
    giveUp(server: string): void;
  };
  /** Closes every session that was opened. */
  close(): Promise<void>;
}

/** The signer failed: no ticket, no session, hardware gone. The message is the signer's own. */
export class SignerError extends Error {
  override readonly name = 'SignerError';

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** One signer for all servers, a session a server from a factory, or none. */
export function makeSigners(signer: MessageSigner | SignerFactory | undefined, signal: AbortSignal | undefined): Signers {
  if (signer === undefined || !('open' in signer)) {
    const guarded = signer === undefined ? undefined : guard(signer);
    return {
      signerFor: () => Promise.resolve(guarded),
      keyFor: () => guarded,
      readKey: makeReadKey(guarded),
      close: () => Promise.resolve(),
    };
  }
  const sessions = new Map<string, SignerSession>();
  return {
    async signerFor({ mname }, server) {
      const { host, port } = parseServerAddress(server);
      const session = sessions.get(server) ?? (await open(signer, { name: mname, address: host, port }, signal));
      sessions.set(server, session);
      return guard(session);
    },
    keyFor: (server) => (server === undefined ? undefined : sessions.get(server)),
    readKey: makeReadKey(undefined),
    async close() {
      // What was published is published: a session that cannot be closed ends by itself.
      await Promise.allSettled([...sessions.values()].map((session) => session.close()));
    },
  };
}

function makeReadKey(key: MessageSigner | undefined): Signers['readKey'] {
  const givenUp = new Set<string>();
  return {
    for: (server) => (givenUp.has(server) ? undefined : key),
    giveUp: (server) => void givenUp.add(server),
  };
}

async function open(
  factory: SignerFactory,
  server: Parameters<SignerFactory['open']>[0],
  signal: AbortSignal | undefined,
): Promise<SignerSession> {
  try {
    return await factory.open(server, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw new SignerError(error);
  }
}

/** The same signer, whose failures can be told from everybody else's. */
function guard(signer: MessageSigner): MessageSigner {
  const { keyName, algorithm, macOctets } = signer;
  return {
    keyName,
    algorithm,
    ...(macOctets === undefined ? {} : { macOctets }),
    sign: (bytes) => named(signer.sign(bytes)),
    verify: (bytes, mac) => named(signer.verify(bytes, mac)),
  };
}

async function named<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw new SignerError(error);
  }
}
