// For everybody: find a host.
export { createResolver } from './io/create-resolver.ts';
export type { CandidatesOptions, ConnectOptions, Resolver, ResolverOptions } from './io/resolver.ts';
export type { ResolveLimits, ResolveOptions } from './resolve-options.ts';
export type { HealthOptions } from './health-options.ts';
export type { AliasTargets } from './ports.ts';
export type { Endpoint, Probe, Rejected } from './probe.ts';
export type { OfferedCandidate } from './offered-candidate.ts';
export type {
  Attempt,
  DemotedHost,
  Demotion,
  LookupRecord,
  Resolution,
  ResolutionLookup,
  ResolvedHost,
  SrvLookupRecord,
} from './resolution.ts';
export { DiscoveryError } from './discovery-error.ts';
// For clients of node:http, node:https and node:net.
export { SrvHttpAgent, SrvHttpsAgent } from './io/srv-agent.ts';
export type { SrvAgentOptions, SrvRequestOptions } from './io/srv-agent.ts';
export { srvLookup, SrvPortError } from './io/srv-lookup.ts';
export type { SrvLookupOptions } from './io/srv-lookup.ts';
// What a request is made of.
export { makeRequest } from '@srvkit/discovery';
export type { DiscoveryRequest, PinnedHost, Policy, RequestParts } from '@srvkit/discovery';
