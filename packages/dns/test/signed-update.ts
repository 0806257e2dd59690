import {
  decodeMessage,
  encodeMessage,
  hmacSigner,
  keyring,
  makeTsigKey,
  makeUpdate,
  parseDomainName,
  parseRecord,
  signMessage,
} from '@srvkit/dns';
import type { MessageSigner, TsigKeyParts } from '@srvkit/dns';

export const NOW = 1_795_300_000;
export const SECRET: Uint8Array = Buffer.from('admin-test-secret-32-bytes-long!');
export const signer: MessageSigner = makeSigner({});
export const find: ReturnType<typeof keyring> = keyring([signer]);
export const update: Uint8Array = encodeMessage(
  makeUpdate({
    id: 0x1234,
    zone: parseDomainName('example.org'),
    operations: [{ kind: 'add', record: parseRecord('_vlmcs._tcp.example.org. 60 IN SRV 10 75 1688 kms1.example.org.') }],
  }),
);

export function makeSigner(parts: Partial<TsigKeyParts>): MessageSigner {
  return hmacSigner(makeTsigKey({ name: parseDomainName('admin-key'), secret: SECRET, ...parts }));
}

export async function signed(parts: Partial<TsigKeyParts>): Promise<Uint8Array> {
  return (await signMessage(update, makeSigner(parts), { timeSigned: NOW })).bytes;
}

export function withMacOctets(bytes: Uint8Array, length: number): Uint8Array {
  const message = decodeMessage(bytes);
  const { tsig } = message;
  if (tsig === undefined) throw new TypeError('The message is not signed');
  const mac = new Uint8Array(length);
  mac.set(tsig.rdata.mac.subarray(0, length));
  return encodeMessage({ ...message, tsig: { ...tsig, rdata: { ...tsig.rdata, mac } } });
}
