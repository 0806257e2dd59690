// For everybody: a server to test against.
export { createTestServer } from './io/create-test-server.ts';
export type { TestServer, TestServerOptions, ZoneSource, ZoneText } from './io/create-test-server.ts';
export type { ServerEvent } from './event.ts';
export type { RecordedRequest } from './request-log.ts';
export { faultNames, parseFault } from './fault.ts';
export type { Fault } from './fault.ts';
export type { ServerLimits } from './limits.ts';
export { ZoneJournalError } from './journal/zone-journal-error.ts';
export { parseListenAddress } from './listen-address.ts';
export type { ListenAddress } from './listen-address.ts';
export { ListenError } from './listen-error.ts';
