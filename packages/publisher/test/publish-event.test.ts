import test from 'ava';
import { parseDomainName } from '@srvkit/dns';
import type { Failure } from '../src/failure.ts';
import { publishEvent } from '../src/publish-event.ts';
import { worstOutcome } from '../src/report.ts';

const domain = 'contoso.com.';
const server = '192.0.2.1:53';

test('12294 for what is published, also when it was before (kms P-15)', (t) => {
  t.deepEqual(publishEvent('_vlmcs._tcp', domain, 'published', undefined), { id: 12294, domain });
  t.deepEqual(publishEvent('_VLMCS._TCP.', domain, 'unchanged', undefined), { id: 12294, domain });
});

test('no event for other services, for plans, for withdrawals, for what is switched off', (t) => {
  t.is(publishEvent('_ldap._tcp', domain, 'published', undefined), undefined);
  for (const outcome of ['planned', 'withdrawn', 'disabled'] as const)
    t.is(publishEvent('_vlmcs._tcp', domain, outcome, undefined), undefined);
});

const failures: { failure: Failure; hresult: string; symbol: string }[] = [
  { failure: answered('REFUSED'), hresult: '0x8007232D', symbol: 'DNS_ERROR_RCODE_REFUSED' },
  { failure: answered('NOTAUTH', 'BADSIG'), hresult: '0x80072338', symbol: 'DNS_ERROR_RCODE_BADSIG' },
  { failure: answered('NOTAUTH', 'BADKEY'), hresult: '0x80072339', symbol: 'DNS_ERROR_RCODE_BADKEY' },
  { failure: answered('NOTAUTH', 'BADTIME'), hresult: '0x8007233A', symbol: 'DNS_ERROR_RCODE_BADTIME' },
  { failure: answered('NOTAUTH'), hresult: '0x80072331', symbol: 'DNS_ERROR_RCODE_NOTAUTH' },
  { failure: answered('NOTIMP'), hresult: '0x8007232C', symbol: 'DNS_ERROR_RCODE_NOT_IMPLEMENTED' },
  { failure: answered('BADCOOKIE'), hresult: '0x8007232A', symbol: 'DNS_ERROR_RCODE_SERVER_FAILURE' },
  { failure: { kind: 'no-answer', server, why: 'timeout' }, hresult: '0x8007232A', symbol: 'DNS_ERROR_RCODE_SERVER_FAILURE' },
  { failure: { kind: 'no-server' }, hresult: '0x8007267C', symbol: 'DNS_ERROR_NO_DNS_SERVERS' },
  { failure: { kind: 'no-zone', why: 'NXDOMAIN' }, hresult: '0x8007232B', symbol: 'DNS_ERROR_RCODE_NAME_ERROR' },
  { failure: { kind: 'alias', target: parseDomainName('a.test') }, hresult: '0x800725EC', symbol: 'DNS_ERROR_NODE_IS_CNAME' },
  { failure: { kind: 'not-shown', server, rcode: 'NOERROR' }, hresult: '0x800725E5', symbol: 'DNS_ERROR_RECORD_DOES_NOT_EXIST' },
];
for (const { failure, hresult, symbol } of failures) {
  test(`12293 says ${symbol} for ${failure.kind} ${failure.kind === 'rcode' ? (failure.tsigError ?? failure.rcode) : ''} (kms 6.1)`, (t) => {
    t.deepEqual(publishEvent('_vlmcs._tcp', domain, 'refused', failure), { id: 12293, domain, code: { hresult, symbol } });
  });
}

test('the outcome of all is the worst, in the order of cli.md', (t) => {
  t.is(worstOutcome([]), 'unchanged');
  t.is(worstOutcome([{ outcome: 'published' }, { outcome: 'unchanged' }]), 'published');
  t.is(worstOutcome([{ outcome: 'refused' }, { outcome: 'published' }, { outcome: 'not-applied' }]), 'refused');
  t.is(worstOutcome([{ outcome: 'refused' }, { outcome: 'unreachable' }]), 'unreachable');
});

function answered(rcode: Extract<Failure, { kind: 'rcode' }>['rcode'], tsigError: typeof rcode | null = null): Failure {
  return { kind: 'rcode', server, rcode, tsig: 'unsigned', tsigError, clockOffsetMs: null };
}
