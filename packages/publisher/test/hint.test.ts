import test from 'ava';
import { parseDomainName } from '@srvkit/dns';
import type { Rcode } from '@srvkit/dns';
import type { Failure, FailureSubject } from '../src/failure.ts';
import { hint } from '../src/hint.ts';
import type { TsigOutcome } from '../src/report.ts';

const key = { keyName: parseDomainName('east-key'), algorithm: parseDomainName('hmac-sha256') };

// The rows of publish section 4 that end in a refusal. `tsigError` is what the TSIG record says.
const answers: {
  title: string;
  rcode: Rcode;
  tsig: TsigOutcome;
  tsigError?: Rcode;
  clockOffsetMs?: number;
  unsigned?: true;
  says: RegExp;
}[] = [
  {
    title: 'no key, REFUSED (BIND, PowerDNS)',
    rcode: 'REFUSED',
    tsig: 'none',
    unsigned: true,
    says: /only with a key, or not at all: sign with a key/,
  },
  {
    title: 'no key, NOTAUTH (Knot)',
    rcode: 'NOTAUTH',
    tsig: 'none',
    unsigned: true,
    says: /only with a key, or is not its primary: sign with a key/,
  },
  {
    title: 'not allowed, REFUSED signed (BIND)',
    rcode: 'REFUSED',
    tsig: 'verified',
    says: /knows key east-key\. \(hmac-sha256\), but does not let it change _vlmcs.*update-policy: grant east-key\. name _vlmcs\._tcp\.contoso\.com\. SRV;\), or name the primary if it is a secondary$/,
  },
  {
    title: 'not allowed, REFUSED unsigned (PowerDNS)',
    rcode: 'REFUSED',
    tsig: 'unsigned',
    says: /check the name \(lower case\), algorithm and secret of key east-key/,
  },
  {
    title: 'not allowed or unknown, BADKEY (BIND, Knot)',
    rcode: 'NOTAUTH',
    tsig: 'unsigned',
    tsigError: 'BADKEY',
    says: /does not know key east-key.*or does not let it.*algorithm/,
  },
  {
    title: 'NOTAUTH unsigned (Knot)',
    rcode: 'NOTAUTH',
    tsig: 'unsigned',
    says: /says without a signature that it is not the primary of contoso\.com\./,
  },
  { title: 'NOTAUTH signed', rcode: 'NOTAUTH', tsig: 'verified', says: /is not the primary of contoso\.com\.: name the primary/ },
  { title: 'wrong secret', rcode: 'NOTAUTH', tsig: 'unsigned', tsigError: 'BADSIG', says: /another secret for key east-key/ },
  {
    title: 'wrong clock, signed',
    rcode: 'NOTAUTH',
    tsig: 'verified',
    tsigError: 'BADTIME',
    says: /disagree about the time: set the clocks/,
  },
  ...[
    { clockOffsetMs: 1_000_000, says: /time, your clock is 17 min behind the server's: set the clocks/ },
    { clockOffsetMs: -330_000, says: /your clock is 6 min ahead of the server's/ },
    { clockOffsetMs: 7_200_000, says: /2 h behind/ },
    { clockOffsetMs: -31_536_000_000, says: /365 days ahead/ },
    { clockOffsetMs: 90_000, says: /90 s behind/ },
  ].map(({ clockOffsetMs, says }) => ({
    title: `wrong clock by ${clockOffsetMs} ms`,
    rcode: 'NOTAUTH' as const,
    tsig: 'verified' as const,
    tsigError: 'BADTIME' as const,
    clockOffsetMs,
    says,
  })),
  {
    title: 'wrong clock, unproven',
    rcode: 'NOTAUTH',
    tsig: 'unsigned',
    tsigError: 'BADTIME',
    says: /time \(it says so without a valid signature\)/,
  },
  { title: 'MAC too short', rcode: 'NOTAUTH', tsig: 'verified', tsigError: 'BADTRUNC', says: /not truncated/ },
  { title: 'request sent back (Windows)', rcode: 'REFUSED', tsig: 'echoed', says: /as Windows does.*Full Control/ },
  { title: 'no UPDATE (NSD)', rcode: 'NOTIMP', tsig: 'unsigned', says: /does not take DNS UPDATE: name another primary/ },
  { title: 'SERVFAIL', rcode: 'SERVFAIL', tsig: 'verified', says: /log.*journal.*Samba/ },
  { title: 'NOTZONE', rcode: 'NOTZONE', tsig: 'verified', says: /outside of contoso\.com\./ },
  { title: 'anything else', rcode: 'YXRRSET', tsig: 'verified', says: /answered YXRRSET/ },
];
for (const { title, rcode, tsig, tsigError = null, clockOffsetMs = null, unsigned, says } of answers) {
  test(`there is a hint for ${title}`, (t) => {
    const text = hint(
      { kind: 'rcode', server: '192.0.2.1:53', rcode, tsig, tsigError, clockOffsetMs },
      subject(unsigned === true ? undefined : key),
    );
    t.regex(text, says);
    t.regex(text, /^192\.0\.2\.1:53 /);
  });
}

const others: { failure: Failure; says: RegExp }[] = [
  { failure: { kind: 'no-answer', server: '192.0.2.1:53', why: 'timeout' }, says: /did not answer \(timeout\): check that it runs/ },
  { failure: { kind: 'query', server: '192.0.2.1:53', rcode: 'REFUSED' }, says: /answered REFUSED when it was asked about _vlmcs/ },
  { failure: { kind: 'no-server' }, says: /no DNS server is configured/ },
  { failure: { kind: 'no-zone', why: 'NXDOMAIN' }, says: /no zone was found for _vlmcs.* \(NXDOMAIN\)/ },
  { failure: { kind: 'not-authoritative', server: '192.0.2.1:53' }, says: /not authoritative for _vlmcs/ },
  { failure: { kind: 'signer', server: '192.0.2.1:53', why: 'no ticket' }, says: /nothing could be signed for 192\.0\.2\.1:53: no ticket/ },
  {
    failure: { kind: 'alias', target: parseDomainName('elsewhere.test'), dname: parseDomainName('contoso.com') },
    says: /is an alias for elsewhere\.test\. by the DNAME at contoso\.com\., which hides what is below it: publish at its target/,
  },
  { failure: { kind: 'alias', target: parseDomainName('elsewhere.test') }, says: /is an alias for elsewhere\.test\.: remove the CNAME/ },
  { failure: { kind: 'not-shown', server: '192.0.2.1:53', rcode: 'NOERROR' }, says: /does not show the change although it did not refuse/ },
  { failure: { kind: 'not-shown-yet', server: '192.0.2.1:53' }, says: /took the change, perhaps for the primary.*publish again/ },
  {
    failure: { kind: 'not-shown', server: '192.0.2.1:53', rcode: 'REFUSED' },
    says: /answered REFUSED, signed as older Samba servers do.*let key east-key\. \(hmac-sha256\) change _vlmcs/,
  },
];
for (const { failure, says } of others) {
  test(`there is a hint for ${failure.kind}${'dname' in failure ? ' by a DNAME' : ''}${'rcode' in failure ? ` after ${failure.rcode}` : ''}`, (t) => {
    t.regex(hint(failure, subject(key)), says);
  });
}

function subject(key: FailureSubject['key']): FailureSubject {
  return { owner: parseDomainName('_vlmcs._tcp.contoso.com'), zone: parseDomainName('contoso.com'), key };
}
