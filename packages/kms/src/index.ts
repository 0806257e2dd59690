// For everybody: from settings to a request, and to a publish list.
export { discoveryRequest, KMS_SERVICE } from './discovery-request.ts';
export type { KmsRequestOptions } from './discovery-request.ts';
export { publishList } from './publish-list.ts';
export type { PublishEntry, PublishList, PublishListOptions } from './publish-list.ts';
export { SUFFIX_KEY_PATHS, TCPIP_KEY_PATH } from './suffix-keys.ts';
export { suffixSearchList } from './suffix-search-list.ts';
export type { SuffixSearchList } from './suffix-search-list.ts';
export { effectiveHosts } from './effective-hosts.ts';
export type { EffectiveHosts, LevelHost } from './effective-hosts.ts';
export { clearFixedHost, setFixedHost } from './fixed-host.ts';
export { productHosts } from './product-hosts.ts';
export type { ProductHost } from './product-hosts.ts';
export type { Finding, FindingCode, ListFindingCode } from './finding.ts';
export type { ProductIds } from './level.ts';
export { KMS_KEY_PATH, PROFILE } from './profile.ts';
export type { Profile } from './profile.ts';
// What Microsoft documents, as data.
export { APPLICATIONS } from './application.ts';
export type { Application } from './application.ts';
export { CODES, lookUpCode } from './code.ts';
export type { KmsCode } from './code.ts';
export { EVENTS } from './event.ts';
export type { KmsEvent } from './event.ts';
export { LICENCE_STATES } from './licence-state.ts';
export type { LicenceState } from './licence-state.ts';
// For tools that edit lists and hosts.
export { cacheScope } from './level.ts';
export { planSites } from './sites-plan.ts';
export type { HostPlan, SiteDomain, SiteHost, SitesPlan, SiteTable } from './sites-plan.ts';
export { hostLists } from './host-list.ts';
export type { HostList, ZoneList } from './host-list.ts';
export { DEFAULT_PORT, parseHostPort } from './host-port.ts';
export type { HostPort } from './host-port.ts';
export { formatPublishLine, parsePublishLine } from './publish-line.ts';
export type { PublishLine } from './publish-line.ts';
// Timing and counting, as pure functions and one small table: for simulations.
export { activationState, DEFAULT_INTERVALS, GRACE_MINUTES, INTERVAL_RANGE, LICENCE_MINUTES, nextActivation } from './activation-timing.ts';
export type { ActivationIntervals, ActivationMoment, ActivationState } from './activation-timing.ts';
export { ActivationCount, CLOCK_TOLERANCE_MINUTES, PRODUCT_THRESHOLDS } from './activation-count.ts';
export type { ProductThreshold } from './activation-count.ts';
