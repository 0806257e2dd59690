import test from 'ava';
import * as fc from 'fast-check';
import { formatJournal, parseJournal } from '../src/journal-text.ts';

const GOOD = {
  domain: 'east.contoso.com.',
  owner: '_vlmcs._tcp.east.contoso.com.',
  target: 'kms-e1.east.contoso.com.',
  port: 1688,
  priority: 10,
  weight: 75,
  zone: 'contoso.com.',
  at: 1_795_000_000_000,
  state: 'published',
};

const bad: readonly [title: string, text: string, says: RegExp][] = [
  ['nothing at all', '', /no JSON object/],
  ['half a file', formatJournal([]).slice(0, 9), /no JSON object/],
  ['a list', '[]', /no JSON object/],
  ['another version', '{"v":2,"records":[]}', /another version/],
  ['no records', '{"v":1}', /no list of records/],
  ...(
    [
      { port: 0 },
      { port: '1688' },
      { priority: 65_536 },
      { weight: -1 },
      { at: 1.5 },
      { state: 'gone' },
      { target: '.' },
      { target: 'a..b' },
      { owner: 'east.contoso.com.' },
      { owner: '_vlmcs._tcp.west.contoso.com.' },
      { domain: 7 },
      { zone: 'example.org.' },
      { zone: undefined },
    ] as const
  ).map((change): [string, string, RegExp] => [
    JSON.stringify(change),
    JSON.stringify({ v: 1, records: [GOOD, { ...GOOD, ...change }] }),
    /record 2/,
  ]),
];
for (const [title, text, says] of bad) {
  test(`a journal is not believed: ${title}`, (t) => {
    const { damage, entries } = parseJournal(text);
    t.regex(damage ?? '', says);
    t.is(entries.length, /record 2/.test(says.source) ? 1 : 0);
  });
}

test('what was written is read, every prefix of it is damaged, and nothing makes reading throw', (t) => {
  const written = { v: 1, records: [GOOD, { ...GOOD, zone: null, state: 'intended' }] };
  const { entries, damage } = parseJournal(JSON.stringify(written));
  t.is(damage, undefined);
  const text = formatJournal(entries);
  t.deepEqual(JSON.parse(text), written);
  for (let length = 0; length < text.length - 2; length += 1) t.truthy(parseJournal(text.slice(0, length)).damage);
  fc.assert(fc.property(fc.json(), (json) => parseJournal(json).entries.length === 0));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...Object.keys(GOOD)), fc.jsonValue()), (change) => {
      parseJournal(JSON.stringify({ v: 1, records: [{ ...GOOD, ...change }] }));
    }),
  );
});
