import { Document, isCollection, isMap, isScalar, isSeq } from 'yaml';
import type { YAMLMap } from 'yaml';
import type { DeducedEstate, DeducedHost } from './deduce-estate.ts';
import type { DraftFile } from './draft-file.ts';
import type { DomainReading, EstateReading } from './estate-reading.ts';
import type { ReadingFinding } from './reading-findings.ts';

/** What a draft says of itself. */
export interface FormatDraftOptions {
  /** When the zones were read, as it shall stand there. */
  readonly at: string;
  /** Where scenario.schema.json is, for editors: a path or an address. */
  readonly schema: string;
}

interface Draft {
  readonly file: DraftFile;
  readonly estate: DeducedEstate;
  readonly findings: readonly ReadingFinding[];
  readonly reading: EstateReading;
}

/** A scenario file whose comments say what was read, what was found odd, what is assumed, and what an administrator has to fill in. */
export function formatDraft({ file, estate, findings, reading }: Draft, options: FormatDraftOptions): string {
  const document = new Document(file, { aliasDuplicateObjects: false });
  const top = document.contents;
  if (!isMap(top)) throw new TypeError('a draft is a map of settings');
  for (const { key, value } of top.items) {
    if (!isScalar(key)) continue;
    const setting = String(key.value);
    if (isMap(value) && setting !== 'wan') for (const each of value.items) setFlow(each.value);
    else setFlow(value);
    const remark = remarkOn(setting, estate);
    if (remark !== undefined) key.commentBefore = ` ${remark}`;
  }
  const hosts = top.get('hosts', true);
  if (isMap(hosts)) for (const host of estate.hosts) remarkHost(hosts, host);
  const lines = [
    `yaml-language-server: $schema=${options.schema}`,
    `Begun from live zones on ${options.at}: ${reading.service} in ${reading.domains.map(({ domain }) => domain.toString()).join(' ')}`,
    ...reading.domains.map((each) => `READ ${describe(each)}`),
    'FILL IN marks what no zone says, ASSUMED what was taken from names and priorities.',
    ...findings.map(({ code, message }) => `FOUND ${code}: ${message}`),
  ];
  // Names escape themselves; paths and the words of a server do not.
  const head = lines.map((line) => `# ${line.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')}\n`).join('');
  return `${head}${document.toString({ lineWidth: 0, singleQuote: true })}`;
}

function describe({ domain, zone, server, means, authoritative, aliasOf, records, remarks }: DomainReading): string {
  const place = zone === undefined ? 'a zone that nobody named' : `zone ${zone.origin.toString()} at serial ${zone.serial}`;
  const how = means === 'queries' ? `queries to ${server}${authoritative ? '' : ', a resolver'}` : `a ${means} from ${server}`;
  return [
    `${domain.toString()}: ${records.length} ${records.length === 1 ? 'record' : 'records'}, ${place}, by ${how}`,
    ...(aliasOf === undefined ? [] : [`an alias of ${aliasOf.toString()}`]),
    ...remarks,
  ].join('; ');
}

/** What is written above a setting. */
function remarkOn(setting: string, { sites, byHand }: DeducedEstate): string | undefined {
  switch (setting) {
    case 'duration':
      return 'FILL IN: how long to play.';
    case 'sites':
      return 'ASSUMED: each domain is a site of its own, whose clients ask it first and then those above it. FILL IN: the suffix search lists.';
    case 'wan':
      return 'FILL IN: the network between sites. For a link of its own: links: [{ between: [A, B], latency: 40ms }]';
    case 'dns':
      return byHand.length === 0 ? undefined : 'ASSUMED: static records were written by hand, stale ones left behind: see FOUND.';
    case 'hosts':
      return `ASSUMED: each is up${sites.length > 1 ? ', at the site of the domain that its name lies in' : ''}. FILL IN: where they really are.`;
    case 'clients':
      return 'FILL IN: the groups of clients, how many they are, and when they come.';
    default:
      return undefined;
  }
}

function remarkHost(hosts: YAMLMap, { name, siteBy, publishes }: DeducedHost): void {
  const node = hosts.get(name, true);
  if (!isCollection(node)) return;
  const why = siteBy === 'priority' ? 'ASSUMED: at the site whose clients try it first' : '';
  const how = publishes.length === 0 ? 'does not publish itself: its records are static' : '';
  const text = [why, how].filter((each) => each !== '').join('; ');
  if (text !== '') node.comment = ` ${text}`;
}

/** On one line, but for lists of maps, which have one on each. */
function setFlow(node: unknown): void {
  if (isSeq(node) && node.items.some(isMap)) for (const item of node.items) setFlow(item);
  else if (isCollection(node)) node.flow = true;
}
