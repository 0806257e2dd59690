// A process of its own: what close leaves behind is seen only where nothing else is open. Prints a line of JSON a case, and must end by itself.
import { createResolver, type RequestParts, type Resolver, type ResolverOptions } from '@srvkit/resolver';

const [server = ''] = process.argv.slice(2);
const hang = (): Promise<never> => new Promise(() => {});
const domains = ['example.org'];
const good: RequestParts = { service: '_sip._tcp', domains };

interface Case {
  readonly options?: ResolverOptions;
  /** Begins something, and gives what is under way then. `closed` settles after `close`. */
  readonly begin: (resolver: Resolver, closed: Promise<void>) => Promise<unknown>[];
  /** It comes to its end before `close`, however long that takes. */
  readonly isOver?: true;
}

const cases: Readonly<Record<string, Case>> = {
  'a resolution that is over': { begin: (resolver) => [resolver.resolve(good)], isOver: true },
  'a lookup': { begin: (resolver) => [resolver.resolve({ service: '_dropped._tcp', domains })] },
  'a lookup for addresses': {
    begin: (resolver) => [resolver.resolve({ ...good, pinned: [{ source: 'global', host: 'dropped.example.org.', port: 1 }] })],
  },
  'an attempt': { begin: (resolver) => [resolver.resolve(good, { probe: hang })] },
  'attempts side by side': { begin: (resolver) => [resolver.resolve({ service: '_two._tcp', domains }, { probe: hang, staggerMs: 1 })] },
  'a pause between two passes': {
    begin: (resolver) => [resolver.resolve({ service: '_servfail._tcp', domains }, { retries: 1, retryDelayMs: 60_000 })],
  },
  'a loop over candidates': {
    begin: (resolver, closed) => {
      const offered = resolver.candidates(good);
      return [offered.next().then(async () => closed.then(() => offered.next()))];
    },
  },
  'shared failures that hang': {
    options: { failures: { list: hang, report: hang, clear: hang } },
    begin: (resolver) => [resolver.resolve(good)],
  },
};

for (const [title, { options, begin, isOver }] of Object.entries(cases)) {
  const resolver = createResolver({ servers: [server], ...options });
  const { promise: closed, resolve: tellClosed } = Promise.withResolvers<void>();
  const ended = Promise.allSettled(begin(resolver, closed));
  const pause = Promise.withResolvers<void>();
  const timer = setTimeout(pause.resolve, 100);
  await (isOver === true ? ended : Promise.race([ended, pause.promise])); // some answers have come by then; what waits, waits for minutes
  clearTimeout(timer);
  const during = openResources();
  await resolver.close();
  tellClosed();
  const outcomes = (await ended).map(({ status }) => status);
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve)); // sockets say good-bye
  console.log(JSON.stringify({ title, outcomes, during, after: openResources() }));
}

function openResources(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => /^(?:Timeout|TCP|UDP|GetAddrInfo)/.test(kind));
}
