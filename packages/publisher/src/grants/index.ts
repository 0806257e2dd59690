export { grantsFor } from './grants.ts';
export type { GrantedZone, GrantingServer, GrantRequest } from './grants.ts';
