import type { KmsCode } from './code.ts';

type Row = readonly [hresult: string, symbol: string | null, meaning: string, cause: string, fix: string];

// kms 6.1
const DNS: readonly Row[] = [
  [
    '0x8007007B',
    'ERROR_INVALID_NAME',
    'there is no domain to ask, or a name is malformed',
    'the client has no primary DNS suffix and no suffix search list, so it sends no SRV query; or a fixed host name is malformed. Failing Active Directory activation shows it too',
    'give the client a suffix or search list, a lookup domain, or a fixed host',
  ],
  [
    '0x80072329',
    'DNS_ERROR_RCODE_FORMAT_ERROR',
    'the DNS server could not interpret the query (FORMERR)',
    'a broken server, or a middlebox that changes messages',
    'ask another server and compare',
  ],
  [
    '0x8007232A',
    'DNS_ERROR_RCODE_SERVER_FAILURE',
    'the DNS query itself failed (SERVFAIL, or no answer)',
    "the client's DNS server is down, out of reach or without configuration; port 53 is blocked. Hosts report it as well as clients",
    'repair the path to DNS; until then give the client a fixed host by address',
  ],
  [
    '0x8007232B',
    'DNS_ERROR_RCODE_NAME_ERROR',
    'the name does not exist (NXDOMAIN)',
    'no _vlmcs._tcp in the domains that were asked: publishing is off or failed, it went into another domain, or a fixed host name is wrong',
    "check that a host publishes, and into this client's domains; or give the client a lookup domain or a fixed host",
  ],
  [
    '0x8007232C',
    'DNS_ERROR_RCODE_NOT_IMPLEMENTED',
    'the DNS server does not know this kind of request (NOTIMP)',
    'a server without SRV records or without UPDATE',
    'use another server',
  ],
  [
    '0x8007232D',
    'DNS_ERROR_RCODE_REFUSED',
    'the DNS server refused (REFUSED)',
    'an access list forbids the query; or dynamic update is not allowed, then with event 12293',
    'allow it on the server, or publish by hand',
  ],
  [
    '0x8007232E',
    'DNS_ERROR_RCODE_YXDOMAIN',
    'a name exists that should not (YXDOMAIN)',
    'an update met a conflict',
    'read again and retry',
  ],
  ['0x8007232F', 'DNS_ERROR_RCODE_YXRRSET', 'records exist that should not (YXRRSET)', 'an update met a conflict', 'read again and retry'],
  [
    '0x80072330',
    'DNS_ERROR_RCODE_NXRRSET',
    'records are missing that should exist (NXRRSET)',
    'an update met a conflict',
    'read again and retry',
  ],
  [
    '0x80072331',
    'DNS_ERROR_RCODE_NOTAUTH',
    'the server is not authoritative, or the sender is not authorised (NOTAUTH)',
    'the update went to a server that is not the primary, or its signature was not accepted',
    'send it to the primary; check the key',
  ],
  [
    '0x80072332',
    'DNS_ERROR_RCODE_NOTZONE',
    'a name is outside the zone (NOTZONE)',
    'the update names the wrong zone',
    'find the zone by its SOA record',
  ],
  [
    '0x80072338',
    'DNS_ERROR_RCODE_BADSIG',
    'a signature failed to verify',
    'usually the second host: the first one owns the _vlmcs._tcp records, and nobody has granted the others rights on them',
    'grant all hosts, by a group, the right to write the records in every domain; with TSIG check the secret',
  ],
  [
    '0x80072339',
    'DNS_ERROR_RCODE_BADKEY',
    'the key of a signed update is unknown',
    'another key name or algorithm on the server',
    'compare both sides',
  ],
  ['0x8007233A', 'DNS_ERROR_RCODE_BADTIME', 'a signed update is outside the time allowed', 'the clocks differ', 'set the clocks'],
  [
    '0x8007251D',
    'DNS_INFO_NO_RECORDS',
    'the name exists, but has no SRV records (NODATA)',
    'nothing is published in this zone; the node is there for other services or types',
    'as for 0x8007232B',
  ],
  [
    '0x8007267C',
    'DNS_ERROR_NO_DNS_SERVERS',
    'no DNS server is configured',
    'an empty network configuration; also inside a 12293',
    'configure DNS servers and check that they answer',
  ],
  ['0x8007267B', 'DNS_ERROR_NO_TCPIP', 'TCP/IP is missing', 'the network stack is not installed or broken', 'repair it'],
  ['0x80092328', null, 'listed by Microsoft as "DNS name does not exist"', 'probably a misprint of a DNS code', 'as for 0x8007232B'],
];

// kms 6.2
const HOST: readonly Row[] = [
  [
    '0x800706BA',
    'RPC_S_SERVER_UNAVAILABLE',
    'the host cannot be reached',
    'its firewall exception is not enabled, or the SRV record is stale and the host is gone',
    'enable the exception; make the records name living hosts',
  ],
  ['0x800705B4', 'ERROR_TIMEOUT', 'the operation took too long', 'a slow or filtered path', 'check the network path'],
  [
    '0xC004F039',
    'SL_E_VL_BINDING_SERVICE_NOT_ENABLED',
    'the text says that KMS is not enabled; the documents say that the host did not answer',
    'TCP 1688 is filtered on the way',
    'open the path; check the firewall',
  ],
  [
    '0xC004F074',
    'SL_E_VL_BINDING_SERVICE_UNAVAILABLE',
    'no host could be used: every one that was tried failed',
    'the service is stopped, TCP 1688 is blocked, a record names an old host, clocks differ, or the host is too old for the client',
    "read each event 12288 of the attempt, one a host; check the record, the host's address and port, the service and the clock",
  ],
  [
    '0xC0020017',
    'RPC_NT_SERVER_UNAVAILABLE',
    'the host cannot be reached (event 8198)',
    'firewall, forced tunnelling or VPN, DNS, a wrong fixed host, or a stuck service',
    'clear and set the fixed host; exempt the route; restart the service; probe the port',
  ],
  ['0x8007139F', 'ERROR_INVALID_STATE', 'the service is not in the right state (event 8198)', 'as for 0xC0020017', 'as for 0xC0020017'],
];

// kms 6.3
const ANSWER: readonly Row[] = [
  [
    '0xC004F038',
    'SL_E_VL_NOT_ENOUGH_COUNT',
    'the host answers, but has counted too few clients',
    'fewer than 25 clients or 5 servers have asked this host: a young host, an idle spare, too many hosts, or images with the same client id',
    'wait, or use fewer hosts; the count is kept for each host alone',
  ],
  [
    '0xC004F041',
    'SL_E_VL_KEY_MANAGEMENT_SERVICE_NOT_ACTIVATED',
    'the host itself is not activated',
    'its own activation is missing',
    'activate the host',
  ],
  [
    '0xC004F042',
    'SL_E_VL_KEY_MANAGEMENT_SERVICE_ID_MISMATCH',
    'this host cannot serve this product',
    'it has no key for it: hosts of different products share one name, the host is older than the client, or the client moved from elsewhere',
    'lead the client to a host for its product, by its own domain or a fixed host; update the host',
  ],
  [
    '0xC004F06C',
    'SL_E_VL_INVALID_TIMESTAMP',
    'the clocks of client and host differ by more than four hours',
    'one of them is wrong in UTC; time zones do not matter',
    'set the clocks',
  ],
  [
    '0xC004F056',
    'SL_E_VL_MACHINE_NOT_BOUND',
    'this product has not been activated by KMS',
    'shown as the reason of a notification where no host was ever found',
    'look for the discovery error behind it',
  ],
  ['0xC004F06B', null, 'KMS in a virtual machine is not supported', 'a very old host version', 'update the host'],
];

// kms 6.4
const NEIGHBOURS: readonly Row[] = [
  ['0x80070005', 'E_ACCESSDENIED', 'access denied', 'not elevated, or a DCOM permission is missing (event 8229)', 'run it elevated'],
  [
    '0x8007000D',
    'ERROR_INVALID_DATA',
    'invalid data',
    'permissions on HKLM\\SYSTEM\\CurrentControlSet\\Enum\\Root are missing',
    'restore them',
  ],
  [
    '0x8004FE21',
    null,
    'this computer is not running genuine software',
    'language packs or altered system files',
    'repair the installation',
  ],
  ['0x80070490', null, 'the key was not accepted', 'a trouble with entering the key', 'enter it again'],
  [
    '0x80072EE7',
    'ERROR_INTERNET_NAME_NOT_RESOLVED',
    'the name of a web endpoint was not resolved',
    'activation over the internet, by a host or with a multiple-activation key: DNS or proxy',
    'check the way out; it is not about SRV records',
  ],
  ...['0x80072EE2', '0x80072EFD', '0x80072EFE', '0x8004FE33'].map((hresult): Row => {
    return [
      hresult,
      null,
      'activation over the internet failed',
      'a proxy or the network',
      'check the way out; it is not about SRV records',
    ];
  }),
  ['0xC004F00F', null, 'the hardware changed beyond tolerance', 'new hardware', 'restart, or activate by hand'],
  ...['0xC004F014', '0xC004F015', '0xC004F050', '0xC004F051'].map((hresult): Row => {
    return [hresult, null, 'the key is missing, invalid or blocked', 'the installed key', 'install the right key'];
  }),
  ['0xC004F025', 'SL_E_LUA_ACCESSDENIED', 'an administrator is needed', 'not elevated', 'run it elevated'],
  ['0xC004F035', null, 'the computer may not be a KMS client', 'no Windows marker in its firmware', 'use another kind of activation'],
  ...['0xC004F009', '0xC004F064', '0xC004F065'].map((hresult): Row => {
    return [
      hresult,
      null,
      'a grace period is over, or of the non-genuine kind',
      'no activation for too long',
      'look for the error behind it',
    ];
  }),
  [
    '0xC004F081',
    'SL_E_VL_AD_AO_NOT_FOUND',
    'no activation object was found in Active Directory',
    'that step comes before KMS and is not discovery by DNS',
    'look at what KMS said next',
  ],
  ...['0xC004C001', '0xC004C003', '0xC004C008', '0xC004C020', '0xC004C021', '0xC004B100'].map((hresult): Row => {
    return [hresult, null, "Microsoft's clearing house refused", 'the key, or how often it was used', 'ask whoever manages the licences'];
  }),
];

/** The rows of kms section 6, in its order. */
export const CODE_TABLE: readonly KmsCode[] = [
  ...area('dns', DNS),
  ...area('host', HOST),
  ...area('answer', ANSWER),
  ...area('neighbour', NEIGHBOURS),
];

function area(name: KmsCode['area'], rows: readonly Row[]): readonly KmsCode[] {
  return rows.map(([hresult, symbol, meaning, cause, fix]) => ({ hresult, symbol, area: name, meaning, cause, fix }));
}
