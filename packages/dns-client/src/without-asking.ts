import { parseDomainName } from '@srvkit/dns';
import type { Question, ResourceRecord } from '@srvkit/dns';
import { addressNamed } from './address-name.ts';
import type { Conclusion } from './ask-servers.ts';
import { makeLookup } from './lookup.ts';
import type { Lookup } from './lookup.ts';

const LOCALHOST = parseDomainName('localhost');
/** Names that nobody has, or that are none of DNS's: RFC 6761 section 6.4, RFC 7686 section 2. */
const NOBODYS = ['invalid', 'onion'].map((label) => parseDomainName(label));

/**
 * What is known without asking anybody, for names that are no matter of DNS: one that spells an IP address has that address (srv A5),
 * `localhost` and all below it those of this machine (RFC 6761 section 6.3), and there is nothing below `invalid` and `onion` (srv N5).
 * Undefined for every other question.
 */
export function lookupWithoutAsking(question: Question): Lookup | undefined {
  const { name, type } = question;
  if (NOBODYS.some((top) => name.isWithin(top))) return known(question, { kind: 'nxdomain', ttl: 0, soa: null, ...NOTHING });
  if (name.isWithin(LOCALHOST)) return addressOf(question, type === 'AAAA' ? '::1' : type === 'A' ? '127.0.0.1' : undefined);
  if (type !== 'A' && type !== 'AAAA') return undefined;
  const named = addressNamed(name);
  return named === undefined ? undefined : addressOf(question, named.type === type ? named.address : undefined);
}

function addressOf(question: Question, address: string | undefined): Lookup {
  const { name, type } = question;
  if (address === undefined || (type !== 'A' && type !== 'AAAA')) return known(question, { kind: 'nodata', ttl: 0, soa: null, ...NOTHING });
  const record: ResourceRecord = { name, type, class: 'IN', ttl: 0, rdata: { type, address } };
  return known(question, { kind: 'records', records: [record], additional: [], ttl: 0, ...NOTHING });
}

function known(question: Question, answer: Conclusion['answer']): Lookup {
  return makeLookup(question, { answer, ttl: 0, plain: [], rcode: null, server: null, authoritative: false, ...NOTHING }, []);
}

const NOTHING = { chain: [], dropped: [], warnings: [] };
