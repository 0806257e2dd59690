import test from 'ava';
import { CLIENTS_KNOBS } from './knobs/clients-knobs.ts';
import { DNS_KNOBS } from './knobs/dns-knobs.ts';
import { HOSTS_KNOBS } from './knobs/hosts-knobs.ts';
import { NETWORK_KNOBS } from './knobs/network-knobs.ts';
import { POLICIES_KNOBS } from './knobs/policies-knobs.ts';
import { TIMELINE_KNOBS } from './knobs/timeline-knobs.ts';
import { filesOf } from './knobs/knob.ts';
import { play } from './play.ts';
import { allSettings, changedSettings } from './settings.ts';

// Every setting of a scenario changes a named number: played with and without it, all else equal.
const KNOBS = [...NETWORK_KNOBS, ...DNS_KNOBS, ...HOSTS_KNOBS, ...CLIENTS_KNOBS, ...POLICIES_KNOBS, ...TIMELINE_KNOBS];

for (const knob of KNOBS) {
  test(knob.title, (t) => {
    const [without, changed] = filesOf(knob);
    t.notDeepEqual(knob.number(play(changed, changed.seed)), knob.number(play(without)));
  });
}

test('every setting that the schema knows has a row', (t) => {
  const changes = KNOBS.map(filesOf).map(([without, changed]) => changedSettings(without, changed));
  const missing = allSettings().filter(({ path, required }) => {
    // What can be left out is changed by itself, what must be there may come with what needs it.
    return !changes.some((paths) => paths.has(path) && (required || [...paths].every((other) => other.startsWith(path))));
  });
  t.deepEqual(
    missing.map(({ path }) => path),
    ['name'], // of the scenario: stands in the document and decides nothing
  );
});
