import type { Message } from '@srvkit/dns';
import type { Answer, Circumstances, FaultEffect } from '../fault.ts';
import { joinEffects } from './join-effects.ts';
import { signingOtherwise, UNSIGNED } from './tsig-faults.ts';

type Quirk =
  | 'ignore-ttl'
  | 'keep-case'
  | 'refuse-at-alias'
  | 'no-tsig-on-unknown-zone'
  | 'refuse-unknown-zone'
  | 'notauth-without-key'
  | 'refuse-bad-tsig'
  | 'refuse-upper-case-key'
  | 'cannot-store'
  | 'badkey-on-denial'
  | 'judge-changes'
  | 'prerequisites-first'
  | 'loose-prerequisites'
  | 'short-request-mac'
  | 'no-tsig-on-refusal'
  | 'echo-refused-request'
  | 'first-key-owns'
  | 'formerr-on-option';

/** Where real servers differ from ours, each as one fault. The numbers are those of the facts on publishing. */
export const SERVER_QUIRKS: Readonly<Record<Quirk, FaultEffect>> = {
  /** publish 4, Knot: adding a record again with another TTL is NOERROR and changes nothing. */
  'ignore-ttl': { rules: { ignoreTtl: true } },
  /** publish 4, PowerDNS: a record is deleted only in its own letter case; NOERROR all the same. */
  'keep-case': { rules: { keepCase: true } },
  /** publish 4, PowerDNS: adding at an alias is REFUSED; with BIND and Knot, and here, it is NOERROR and changes nothing. */
  'refuse-at-alias': { rules: { refuseAtAlias: true } },
  /** publish 4, Knot: an UPDATE of a zone that is not there is NOTAUTH without a signature. */
  'no-tsig-on-unknown-zone': { settle: (answer, request) => (isUnknownZone(answer, request) ? unsigned(answer) : answer) },
  /** publish 4, PowerDNS: an UPDATE of a zone that is not there is REFUSED, signed. */
  'refuse-unknown-zone': { settle: (answer, request) => (isUnknownZone(answer, request) ? withRcode(answer, 'REFUSED') : answer) },
  /** publish 4, Knot: an UPDATE without a signature is NOTAUTH. */
  'notauth-without-key': { settle: (answer, request) => (isRefusedUnsigned(answer, request) ? withRcode(answer, 'NOTAUTH') : answer) },
  /** publish 4, PowerDNS: a wrong key, secret, algorithm or clock is REFUSED without a signature. */
  'refuse-bad-tsig': { settle: (answer) => (isBadTsig(answer) ? unsigned(withRcode(answer, 'REFUSED')) : answer) },
  /** publish 4, PowerDNS: a key name in upper case is REFUSED without a signature. */
  'refuse-upper-case-key': { refuse: ({ tsig }) => (tsig !== undefined && /[A-Z]/.test(tsig.name.toString()) ? 'REFUSED' : undefined) },
  /** publish 4, all of them: a journal that cannot be written makes every UPDATE a SERVFAIL. */
  'cannot-store': { rules: { cannotStore: true } },
  /** publish 4.0, Knot: what the key may not do is NOTAUTH with BADKEY. */
  'badkey-on-denial': { settle: (answer, request) => (isDenied(answer, request) ? badKey(answer) : answer) },
  /** publish 4.0, BIND: update-policy judges changes; an unsigned UPDATE without any is NOERROR. */
  'judge-changes': { rules: { judgeChanges: true } },
  /** publish 2, Samba: prerequisites come before the permission. */
  'prerequisites-first': { rules: { prerequisitesFirst: true } },
  /** publish 1.1, Samba: of the set that a prerequisite names, one record is enough. */
  'loose-prerequisites': { rules: { looseEquality: true } },
  /** publish 1.1 and 4.2, Samba: the reply's MAC is made over the request's MAC without its length. */
  'short-request-mac': { settle: ({ reply, verdict }) => ({ reply, verdict: signingOtherwise(verdict, withoutMacLength) }) },
  /** publish 4.1, Windows, MS-GSSA: only NOERROR is signed. */
  'no-tsig-on-refusal': { settle: (answer) => (answer.reply.rcode === 'NOERROR' ? answer : unsigned(answer)) },
  /** publish 4.1, Windows, MS-GSSA App. A<1>: an UPDATE that is refused comes back as it was, its TSIG included, with the RCODE. */
  'echo-refused-request': { garble: echo },
  /** publish 4.1, Windows: a name belongs to the key (there: the account) that created it; others are REFUSED, even after it is deleted. */
  'first-key-owns': { rules: { firstKeyOwns: true } },
  /** publish 4.1, Windows: EDNS with an option is a FORMERR (DVE-2018-0002). */
  'formerr-on-option': { refuse: ({ edns }) => (edns !== undefined && edns.options.length > 0 ? 'FORMERR' : undefined) },
};

/** All that is known of a server, by its name. */
export const FAULT_SETS: Readonly<Record<string, FaultEffect>> = {
  bind: all('judge-changes'),
  knot: all('ignore-ttl', 'no-tsig-on-unknown-zone', 'notauth-without-key', 'badkey-on-denial'),
  powerdns: all('keep-case', 'refuse-at-alias', 'refuse-unknown-zone', 'refuse-bad-tsig', 'refuse-upper-case-key'),
  samba: all('prerequisites-first', 'loose-prerequisites', 'short-request-mac', 'first-key-owns'),
  windows: all('echo-refused-request', 'first-key-owns', 'formerr-on-option'),
};

function all(...names: readonly Quirk[]): FaultEffect {
  return names.map((name) => SERVER_QUIRKS[name]).reduce(joinEffects);
}

function isUnknownZone({ reply, verdict }: Answer, { opcode }: Message): boolean {
  return opcode === 'UPDATE' && verdict.kind === 'verified' && reply.rcode === 'NOTAUTH';
}

function isRefusedUnsigned({ reply, verdict }: Answer, { opcode }: Message): boolean {
  return opcode === 'UPDATE' && verdict.kind === 'unsigned' && reply.rcode === 'REFUSED';
}

function isDenied({ reply, verdict }: Answer, { opcode }: Message): boolean {
  return opcode === 'UPDATE' && verdict.kind === 'verified' && reply.rcode === 'REFUSED';
}

function isBadTsig({ verdict }: Answer): boolean {
  return verdict.kind !== 'verified' && verdict.kind !== 'unsigned';
}

function unsigned(answer: Answer): Answer {
  return { ...answer, verdict: UNSIGNED };
}

function withRcode(answer: Answer, rcode: Message['rcode']): Answer {
  return { ...answer, reply: { ...answer.reply, rcode } };
}

function badKey({ reply, verdict }: Answer): Answer {
  return { reply: { ...reply, rcode: 'NOTAUTH' }, verdict: verdict.kind === 'verified' ? { ...verdict, kind: 'bad-key' } : verdict };
}

// What a reply is signed over begins with the request's MAC behind its length of two octets (RFC 8945 section 4.3.1).
function withoutMacLength(signer: { sign(bytes: Uint8Array): Promise<Uint8Array> }, bytes: Uint8Array): Promise<Uint8Array> {
  return signer.sign(bytes.subarray(2));
}

function echo(bytes: Uint8Array, { requestBytes, request, reply }: Circumstances): Uint8Array {
  if (request.opcode !== 'UPDATE' || request.tsig === undefined || reply.rcode === 'NOERROR') return bytes;
  const echoed = Uint8Array.from(requestBytes);
  echoed[2] = (echoed[2] ?? 0) | 0x80; // QR
  echoed[3] = ((echoed[3] ?? 0) & 0xf0) | ((bytes[3] ?? 0) & 0x0f); // RCODE
  return echoed;
}
