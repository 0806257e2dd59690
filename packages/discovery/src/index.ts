// For everybody: what to ask for, and how it ended.
export { makeRequest } from './request.ts';
export type { DiscoveryRequest, PinnedHost, PinnedSource, Policy, RequestParts, SkippedSource, Source } from './request.ts';
export { parseServiceName, queryName } from './service-name.ts';
export type { Candidate } from './candidate.ts';
export type { Outcome, Verdict } from './verdict.ts';
export { codeOf, VERDICT_CODE } from './code.ts';
export type { Code } from './code.ts';
export type { CachedHost, HostToRemember } from './cached-host.ts';
export type { Decision, DiscoveryWarning, Explain } from './decision.ts';
// For drivers: those who answer.
export { stampHost } from './cached-host.ts';
export type * from './dialogue.ts';
