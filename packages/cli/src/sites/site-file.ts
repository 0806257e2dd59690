import { ParseError, parseDomainName } from '@srvkit/dns';
import type { DomainName } from '@srvkit/dns';
import { DEFAULT_PORT, parsePublishLine } from '@srvkit/kms';
import type { SiteHost, SiteTable } from '@srvkit/kms';
import { SettingsError } from '@srvkit/settings';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, stringify } from 'yaml';
import type { Node } from 'yaml';
import { UsageError } from '../exit.ts';
import { escapeText } from '../render/escape.ts';

/** A table as `sites read` prints it and `sites plan` reads it. */
export function formatSites(table: SiteTable): string {
  const domains = table.map(({ domain, hosts }) => [bare(domain), hosts.map((host) => ({ ...host, target: bare(host.target) }))] as const);
  return stringify({ domains: Object.fromEntries(domains) }, { lineWidth: 0 });
}

/**
 * Reads `domains: { DOMAIN: [ { target, priority, weight, port } ] }`. Priority and weight are 0 unless given, the port 1688. Throws
 * `UsageError` that names file and line.
 */
export function parseSites(text: string, file: string): SiteTable {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, stringKeys: true });
  const at = (offset: number): string => `${escapeText(file)}:${lines.linePos(offset).line}`;
  const [problem] = document.errors;
  if (problem !== undefined) throw new UsageError(`${at(problem.pos[0])}: ${problem.message}`);
  const fail: Fail = (node, message) => {
    throw new UsageError(`${at(node?.range?.[0] ?? 0)}: ${message}`);
  };
  const { contents } = document;
  const top = entriesOf(contents, 'domains: { DOMAIN: [ ... ] }', fail);
  for (const [name, , key] of top) if (name !== 'domains') fail(key, `${quoted(name)} is unknown: write domains: { DOMAIN: [ ... ] }`);
  const domains = top.find(([name]) => name === 'domains');
  if (domains === undefined) return fail(contents, 'there is no "domains": write domains: { DOMAIN: [ ... ] }');
  const table: SiteTable = entriesOf(domains[1], 'a list of hosts for each domain', fail).map(([name, hosts, key]) => {
    const domain = domainOf(name, key, fail);
    if (!isSeq(hosts)) return fail(hosts, `${quoted(name)} has no list of hosts: write [ { target, priority, weight, port } ]`);
    return { domain, hosts: hosts.items.map((host) => readHost(host as Node | null, fail)) };
  });
  return table;
}

/** A domain that a publish list can name: lists take fewer letters than DNS does, and read some names as those of hosts (kms P-11, P-17). */
function domainOf(text: string, key: Node, fail: Fail): DomainName {
  const domain = nameOf(text, key, fail);
  try {
    if (parsePublishLine(bare(domain)).namesHost) fail(key, `${quoted(text)} would be read as a host in a publish list: name the domain`);
    return domain;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return fail(key, error.message);
  }
}

/** Throws the error for a place. */
type Fail = (node: Node | null | undefined, message: string) => never;

function readHost(node: Node | null, fail: Fail): SiteHost {
  const fields = entriesOf(node, 'a host { target, priority, weight, port }', fail);
  for (const [name, , key] of fields)
    if (!FIELDS.has(name)) fail(key, `${quoted(name)} is unknown: a host has target, priority, weight and port`);
  const field = (name: string): Node | null | undefined => fields.find(([key]) => key === name)?.[1];
  const number = (name: string, least: number, otherwise: number): number => {
    const value = field(name);
    if (value === undefined) return otherwise;
    const given: unknown = isScalar(value) ? value.value : undefined;
    if (typeof given === 'number' && Number.isInteger(given) && given >= least && given <= 65_535) return given;
    return fail(value, `${name} ${isScalar(value) ? quoted(String(value.value)) : ''} is not a whole number from ${least} to 65535`);
  };
  const target = field('target');
  const name: unknown = isScalar(target) ? target.value : undefined;
  if (typeof name !== 'string') return fail(target ?? node, 'target is missing: name the host, fully qualified');
  return {
    target: nameOf(name, target, fail),
    priority: number('priority', 0, 0),
    weight: number('weight', 0, 0),
    port: number('port', 1, DEFAULT_PORT),
  };
}

const FIELDS: ReadonlySet<string> = new Set(['target', 'priority', 'weight', 'port']);

type Entry = readonly [name: string, value: Node | null, key: Node];

function entriesOf(node: Node | null | undefined, expected: string, fail: Fail): readonly Entry[] {
  if (!isMap<Node, Node | null>(node)) return fail(node, `here ${expected} is expected`);
  return node.items.map(({ key, value }) => [isScalar(key) ? String(key.value) : '', value, key] as const);
}

function nameOf(text: string, node: Node | null | undefined, fail: Fail): DomainName {
  try {
    const name = parseDomainName(text);
    if (name.isRoot || name.labelCount < 2) return fail(node, `${quoted(text)} is not a full name: write it with its domain`);
    return name;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return fail(node, error.message);
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}

function bare(name: DomainName): string {
  return name.toString().slice(0, -1);
}
