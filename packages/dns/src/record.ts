import type { DomainName } from './domain-name.ts';

/** Record types by their IANA mnemonics; others are written `TYPE65280` (RFC 3597 section 5). */
export const RECORD_TYPE = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  MAILB: 253,
  MAILA: 254,
  ANY: 255,
} as const;
/** The record types that have a name here. */
export type KnownRecordType = keyof typeof RECORD_TYPE;
/** A record type by name; those without one as in RFC 3597 section 5. */
export type RecordType = KnownRecordType | `TYPE${number}`;

/** Classes by their mnemonics; others are written `CLASS32`. */
export const RECORD_CLASS = { IN: 1, CH: 3, HS: 4, NONE: 254, ANY: 255 } as const;
/** A class by name; those without one as in RFC 3597 section 5. */
export type RecordClass = keyof typeof RECORD_CLASS | `CLASS${number}`;

/** An IPv4 address (RFC 1035 section 3.4.1). */
export interface ARdata {
  readonly type: 'A';
  readonly address: string;
}
/** An IPv6 address (RFC 3596 section 2.2). */
export interface AaaaRdata {
  readonly type: 'AAAA';
  /** RFC 5952 text */ readonly address: string;
}
/** A name server of a zone (RFC 1035 section 3.3.11). */
export interface NsRdata {
  readonly type: 'NS';
  readonly target: DomainName;
}
/** The name an alias stands for (RFC 1035 section 3.3.1). */
export interface CnameRdata {
  readonly type: 'CNAME';
  readonly target: DomainName;
}
/** A pointer to another name (RFC 1035 section 3.3.12). */
export interface PtrRdata {
  readonly type: 'PTR';
  readonly target: DomainName;
}
/** RFC 1035 section 3.3.13. Times in seconds. */
export interface SoaRdata {
  readonly type: 'SOA';
  readonly mname: DomainName;
  readonly rname: DomainName;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
}
/** Character strings (RFC 1035 section 3.3.14). */
export interface TxtRdata {
  readonly type: 'TXT';
  readonly strings: readonly Uint8Array[];
}
/** RFC 2782. All three numbers are unsigned 16-bit. */
export interface SrvRdata {
  readonly type: 'SRV';
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: DomainName;
}
/** RFC 8945 section 4.2. `timeSigned` and `fudge` in seconds. */
export interface TsigRdata {
  readonly type: 'TSIG';
  readonly algorithm: DomainName;
  readonly timeSigned: number;
  readonly fudge: number;
  readonly mac: Uint8Array;
  readonly originalId: number;
  readonly error: Rcode;
  readonly other: Uint8Array;
}
/** RFC 2930 section 2. Times in seconds since 1970. */
export interface TkeyRdata {
  readonly type: 'TKEY';
  readonly algorithm: DomainName;
  readonly inception: number;
  readonly expiration: number;
  readonly mode: number;
  readonly error: Rcode;
  readonly key: Uint8Array;
  readonly other: Uint8Array;
}
/** RDATA of a type we do not interpret (RFC 3597), MX included. */
export interface UnknownRdata {
  readonly type: 'UNKNOWN';
  readonly bytes: Uint8Array;
}
/** RDLENGTH 0: the deletes and prerequisites of RFC 2136. */
export interface EmptyRdata {
  readonly type: 'EMPTY';
}

/** The data of a record; `type` tells which. */
export type Rdata =
  | ARdata
  | AaaaRdata
  | NsRdata
  | CnameRdata
  | PtrRdata
  | SoaRdata
  | TxtRdata
  | SrvRdata
  | TsigRdata
  | TkeyRdata
  | UnknownRdata
  | EmptyRdata;

/**
 * One resource record. `type` is the wire's TYPE, `rdata.type` says how its RDATA is represented: the same, or `UNKNOWN`, or `EMPTY`.
 * `ttl` in seconds (unsigned 31-bit, RFC 2181 section 8: a set top bit is read as 0).
 */
export interface ResourceRecord<R extends Rdata = Rdata> {
  readonly name: DomainName;
  readonly type: RecordType;
  readonly class: RecordClass;
  readonly ttl: number;
  readonly rdata: R;
}

/** Response codes (RFC 6895, RFC 8945 for 16 to 18 and 22, RFC 2930 for 19 to 21); others are written `RCODE3841`. */
export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  BADVERS: 16,
  BADSIG: 16,
  BADKEY: 17,
  BADTIME: 18,
  BADMODE: 19,
  BADNAME: 20,
  BADALG: 21,
  BADTRUNC: 22,
  BADCOOKIE: 23,
} as const;
/** An RCODE by its IANA mnemonic; those without one by number. */
export type Rcode = keyof typeof RCODE | `RCODE${number}`;
