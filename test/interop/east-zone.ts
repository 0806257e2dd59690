import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Master-file text of `east.contoso.com`: a service with two hosts, and a record of every type. */
export const EAST_ZONE: string = readFileSync(join(import.meta.dirname, '../../fixtures/interop/east.zone'), 'utf8');

/** The owner of its SRV records. */
export const SERVICE = '_vlmcs._tcp.east.contoso.com.';
