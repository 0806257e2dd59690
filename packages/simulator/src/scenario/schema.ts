import { z } from 'zod';
import type { ScenarioFile } from './scenario-file.ts';
import { milliseconds, minutes, offset, seconds, share, someMinutes, timeOfDay } from './units.ts';

// The shape of a scenario file, setting by setting. What is no matter of shape, such as whether a name leads somewhere, is checked in
// build-scenario.ts. Descriptions go into scenario.schema.json, where editors show them.

const name = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,62}$/, 'is not a name: use letters, digits, "-", "_" and ".", 63 at most')
  .refine((text) => text !== '__proto__');
const domain = z.string().min(1).max(255).meta({ description: 'A domain name, with or without the final dot' });
const uint16 = z.int().min(0).max(65_535);
const port = z.int().min(1).max(65_535);

function list<T extends z.ZodType>(item: T): z.ZodArray<T> {
  return z.array(item).max(10_000);
}

const policy = {
  pinned: z.enum(['ordered', 'exclusive']),
  law: z.enum(['rfc2782', 'proportional', 'uniform']),
  domains: z.enum(['first', 'all']),
  fill: z.enum(['reached', 'responded']),
};

const policies = z
  .strictObject({
    ...policy,
    belowThreshold: z.enum(['stop', 'continue']).meta({ description: 'Whether a host that counts too few clients ends the pass (stop)' }),
    attemptTimeout: milliseconds,
    requestBytes: z.int().min(0).max(1e9).meta({ description: 'What one answered request carries, both ways' }),
  })
  .partial();

const profile = z
  .strictObject({ ...policy, kind: z.enum(['activation', 'service']), every: someMinutes, retry: someMinutes })
  .partial()
  .meta({ description: 'service: connects `every` so often, after a failure every `retry`. activation: volume activation' });

const site = z.strictObject({
  search: list(domain).meta({ description: 'The suffix search list: the domains asked, in order' }),
  dns: name.optional().meta({ description: 'The site whose DNS servers its resolver asks over the WAN; its own unless given' }),
});
const quality = { latency: milliseconds.optional(), jitter: milliseconds.optional(), loss: share.optional() };
const firewall = z
  .strictObject({ port: port.optional(), from: name.optional(), action: z.enum(['drop', 'reject']).default('drop') })
  .meta({ description: 'What is not let through: connections to `port`, begun at the site `from`' });
const link = z.strictObject({ between: z.tuple([name, name]), ...quality, firewall: list(firewall).default([]) });

const publishLine = z.union([
  z.string().max(400).meta({ description: 'A line of DnsDomainPublishList: "domain, priority, weight"' }),
  z.strictObject({ domain, priority: uint16.default(0), weight: uint16.default(0) }),
]);

const staleRecord = z.strictObject({
  domain,
  target: domain,
  port: port.default(1688),
  priority: uint16.default(0),
  weight: uint16.default(0),
});
const staticRecord = staleRecord.extend({ port: uint16.default(1688) });
const dns = z
  .strictObject({
    ttl: seconds,
    ttls: z.record(domain, seconds).meta({ description: 'In place of ttl, for the sets of these domains' }),
    replicationDelay: minutes.meta({ description: 'How long after the primary the other sites have a change' }),
    primary: name.meta({ description: 'The site of the primary; a partition keeps its changes from the other sites' }),
    zones: list(domain),
    static: list(staticRecord).meta({ description: 'Records written by hand, as they are: any port, and the target "." too' }),
    stale: list(staleRecord).meta({ description: 'Records of hosts that are gone; scavenging may remove them' }),
    scavenging: z.strictObject({ noRefresh: someMinutes, refresh: someMinutes, every: someMinutes }).partial(),
  })
  .partial();

const host = z.strictObject({
  site: name,
  name: domain.optional().meta({ description: 'Fully qualified; otherwise the host below its home domain' }),
  home: domain.optional().meta({ description: 'The home domain; otherwise the first of its site' }),
  port: port.optional(),
  publish: list(publishLine).optional(),
  homeDomain: z.enum(['always', 'listed']).default('always'),
  publishing: z.boolean().default(true),
  products: list(name).optional().meta({ description: 'What it has keys for; everything unless given' }),
  clockOffset: offset.optional(),
  start: minutes.optional(),
  stop: minutes.optional(),
  activationInterval: someMinutes.optional(),
  renewalInterval: someMinutes.optional(),
  losesCount: z.boolean().default(false).meta({ description: 'Whether a restart forgets the clients it counted' }),
});

const hours = z.strictObject({ from: timeOfDay, to: timeOfDay });
const arrival = z.union(
  [
    z.literal('at-once'),
    z.strictObject({ at: minutes }),
    z.strictObject({ spread: someMinutes, at: minutes.optional() }),
    z.strictObject({ officeHours: hours, over: someMinutes.optional(), at: minutes.optional() }),
  ],
  "is no arrival: write at-once, { at: 2d }, { spread: 7d } or { officeHours: { from: '08:00', to: '10:00' } }",
);
const pinnedHost = z.union([domain, z.strictObject({ host: domain, port })]);
const clients = z.strictObject({
  site: name,
  count: z.int().min(1).max(20_000_000),
  profile: name.default('windows'),
  caching: z.boolean().default(true),
  product: name.default('windows-client'),
  pinned: z.strictObject({ sku: pinnedHost, application: pinnedHost, global: pinnedHost }).partial().optional(),
  search: list(domain).optional().meta({ description: 'In place of the suffix search list of the site' }),
  arrival: arrival.default('at-once'),
  roaming: z.strictObject({ to: list(name).min(1), share: share.optional(), every: someMinutes, away: someMinutes }).optional(),
  logon: hours.optional().meta({ description: 'Logons on working days, each client at a minute of its own' }),
  clockOffset: offset.optional(),
  cloned: z.boolean().default(false).meta({ description: 'All have the machine id of one image' }),
});

const place = z.union([name, z.tuple([name, name])]);
const event = z.union(
  [
    z.strictObject({ at: minutes, crash: name }),
    z.strictObject({ at: minutes, restore: name }),
    z.strictObject({ at: minutes, partition: place }),
    z.strictObject({ at: minutes, repair: place }),
    z.strictObject({ at: minutes, weight: z.strictObject({ host: name, domain, priority: uint16.optional(), weight: uint16 }) }),
    z.strictObject({ at: minutes, publish: z.strictObject({ host: name, list: list(publishLine) }) }),
    z.strictObject({ at: minutes, newHost: name.meta({ description: 'One of `hosts`, which starts now' }) }),
    z.strictObject({ at: minutes, withdraw: z.strictObject({ host: name, domain: domain.optional() }) }),
  ],
  'is no event: write `at` and one of crash, restore, partition, repair, weight, publish, newHost, withdraw',
);

/** The shape of a scenario file. */
export const scenarioFile: z.ZodType<ScenarioFile> = z
  .strictObject({
    name,
    service: z.string().max(255).optional(),
    seed: z.int().min(0).max(0xffff_ffff).optional(),
    duration: someMinutes,
    policies: policies.optional(),
    profiles: z.record(name, profile).optional(),
    sites: z.record(name, site),
    wan: z.strictObject(quality).optional().meta({ description: 'Between sites without a link of their own' }),
    links: list(link).optional(),
    dns: dns.optional(),
    hosts: z.record(name, host),
    clients: z.record(name, clients),
    timeline: list(event).optional(),
  })
  .meta({ title: 'srvkit scenario' });

/** What editors complete and check scenario files by: the content of scenario.schema.json. */
export function scenarioJsonSchema(): object {
  return z.toJSONSchema(scenarioFile, { io: 'input', unrepresentable: 'any' });
}
