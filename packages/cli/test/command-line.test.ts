import test from 'ava';
import { parseCommandLine } from '../src/command-line.ts';
import { defineCommand } from '../src/command.ts';
import { UsageError } from '../src/exit.ts';
import { many, one, toggle } from '../src/flags/flag.ts';
import { choice, duration, integer, text } from '../src/flags/value.ts';

const commands = [
  defineCommand({
    name: 'resolve',
    words: '[SERVICE]',
    arity: { min: 0, max: 1 },
    describe: 'Find a host.',
    flags: {
      domain: many('D', text, 'a domain'),
      seed: one('N', integer(0, 2 ** 32 - 1), 'the seed'),
      timeout: one('D', duration, 'the deadline'),
      law: one('LAW', choice('rfc2782', 'proportional'), 'the law'),
      'no-cache': toggle('no cache'),
      json: toggle('JSON'),
    },
    examples: [
      ['srvkit resolve --domain example.org', 'one domain'],
      ['srvkit resolve --json', 'for scripts'],
    ],
    run: async () => 0,
  }),
  defineCommand({
    name: 'cache list',
    words: '',
    arity: { min: 0, max: 0 },
    describe: 'List.',
    flags: { json: toggle('JSON') },
    examples: [],
    run: async () => 0,
  }),
  defineCommand({
    name: 'cache forget',
    words: 'SERVICE [SCOPE]',
    arity: { min: 1, max: 2 },
    describe: 'Forget.',
    flags: {},
    examples: [],
    run: async () => 0,
  }),
];
const parse = (line: string) => parseCommandLine(line.split(' ').filter(Boolean), commands, '1.2.3');

const good: readonly { line: string; name: string; values: Record<string, unknown>; words?: string[] }[] = [
  { line: 'resolve', name: 'resolve', values: { domain: [], seed: undefined, json: false } },
  {
    line: 'resolve _ldap._tcp --domain a.example --domain b.example',
    name: 'resolve',
    values: { domain: ['a.example', 'b.example'] },
    words: ['_ldap._tcp'],
  },
  { line: 'resolve --domain a.example _ldap._tcp', name: 'resolve', values: { domain: ['a.example'] }, words: ['_ldap._tcp'] },
  { line: 'resolve --seed 7 --timeout 3s --json', name: 'resolve', values: { seed: 7, timeout: 3000, json: true } },
  { line: 'resolve --seed=7 --timeout=250', name: 'resolve', values: { seed: 7, timeout: 250 } },
  { line: 'resolve --no-cache', name: 'resolve', values: { 'no-cache': true } },
  { line: 'resolve 12', name: 'resolve', values: {}, words: ['12'] },
  { line: 'cache list --json', name: 'cache list', values: { json: true } },
  { line: 'cache forget _vlmcs._tcp global', name: 'cache forget', values: {}, words: ['_vlmcs._tcp', 'global'] },
];
for (const { line, name, values, words } of good) {
  test(`"${line}" is ${name} ${JSON.stringify(values)}`, (t) => {
    const parsed = parse(line);
    if (parsed.kind !== 'command') return t.fail();
    t.is(parsed.command.name, name);
    for (const [flag, value] of Object.entries(values)) t.deepEqual(parsed.values[flag], value, flag);
    t.deepEqual(parsed.words, words ?? []);
  });
}

const bad: readonly { line: string; message: RegExp }[] = [
  { line: '', message: /which command/ },
  { line: 'nonsense', message: /nonsense/ },
  { line: '--json resolve', message: /--json: the command comes first/ },
  { line: 'cache', message: /cache: which command/ },
  { line: 'cache nonsense', message: /nonsense/ },
  { line: 'resolve --sede 7', message: /sede/ },
  { line: 'resolve -x', message: /x/ },
  { line: 'resolve a b', message: /"b" is a word too many/ },
  { line: 'cache list extra', message: /"extra" is a word too many/ },
  { line: 'cache forget', message: /SERVICE \[SCOPE\] is missing/ },
  { line: 'resolve --seed', message: /seed/ },
  { line: 'resolve --seed abc', message: /--seed: "abc" is not a decimal number from 0 to 4294967295/ },
  { line: 'resolve --seed 0x10', message: /--seed/ },
  { line: 'resolve --seed 1e3', message: /--seed/ },
  { line: 'resolve --seed 4294967296', message: /--seed/ },
  { line: 'resolve --seed=-1', message: /--seed/ },
  { line: 'resolve --seed 1 --seed 2', message: /--seed is given more than once/ },
  { line: 'resolve --seed 1 2 3', message: /too many/ },
  { line: 'resolve --json=perhaps', message: /--json/ },
  { line: 'resolve --json false', message: /--json takes no value/ },
  { line: 'resolve --no-cache true _ldap._tcp', message: /--no-cache takes no value/ },
  { line: 'resolve --constructor=1', message: /constructor/ },
  { line: 'resolve --__proto__ x', message: /__proto__/ },
  { line: 'resolve --get-yargs-completions', message: /get-yargs-completions/ },
  { line: 'resolve --timeout 3weeks', message: /--timeout: "3weeks" is not a duration/ },
  { line: 'resolve --law fair', message: /--law: "fair" is not one of rfc2782, proportional/ },
  { line: 'resolve --domain=', message: /--domain/ },
];
for (const { line, message } of bad) {
  test(`"${line}" is wrong usage`, (t) => {
    t.throws(() => parse(line), { instanceOf: UsageError, message });
  });
}

test('--help of a command shows its flags and two examples', (t) => {
  const parsed = parse('resolve --help');
  if (parsed.kind !== 'text') return t.fail();
  for (const part of ['--domain', '--no-cache', 'srvkit resolve --domain example.org', 'srvkit resolve --json'])
    t.true(parsed.text.includes(part), part);
});

test('--help alone lists the commands, --version prints the version', (t) => {
  const help = parse('--help');
  t.true(help.kind === 'text' && help.text.includes('resolve'));
  t.deepEqual(parse('--version'), { kind: 'text', text: '1.2.3\n' });
});
