import { makeUpdate, parseDomainName, parseRecord } from '@srvkit/dns';
import type { Message } from '@srvkit/dns';

const SERVICE = parseDomainName('_vlmcs._tcp.east.contoso.com');
const FIRST = parseRecord('_vlmcs._tcp.east.contoso.com. 3600 IN SRV 10 75 1688 kms-e1.east.contoso.com.');
const SECOND = parseRecord('_vlmcs._tcp.east.contoso.com. 3600 IN SRV 10 25 1688 kms-e2.east.contoso.com.');

/** An UPDATE with all five prerequisites (RFC 2136 section 2.4) and all four operations (2.5), in the order of their tables. */
export const WHOLE_UPDATE: Message = makeUpdate({
  id: 4711,
  zone: parseDomainName('east.contoso.com'),
  prerequisites: [
    { kind: 'nameInUse', name: parseDomainName('in-use.east.contoso.com') },
    { kind: 'nameNotInUse', name: parseDomainName('free.east.contoso.com') },
    { kind: 'rrsetExists', name: SERVICE, type: 'SRV' },
    { kind: 'rrsetAbsent', name: parseDomainName('kms-e9.east.contoso.com'), type: 'A' },
    { kind: 'rrsetEquals', records: [FIRST, SECOND] },
  ],
  operations: [
    { kind: 'add', record: SECOND },
    { kind: 'deleteRecord', record: FIRST },
    { kind: 'deleteRRset', name: parseDomainName('kms-e2.east.contoso.com'), type: 'A' },
    { kind: 'deleteName', name: parseDomainName('old.east.contoso.com') },
  ],
});
