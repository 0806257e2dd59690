import type { DomainName, Edns, Message, Question, Rcode, RecordType, ResourceRecord } from '@srvkit/dns';
import { lookupName } from './lookup-name.ts';
import type { RRset } from './rrset.ts';
import { findZone } from './zone.ts';
import type { Zone, Zones } from './zone.ts';

/** How large a UDP message we take and send (RFC 9715 section 3.2; the DNS flag day's figure). */
export const UDP_PAYLOAD_SIZE = 1232;

const MAX_ALIASES = 16;

/**
 * The authoritative answer to a query: from the zone with the longest origin, aliases followed through all our zones, negative answers
 * with the SOA, referrals at delegations, addresses of SRV and NS targets in the additional section (RFC 1034 section 4.3.2, RFC 2308,
 * RFC 2782, RFC 4592, RFC 6891; srv T1 and T2). REFUSED for names that are not ours. Does not truncate.
 */
export function answerQuery(zones: Zones, query: Message): Message {
  if (query.edns !== undefined && query.edns.version !== 0) return makeReply(query, 'BADVERS');
  if (query.opcode !== 'QUERY') return makeReply(query, 'NOTIMP');
  const [question, another] = query.question;
  if (question === undefined || another !== undefined) return makeReply(query, 'FORMERR'); // RFC 9619
  const unanswerable = UNANSWERABLE[question.type];
  if (unanswerable !== undefined) return makeReply(query, unanswerable);
  const zone = findZone(zones, question.name);
  if (zone === undefined || (question.class !== zone.class && question.class !== 'ANY')) return makeReply(query, 'REFUSED');
  return collectAnswer(zones, zone, query, question);
}

/** A reply to `request` with the question repeated, if there is exactly one, and nothing in the other sections. */
export function makeReply(request: Message, rcode: Rcode, sections: Sections = NO_SECTIONS): Message {
  return {
    id: request.id,
    response: true,
    opcode: request.opcode,
    authoritative: sections.authoritative,
    truncated: false,
    recursionDesired: request.recursionDesired,
    recursionAvailable: false,
    authenticData: false,
    checkingDisabled: request.checkingDisabled,
    rcode,
    question: request.question.length === 1 ? request.question : [],
    answer: sections.answer,
    authority: sections.authority,
    additional: sections.additional,
    edns: request.edns === undefined ? undefined : request.edns.dnssecOk ? EDNS_DO : EDNS,
    tsig: undefined,
  };
}

type Sections = Pick<Message, 'authoritative' | 'answer' | 'authority' | 'additional'>;

const NO_SECTIONS: Sections = { authoritative: false, answer: [], authority: [], additional: [] };

// Zones are transferred to those who sign and use TCP, which is not decided here; the mail types are obsolete (RFC 973); the rest are no questions.
const UNANSWERABLE: Partial<Record<RecordType, Rcode>> = {
  AXFR: 'REFUSED',
  IXFR: 'REFUSED',
  MAILA: 'NOTIMP',
  MAILB: 'NOTIMP',
  TKEY: 'NOTIMP',
  OPT: 'FORMERR',
  TSIG: 'FORMERR',
};

const EDNS: Edns = { udpPayloadSize: UDP_PAYLOAD_SIZE, version: 0, dnssecOk: false, options: [] };
const EDNS_DO: Edns = { ...EDNS, dnssecOk: true }; // RFC 3225 section 3: DO is repeated, whether or not there is DNSSEC

function collectAnswer(zones: Zones, start: Zone, query: Message, question: Question): Message {
  const answer: ResourceRecord[] = [];
  const authority: ResourceRecord[] = [];
  const additional: ResourceRecord[] = [];
  let rcode: Rcode = 'NOERROR';
  let authoritative = question.class !== 'ANY'; // RFC 1034 section 3.7.1
  let zone: Zone | undefined = start;
  let name = question.name;
  for (let aliases = 0; zone !== undefined && aliases <= MAX_ALIASES; aliases += 1) {
    const found = lookupName(zone, name);
    if (found.kind === 'delegated') {
      addRecords(authority, found.cut.records);
      addAddresses(additional, zones, found.cut.targets);
      if (aliases === 0) authoritative = false;
      break;
    }
    if (found.kind === 'nxdomain') {
      authority.push(zone.negativeSoa);
      rcode = 'NXDOMAIN'; // of the last name of a chain: RFC 6604 section 3
      break;
    }
    const owner = found.kind === 'wildcard' ? name : undefined;
    const sets = matchingSets(found.node.rrsets, question.type);
    const [alias] = sets;
    if (alias === undefined) authority.push(zone.negativeSoa);
    for (const set of sets) {
      addRecords(answer, owner === undefined ? set.records : set.records.map((record) => ({ ...record, name: owner })));
      addAddresses(additional, zones, set.targets);
    }
    const target = aliasTarget(alias, question.type);
    if (target === undefined || answer.some((record) => record.name.equals(target))) break; // complete, or in a loop
    name = target;
    zone = findZone(zones, name);
  }
  return makeReply(query, rcode, { authoritative, answer, authority, additional });
}

function matchingSets(rrsets: ReadonlyMap<RecordType, RRset>, type: RecordType): readonly RRset[] {
  if (type === 'ANY') return [...rrsets.values()];
  const set = rrsets.get(type) ?? rrsets.get('CNAME');
  return set === undefined ? [] : [set];
}

// The name to go on with; undefined when the answer is complete.
function aliasTarget(set: RRset | undefined, asked: RecordType): DomainName | undefined {
  if (set === undefined || set.type !== 'CNAME' || asked === 'CNAME' || asked === 'ANY') return undefined;
  const rdata = set.records[0]?.rdata;
  return rdata?.type === 'CNAME' ? rdata.target : undefined;
}

function addRecords(section: ResourceRecord[], records: readonly ResourceRecord[]): void {
  for (const record of records) section.push(record);
}

function addAddresses(additional: ResourceRecord[], zones: Zones, targets: readonly DomainName[]): void {
  for (const target of targets) {
    const rrsets = findZone(zones, target)?.nodes.get(target.key)?.rrsets;
    if (rrsets === undefined) continue;
    addOnce(additional, rrsets.get('A'));
    addOnce(additional, rrsets.get('AAAA'));
  }
}

function addOnce(additional: ResourceRecord[], set: RRset | undefined): void {
  const first = set?.records[0];
  if (set !== undefined && first !== undefined && !additional.includes(first)) addRecords(additional, set.records);
}
