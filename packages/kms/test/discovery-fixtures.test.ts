import test from 'ava';
import { parseRegFile } from '@srvkit/settings';
import { type DiscoveryCase, readCases, requestOf } from '../../discovery/test/discovery-case.ts';
import { discoveryRequest, suffixSearchList } from '../src/index.ts';

// The cases of fixtures/discovery that begin with settings: here the settings become the request, which discovery and resolver play.
const cases = readCases().filter((one): one is DiscoveryCase & { settings: readonly string[] } => one.settings !== undefined);

test('there are cases that begin with settings', (t) => t.true(cases.length > 0));

for (const one of cases) {
  test(`${one.file}: ${one.title}`, (t) => {
    const settings = parseRegFile(['Windows Registry Editor Version 5.00', ...one.settings, ''].join('\n'));
    const list = suffixSearchList(settings);
    const { request, findings } = discoveryRequest(settings, { domains: list?.domains ?? [], ...one.options });
    t.deepEqual(request, requestOf(one));
    t.deepEqual(
      [...findings, ...(list?.findings ?? [])].map(({ code }) => code),
      one.findings ?? [],
    );
  });
}
