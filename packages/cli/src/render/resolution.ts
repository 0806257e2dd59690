import type { Resolution } from '@srvkit/resolver';
import { escapeText } from './escape.ts';
import type { Style } from './style.ts';

type Attempt = Resolution['attempts'][number];
type Lookup = Resolution['lookups'][number];

/** How a discovery ended, in a line or two. */
export function renderResolution(resolution: Resolution, style: Style): string {
  const { host, outcome, code, elapsedMs } = resolution;
  const warnings = resolution.warnings.map(({ message }) => `warning: ${escapeText(message)}\n`).join('');
  if (host !== null) {
    const address = host.address === null || host.address === host.target ? '' : ` (${host.address})`;
    return `${style.good(outcome)} ${style.strong(endpoint(host.target, host.port))}${address} from ${origin(host)} in ${milliseconds(elapsedMs)}\n${warnings}`;
  }
  const reason = code === null ? '' : ` (${[code.hresult, code.symbol].filter((part) => part !== null).join(' ')})`;
  return `${style.bad(outcome)}${reason}: ${whatHappened(resolution)}\n${warnings}`;
}

/** Everything that was asked, tried and skipped, in order. */
export function renderTrace(resolution: Resolution, style: Style): string {
  const { policy, seed, skipped, lookups, demoted, attempts } = resolution;
  const lines = [
    `${style.strong(resolution.service)}  pinned ${policy.pinned}, law ${policy.law}, domains ${policy.domains}, fill ${policy.fill}, seed ${seed}`,
    ...skipped.map(({ source, why }) => `  skipped ${source}: ${escapeText(why)}`),
    ...lookups.flatMap((lookup) => lookupLines(lookup, style)),
    ...demoted.map(
      ({ target, port, priority, why }) =>
        `  demoted ${endpoint(target, port)}: last in priority ${priority ?? '-'}, ${why.map(demotionWords).join('; ')}`,
    ),
    ...attempts.map((attempt) => attemptLine(attempt, style)),
  ];
  return `${lines.join('\n')}\n`;
}

function lookupLines(lookup: Lookup, style: Style): string[] {
  const good = lookup.answer === 'records';
  const from = lookup.cached
    ? lookup.stale
      ? 'stale, from the cache'
      : 'from the cache'
    : lookup.server === null
      ? 'no reply'
      : `from ${lookup.server}`;
  const rcode = lookup.rcode === null ? '' : ` ${lookup.rcode}`;
  const ttl = lookup.ttl === null ? '' : `, TTL ${lookup.ttl}`;
  return [
    `  asked ${lookup.name} ${lookup.type}: ${(good ? style.good : style.bad)(lookup.answer)}${rcode} ${from}${ttl}`,
    ...lookup.tries.map((each) =>
      style.faint(
        `    ${each.transport} ${each.server}: ${each.outcome}${each.rcode === null ? '' : ` ${each.rcode}`}, ${milliseconds(each.ms)}`,
      ),
    ),
    ...lookup.records.map(
      (record) => `    ${'address' in record ? record.address : `SRV ${record.priority} ${record.weight} ${record.port} ${record.target}`}`,
    ),
    ...lookup.dropped.map(({ record, why }) => `    dropped ${escapeText(record)}: ${why}`),
  ];
}

function demotionWords({ from, failures, until }: Resolution['demoted'][number]['why'][number]): string {
  if (from === 'request') return 'as the request says';
  const times = failures === 1 ? 'once' : `${failures} times in a row`;
  return `failed ${times}${from === 'shared' ? ', as others say' : ''}, until ${instant(until)}`;
}

// Others may say what they like of the time.
function instant(epochMs: number): string {
  return epochMs <= LAST_INSTANT ? new Date(epochMs).toISOString() : `${epochMs}`;
}

const LAST_INSTANT = 8.64e15;

function attemptLine(attempt: Attempt, style: Style): string {
  const good = attempt.outcome === 'reached';
  const place = attempt.address === null ? '' : ` at ${attempt.address}`;
  const rank = attempt.priority === null ? '' : `, priority ${attempt.priority} weight ${attempt.weight ?? '-'}`;
  const times = `${milliseconds(attempt.startMs)} + ${milliseconds(attempt.ms)}`;
  return `  tried ${endpoint(attempt.target, attempt.port)}${place} (${origin(attempt)}${rank}): ${(good ? style.good : style.bad)(attempt.outcome)}, ${times}`;
}

const SOURCE_WORDS = {
  sku: 'the SKU setting',
  application: 'the application setting',
  global: 'the global setting',
  cache: 'the host cache',
  dns: 'DNS',
} as const;

function origin({ source, domain }: { source: keyof typeof SOURCE_WORDS; domain: string | null }): string {
  return domain === null ? SOURCE_WORDS[source] : `${SOURCE_WORDS[source]}, ${domain}`;
}

function endpoint(target: string, port: number): string {
  return target.includes(':') ? `[${target}]:${port}` : `${escapeText(target)}:${port}`;
}

function whatHappened({ attempts, lookups, outcome, skipped }: Resolution): string {
  if (attempts.length > 0)
    return `tried ${attempts.map((attempt) => `${endpoint(attempt.target, attempt.port)} (${attempt.outcome})`).join(', ')}`;
  if (lookups.length > 0) return lookups.map((lookup) => `${lookup.name} ${lookup.answer}`).join(', ');
  const noDomain = skipped.some(({ source, why }) => source === 'dns' && why === 'no-domain');
  if (noDomain) return 'no domain to ask; give --domain';
  return outcome === 'not-applicable' ? 'the activation type rules DNS discovery out' : 'nothing was tried';
}

function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
