import { parseServiceName, queryName } from '@srvkit/discovery';
import { formatRecord, hmacSigner } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';
import { createDnsClient, formatServerAddress } from '@srvkit/dns-client';
import type { DnsClientOptions, ServerAddress } from '@srvkit/dns-client';
import { draftScenario } from '@srvkit/simulator';
import type { DomainReading, EstateReading, ScenarioDraft } from '@srvkit/simulator';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT, UsageError } from '../exit.ts';
import { readable, readKey } from '../input-file.ts';
import type { Io } from '../io.ts';
import { checkNew, writeNew } from '../new-file.ts';
import { escapeText } from '../render/escape.ts';
import { readZones } from './read-zones.ts';

interface BeginValues {
  readonly domain: readonly DomainName[];
  readonly server: readonly ServerAddress[];
  readonly 'tsig-key': string | undefined;
  readonly timeout: number | undefined;
  readonly output: string | undefined;
  readonly json: boolean;
}

/** `simulate --from-dns`: writes a scenario of what live zones say. Gives the exit status: 1 when a domain could not be read, or nothing was found. */
export async function beginScenario(service: string, values: BeginValues, io: Io): Promise<number> {
  const asked = checkAsked(service, values);
  if (values.output !== undefined) await checkNew(values.output);
  const reading = await readLiveZones(asked, values, io);
  tellUnread(reading, values, io);
  if (reading.domains.every(({ records }) => records.length === 0)) {
    const where = asked.domains.map(String).join(', ');
    io.stderr.write(`srvkit: no record of ${reading.service} was found in ${where}: there is nothing to begin a scenario with\n`);
    return EXIT.problems;
  }
  const draft = draftScenario(reading, { at: new Date(io.now()).toISOString(), schema: schemaFrom(values.output) });
  if (values.output !== undefined) await writeNew(values.output, draft.text);
  if (values.json) io.stdout.write(`${JSON.stringify(documentOf(draft, reading, values.output))}\n`);
  else if (values.output === undefined) io.stdout.write(draft.text);
  else for (const { code, message } of draft.findings) io.stderr.write(`${code}: ${escapeText(message)}\n`);
  return reading.unread.length > 0 ? EXIT.problems : EXIT.done;
}

interface Asked {
  readonly service: string;
  readonly domains: readonly DomainName[];
}

function checkAsked(text: string, values: BeginValues): Asked {
  if (values.domain.length === 0) throw new UsageError('--domain D is missing: which domains shall be read?');
  if (values.server.length === 0 && values['tsig-key'] !== undefined)
    throw new UsageError('--tsig-key signs a transfer: name the server of the zones with --server');
  const service = readable(() => parseServiceName(text));
  if (service.split('.').length > 2) throw new UsageError(`${service}: hosts publish services of two labels only, such as _ldap._tcp`);
  const domains = [...new Map(values.domain.map((domain) => [domain.key, domain])).values()];
  for (const domain of domains) readable(() => queryName(service, domain));
  return { service, domains };
}

function tellUnread({ domains, unread }: EstateReading, values: BeginValues, io: Io): void {
  for (const { domain, why } of unread) io.stderr.write(`srvkit: ${domain.toString()}: ${why}; the domain is left out\n`);
  if (values['tsig-key'] === undefined) return;
  for (const { domain, means, remarks } of domains)
    if (means === 'queries') io.stderr.write(`srvkit: ${domain.toString()}: ${remarks.join('; ')}; it is read by questions\n`);
}

async function readLiveZones({ service, domains }: Asked, values: BeginValues, io: Io): Promise<EstateReading> {
  const key = values['tsig-key'] === undefined ? undefined : await readKey(values['tsig-key'], io);
  const servers = values.server.map(formatServerAddress);
  const client = createDnsClient({
    maxRecords: MOST_RECORDS,
    ...(servers.length === 0 ? {} : { servers }),
    ...(values.timeout === undefined ? {} : patience(values.timeout)),
  });
  try {
    const signer = key === undefined ? undefined : hmacSigner(key);
    const transferMs = 2 * (values.timeout ?? DEFAULT_TIMEOUT_MS);
    return await readZones(service, domains, {
      client,
      transferMs: servers.length > 0 ? transferMs : undefined,
      signer,
      signal: io.signal,
    });
  } finally {
    await client.close();
  }
}

const MOST_RECORDS = 1000;
const DEFAULT_TIMEOUT_MS = 5000;

// Half of the time is for the first try over UDP, so that a second one fits in; TCP may use all of it.
function patience(timeoutMs: number): Pick<DnsClientOptions, 'timeoutMs' | 'tryTimeoutMs' | 'tcpTimeoutMs'> {
  return { timeoutMs, tryTimeoutMs: timeoutMs / 2, tcpTimeoutMs: timeoutMs };
}

function documentOf({ file, findings }: ScenarioDraft, reading: EstateReading, output: string | undefined): object {
  return {
    v: 1,
    service: reading.service,
    output: output ?? null,
    domains: reading.domains.map(domainDocument),
    unread: reading.unread.map(({ domain, why }) => ({ domain: domain.toString(), why })),
    findings,
    scenario: file,
  };
}

function domainDocument({ domain, zone, server, means, authoritative, aliasOf, records, remarks }: DomainReading): object {
  return {
    domain: domain.toString(),
    zone: zone?.origin.toString() ?? null,
    serial: zone?.serial ?? null,
    server,
    means,
    authoritative,
    aliasOf: aliasOf?.toString() ?? null,
    records: records.map((record) => formatRecord(record)),
    remarks,
  };
}

/** As editors find it from where the file will be. */
function schemaFrom(output: string | undefined): string {
  const schema = fileURLToPath(new URL('../scenario.schema.json', import.meta.resolve('@srvkit/simulator')));
  return relative(output === undefined ? '.' : dirname(output), schema).replaceAll('\\', '/');
}
