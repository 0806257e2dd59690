import test from 'ava';
import { type Candidate, makeRequest } from '@srvkit/discovery';
import { parseDomainName } from '@srvkit/dns';
import { type AddressBook, HostAddresses } from '../src/host-addresses.ts';
import { HostRace } from '../src/host-race.ts';
import type { Contact } from '../src/probe.ts';
import { Trace } from '../src/trace.ts';
import { FakeTimers, settled } from './fake-timers.ts';

const A1 = '192.0.2.1';
const A2 = '192.0.2.2';
const B1 = '2001:db8::1';
const B2 = '2001:db8::2';

test('the only address that answers is the result', async (t) => {
  const world = race({ glue: [A1] });
  world.answer(A1, 'reached');
  await settled();
  t.like(world.race.result, { kind: 'reached', address: A1 });
  t.is(world.timers.pending, 0);
});

test('IPv6 goes first, then families take turns, one every stagger', async (t) => {
  const world = race({ glue: [A1, A2, B1, B2] });
  t.deepEqual(world.started, [B1]);
  await world.timers.advance(249);
  t.deepEqual(world.started, [B1]);
  await world.timers.advance(1);
  t.deepEqual(world.started, [B1, A1]);
  await world.timers.advance(500);
  t.deepEqual(world.started, [B1, A1, B2, A2]);
});

test('a failure starts the next address at once', async (t) => {
  const world = race({ glue: [A1, A2, B1] });
  world.answer(B1, 'ENETUNREACH');
  await settled();
  t.deepEqual(world.started, [B1, A1]);
  world.answer(A1, 'ECONNREFUSED');
  await settled();
  t.deepEqual(world.started, [B1, A1, A2]);
});

test('the first address that answers abandons the others', async (t) => {
  const world = race({ glue: [A1, B1] });
  await world.timers.advance(250);
  world.answer(A1, 'reached');
  await settled();
  t.like(world.race.result, { kind: 'reached', address: A1 });
  t.deepEqual(world.aborted, [B1]);
  t.deepEqual(world.attempts(), [`${B1} abandoned`, `${A1} reached`]);
  t.is(world.timers.pending, 0);
});

test('what is reached too late is discarded', async (t) => {
  const world = race({ glue: [A1, B1] });
  await world.timers.advance(250);
  world.answer(A1, 'reached');
  await settled();
  world.answer(B1, 'reached');
  await settled();
  t.deepEqual(world.discarded, [B1]);
});

test('a host is quiet when all its addresses have been waited for', async (t) => {
  const world = race({ glue: [A1, B1] });
  await world.timers.advance(250);
  t.false(world.race.isQuiet);
  await world.timers.advance(250);
  t.true(world.race.isQuiet);
  t.is(world.race.result, undefined);
});

test('a host whose addresses are not known yet becomes quiet too', async (t) => {
  const world = race({});
  await world.timers.advance(250);
  t.true(world.race.isQuiet);
  t.deepEqual(world.asked, ['AAAA', 'A']);
});

test('each address has its own time', async (t) => {
  const world = race({ glue: [A1, B1] });
  await world.timers.advance(3000);
  t.deepEqual(world.attempts(), [`${B1} timeout`, `${A1} abandoned`]);
  t.is(world.race.result, undefined);
  await world.timers.advance(250);
  t.like(world.race.result, { kind: 'timeout' });
  t.deepEqual(world.aborted, [B1, A1]);
});

test('the deadline of the pass cuts an attempt off', async (t) => {
  const world = race({ glue: [A1], deadlineAt: 100 });
  await world.timers.advance(100);
  t.like(world.race.result, { kind: 'out-of-time' });
  t.deepEqual(world.attempts(), [`${A1} timeout`]);
});

test('a host that begins when the pass has no more time contacts nobody, and leaves no timer', (t) => {
  const world = race({ glue: [A1], deadlineAt: 0 });
  t.deepEqual(world.race.result, { kind: 'out-of-time' });
  t.deepEqual(world.started, []);
  t.is(world.timers.pending, 0);
});

test('an address that comes after the deadline of the pass is not contacted', async (t) => {
  const world = race({ deadlineAt: 100 });
  world.timers.stall(150);
  world.know('A', [A1]);
  world.know('AAAA', [B1]);
  await settled();
  t.deepEqual(world.started, []);
  t.like(world.race.result, { kind: 'out-of-time' });
  t.deepEqual(world.attempts(), ['null timeout']);
  t.is(world.timers.pending, 0);
});

test('after the deadline, what was contacted before may still be heard', async (t) => {
  const world = race({ deadlineAt: 300 });
  world.know('AAAA', [B1]);
  await settled();
  await world.timers.advance(250);
  world.timers.stall(100);
  world.know('A', [A1]);
  await settled();
  t.deepEqual(world.started, [B1]);
  world.answer(B1, 'reached');
  await settled();
  t.like(world.race.result, { kind: 'reached', address: B1 });
});

test('the family that the glue lacks is asked for when the glue has failed', async (t) => {
  const world = race({ glue: [A1] });
  t.deepEqual(world.asked, []);
  world.answer(A1, 'ECONNREFUSED');
  await settled();
  t.deepEqual(world.asked, ['AAAA']);
  world.know('AAAA', [B1]);
  await settled();
  t.deepEqual(world.started, [A1, B1]);
});

test('addresses nobody knows are not waited for longer than the stagger, when others have failed', async (t) => {
  const world = race({ glue: [A1] });
  world.answer(A1, 'ECONNREFUSED');
  await world.timers.advance(249);
  t.is(world.race.result, undefined);
  await world.timers.advance(1);
  t.like(world.race.result, { kind: 'refused' });
});

test('IPv4 that is known first waits 50 ms for IPv6 (RFC 8305 section 3)', async (t) => {
  const world = race({});
  world.know('A', [A1]);
  await world.timers.advance(49);
  t.deepEqual(world.started, []);
  await world.timers.advance(1);
  t.deepEqual(world.started, [A1]);
});

test('IPv6 that comes in time goes first', async (t) => {
  const world = race({});
  world.know('A', [A1]);
  await world.timers.advance(20);
  world.know('AAAA', [B1]);
  await settled();
  t.deepEqual(world.started, [B1]);
  world.answer(B1, 'reached');
  await settled();
  t.is(world.timers.pending, 0);
});

test('a host without any address was not found', async (t) => {
  const world = race({});
  world.know('A', []);
  world.know('AAAA', []);
  await settled();
  t.like(world.race.result, { kind: 'name-not-found' });
  t.deepEqual(world.attempts(), ['null name-not-found']);
});

for (const { cause, target = 'a.', known, kind, isUntried } of [
  { cause: 'neither family has an address', known: { A: [], AAAA: [] }, kind: 'name-not-found', isUntried: false },
  { cause: 'nobody could say in one family', known: { A: [], AAAA: undefined }, kind: 'name-not-found', isUntried: true },
  {
    cause: 'nobody could say in one family, and the other is dead',
    known: { A: [A1], AAAA: undefined },
    kind: 'refused',
    isUntried: false,
  },
  { cause: 'the system does not know the label', target: 'kms1', known: { system: [] }, kind: 'name-not-found', isUntried: false },
  { cause: 'the system could not say', target: 'kms1', known: { system: undefined }, kind: 'name-not-found', isUntried: true },
] as const) {
  test(`${cause}: ${isUntried ? 'that says nothing of the host' : 'the host is at fault'}`, async (t) => {
    const world = race({ target });
    for (const [what, addresses] of Object.entries(known)) world.know(what, addresses);
    await settled();
    world.answer(A1, 'ECONNREFUSED');
    await settled();
    t.deepEqual(world.race.result, { kind, isUntried });
  });
}

test('an IP literal is not looked up', async (t) => {
  const world = race({ target: B1 });
  t.deepEqual([world.started, world.asked], [[B1], []]);
  world.answer(B1, 'ECONNREFUSED');
  await settled();
  t.like(world.race.result, { kind: 'refused' });
});

test('a single label is asked of the operating system alone', async (t) => {
  const world = race({ target: 'kms1' });
  t.deepEqual(world.asked, ['system']);
  world.know('system', [A1]);
  await settled();
  t.deepEqual(world.started, [A1]);
});

test('a refusal ends the host: its other addresses would say the same', async (t) => {
  const world = race({ glue: [A1, B1] });
  world.answer(B1, 'rejected');
  await settled();
  t.like(world.race.result, { kind: 'rejected', final: true, code: '0xC004F042', address: B1 });
  t.deepEqual(world.started, [B1]);
});

test('a host that is abandoned leaves nothing behind', async (t) => {
  const world = race({ glue: [A1, B1] });
  await world.timers.advance(250);
  world.race.abandon('abandoned');
  t.deepEqual(world.aborted, [B1, A1]);
  t.deepEqual(world.attempts(), [`${B1} abandoned`, `${A1} abandoned`]);
  t.is(world.timers.pending, 0);
});

function race({
  glue = [],
  target = 'kms.example.org.',
  deadlineAt = Infinity,
}: {
  glue?: string[];
  target?: string;
  deadlineAt?: number;
}) {
  const timers = new FakeTimers();
  const started: string[] = [];
  const aborted: string[] = [];
  const asked: string[] = [];
  const discarded: string[] = [];
  const answers = new Map<string, (how: string) => void>();
  const knowledge = new Map<string, (addresses: readonly string[] | undefined) => void>();
  const ask = (what: string): Promise<readonly string[] | undefined> => {
    asked.push(what);
    return new Promise((resolve) => knowledge.set(what, resolve));
  };
  const book: AddressBook = { glue: () => glue, lookup: (_, type) => ask(type), system: () => ask('system') };
  const contact: Contact<string> = {
    reach: ({ address }, signal) => {
      started.push(address);
      signal.addEventListener('abort', () => aborted.push(address));
      return new Promise((resolve, reject) => {
        answers.set(address, (how) => {
          if (how === 'reached') resolve({ outcome: 'reached', value: address });
          else if (how === 'rejected') resolve({ outcome: 'rejected', final: true, code: '0xC004F042' });
          else reject(Object.assign(new Error(how), { code: how }));
        });
      });
    },
    discard: (value) => discarded.push(value),
  };
  const trace = new Trace(makeRequest({ service: '_sip._tcp' }), 1, timers.clock);
  const name = target.endsWith('.') ? parseDomainName(target) : null;
  const candidate: Candidate = { source: 'dns', domain: null, target, name, port: 80, priority: 1, weight: 0 };
  const addresses = new HostAddresses(candidate, book, timers, () => one.advance());
  const limits = { attemptTimeoutMs: 3000, staggerMs: 250, deadlineAt };
  const one = new HostRace({ candidate, addresses, contact, trace, timers, ...limits, changed: () => {} });
  one.begin();
  return {
    race: one,
    timers,
    started,
    aborted,
    asked,
    discarded,
    answer: (address: string, how: string) => answers.get(address)?.(how),
    know: (what: string, addresses: readonly string[] | undefined) => knowledge.get(what)?.(addresses),
    attempts: () => trace.resolution({ outcome: 'exhausted' }).attempts.map(({ address, outcome }) => `${address} ${outcome}`),
  };
}
