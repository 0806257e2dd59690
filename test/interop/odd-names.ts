import { parseDomainName, parseRecord } from '@srvkit/dns';
import type { ResourceRecord } from '@srvkit/dns';
import type { Desired, PublishReport, ZoneReport } from '@srvkit/publisher';
import { digOne } from './dig.ts';
import { DONE, nsupdate } from './nsupdate.ts';
import type { Place } from './publish-place.ts';
import { PUBLISHER } from './update-servers.ts';

const LABEL = 'x'.repeat(63);

/** Labels of names that are lawful everywhere, though not usual. */
export const ODD_LABELS: readonly string[] = ['we\\.ird', 'sp\\032ace', LABEL, '_under_score', '\\@', 'back\\\\slash', 'MiXed', '1', '-'];
/** And of those that a server may choke on. */
export const ODDER_LABELS: readonly string[] = ['\\000\\255', 'qu\\"o\\;te', '\\(a\\)', '\\$ORIGIN'];

/** What a name of 255 octets has in front of the zone. */
export function longestTarget({ origin }: Place): string {
  return longest(255 - (origin.length + 2));
}

/** The same for a domain, with the service in front of it. */
export function longestDomain({ origin }: Place): string {
  return longest(255 - (origin.length + 2) - '_vlmcs._tcp.'.length);
}

function longest(octets: number): string {
  return `${`${LABEL}.`.repeat(3)}${'y'.repeat(octets - 3 * 64 - 1)}`;
}

export function inDomains(place: Place, labels: readonly string[]): Desired {
  const entries = labels.map((label) => ({ domain: parseDomainName(`${label}.${place.origin}`), priority: 10, weight: 75 }));
  return place.desired({ entries });
}

/** What nsupdate makes of the plans is what we want; we take it away, put it there, and dig reads it as we wrote it. */
export async function publishOddly(place: Place, wanted: readonly Desired[]): Promise<void> {
  const { t, address } = place;
  const publisher = place.publisher();
  const all = async (act: (desired: Desired) => Promise<PublishReport>, outcome: ZoneReport['outcome']): Promise<ZoneReport[]> => {
    const zones = (await Promise.all(wanted.map(act))).flatMap((report) => report.zones);
    t.deepEqual(
      zones.filter((zone) => zone.outcome !== outcome || zone.zone !== `${place.origin}.`),
      [],
    );
    return zones;
  };
  const plans = await all((desired) => publisher.publish(desired, { plan: true }), 'planned');
  const script = plans.flatMap((zone) => (zone.script ?? '').split('\n'));
  t.deepEqual(await nsupdate(script, { server: address, key: PUBLISHER }), DONE);
  await all((desired) => publisher.publish(desired), 'unchanged');
  await all((desired) => publisher.withdraw(desired), 'withdrawn');
  const published = await all((desired) => publisher.publish(desired), 'published');
  t.true(published.every(({ verified }) => verified));
  const read = await Promise.all([...new Set(published.map(({ owner }) => owner))].map((owner) => digOne(address, owner, 'SRV')));
  t.deepEqual(read.flatMap(({ answer }) => answer.map((line) => keysOf(parseRecord(line)))).toSorted(), keysWanted(wanted));
  await all((desired) => publisher.withdraw(desired), 'withdrawn');
}

function keysOf({ name, rdata }: ResourceRecord): string {
  return `${name.key} ${rdata.type === 'SRV' ? rdata.target.key : rdata.type}`;
}

/** Servers may keep letters or not. */
function keysWanted(wanted: readonly Desired[]): readonly string[] {
  const owners = wanted.flatMap(({ entries, target }) =>
    entries.map(({ domain }) => `${parseDomainName('_vlmcs._tcp', domain).key} ${target.key}`),
  );
  return owners.toSorted();
}
