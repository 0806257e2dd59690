import { makeTsigKey, parseDomainName } from '@srvkit/dns';
import { createTestServer } from '@srvkit/test-server';
import { answerParent } from './child.ts';
import { LAB_KEY } from './lab-key.ts';

// The test server, in a process of its own on loopback. The lab's hosts may change its zones.

export interface ServerQuestion {
  /** Master-file text of each zone. */
  readonly zones: readonly string[];
  /** In base64. */
  readonly secret: string;
}

export interface ServerAnswer {
  readonly address: string;
}

answerParent(async ({ zones, secret }: ServerQuestion): Promise<ServerAnswer> => {
  const key = makeTsigKey({ name: parseDomainName(LAB_KEY), secret: Buffer.from(secret, 'base64') });
  const { address } = await createTestServer({ zones, keys: [key] });
  return { address };
});
