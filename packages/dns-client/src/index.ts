// For everybody: ask a question.
export { createDnsClient } from './io/dns-client.ts';
export type { DnsClient, LookupOptions } from './dns-client.ts';
export type { DnsClientOptions } from './client-options.ts';
export type { TargetPolicy } from './target-policy.ts';
export type { AnswerCacheLimits } from './answer-cache.ts';
export type { SetChange } from './set-change.ts';
export type { Lookup, Try } from './lookup.ts';
export type { LookupFailure } from './ask-servers.ts';
export type { DroppedRecord, DropReason } from './dropped-record.ts';
export type { Warning } from './warning.ts';
// Or send a message of your own.
export { makeQuery } from './query.ts';
export type { ExchangeFailure, ExchangeOptions, ExchangeOutcome } from './exchange.ts';
export type { TsigStatus } from './judge-reply.ts';
export { exchangedLookup } from './exchanged-lookup.ts';
export { findZone } from './find-zone.ts';
export type { ZoneSearch } from './find-zone.ts';
export type { Transfer, TransferOptions } from './transfer.ts';
// Where the servers are.
export { formatServerAddress, parseServerAddress } from './server-address.ts';
export type { ServerAddress } from './server-address.ts';
export type { SystemConfiguration } from './system-configuration.ts';
export { readHostDomain, readSystemConfiguration } from './io/system.ts';
export type { HostDomainOptions } from './io/system.ts';
