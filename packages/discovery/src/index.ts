// For everybody: what to ask for, and how it ended.
export { makeRequest } from './request.ts';
export type { DiscoveryRequest, PinnedHost, PinnedSource, Policy, RequestParts, SkippedSource, Source } from './request.ts';
export type { Candidate } from './candidate.ts';
export type { CachedHost, HostToRemember } from './cached-host.ts';
export type { Outcome, Verdict } from './verdict.ts';
export type { Decision, DiscoveryWarning, Explain, RandomDraw } from './decision.ts';
export { codeOf, VERDICT_CODE } from './code.ts';
export type { Code } from './code.ts';
// For those who lead the dialogue.
export { discover } from './discover.ts';
export type { Discovery } from './discover.ts';
export { drive, driveAsync } from './drive.ts';
export type { Answers, AsyncAnswers } from './drive.ts';
export type * from './dialogue.ts';
export { stampHost } from './cached-host.ts';
export { parseServiceName, queryName } from './service-name.ts';
