import { parsePublishLine } from '@srvkit/kms';
import { readable } from '../scenario/checks.ts';
import type { Fail } from '../scenario/checks.ts';
import { scenarioJsonSchema } from '../scenario/schema.ts';
import { nearestNames } from './nearest-names.ts';

/** A setting that a scenario file has, or may have. */
export interface FoundSetting {
  /** Through keys and positions alone. */
  readonly path: readonly (string | number)[];
  /** A value as it would be written in the file, of the type that the setting has. */
  readonly read: (text: string) => string | number | boolean;
  /** What a file holds, with the setting at a value; what was given stays as it is. */
  readonly put: (file: unknown, value: string | number | boolean) => unknown;
}

/**
 * Follows keys through what a file holds and through its schema. A key may be the name of a thing (`links.east-west`, `publish[DOMAIN]`,
 * the name that a host has in DNS) in place of its position or key. What leads nowhere fails, with the nearest names; so does what is no
 * single value.
 */
export function findSetting(file: unknown, keys: readonly (string | number)[], fail: Fail): FoundSetting {
  const path: (string | number)[] = [];
  let forms: readonly Schema[] = [scenarioJsonSchema()];
  let value = file;
  for (const key of keys) {
    value = writtenOut(value, path, forms, fail);
    const step = take(key, { path, forms, value, fail });
    path.push(step.key);
    forms = step.forms.flatMap(formsOf);
    value = partOf(value, step.key);
  }
  const parts = partNames(forms);
  const single = forms.filter(({ type, properties }) => properties === undefined && typeof type === 'string' && SINGLE.has(type));
  if (single.length === 0 || isPublishLine(forms))
    return fail(path, `is no single value that could be swept: go on to ${parts.length === 0 ? 'one of its parts' : listed(parts)}`);
  if (path.length === 1 && path[0] === 'seed') fail(path, 'is no knob: chance is swept by the number of seeds to play');
  return { path, read: (text) => typed(text, single), put: (before, wanted) => withValue(before, path, wanted) };
}

// The part of JSON Schema that scenarioJsonSchema() uses.
interface Schema {
  readonly type?: string;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema | false;
  readonly prefixItems?: readonly Schema[];
}

const SINGLE: ReadonlySet<string> = new Set(['string', 'integer', 'number', 'boolean']);

interface Place {
  readonly path: readonly (string | number)[];
  readonly forms: readonly Schema[];
  readonly value: unknown;
  readonly fail: Fail;
}

interface Step {
  readonly key: string | number;
  readonly forms: readonly Schema[];
}

function take(key: string | number, place: Place): Step {
  const { path, forms, fail } = place;
  const array = forms.find(({ type }) => type === 'array');
  if (array !== undefined) return takeItem(key, array, place);
  const map = forms.find(({ additionalProperties }) => typeof additionalProperties === 'object');
  if (map !== undefined) return takeEntry(String(key), map, place);
  const known = partNames(fittingForms(place));
  if (known.length === 0) return fail(path, `has no parts: leave ${JSON.stringify(key)} out`);
  if (!known.includes(String(key)))
    return fail([...path, key], `there is no such setting: use ${listed(nearestNames(String(key), known, MOST_NAMES))}`);
  return { key: String(key), forms: fittingForms(place).flatMap(({ properties }) => properties?.[String(key)] ?? []) };
}

function takeItem(key: string | number, array: Schema, { path, value, fail }: Place): Step {
  const items = Array.isArray(value) ? value : [];
  const position = /^\d+$/.test(String(key)) ? Number(key) : onlyNamed(String(key), items, path, fail);
  if (position >= items.length)
    return fail([...path, position], `is not there: ${items.length === 0 ? 'the list is empty' : `the last one is [${items.length - 1}]`}`);
  const form = array.prefixItems?.[position] ?? array.items;
  return { key: position, forms: form ? [form] : [] };
}

function onlyNamed(name: string, items: readonly unknown[], path: readonly (string | number)[], fail: Fail): number {
  const found = items.flatMap((item, at) => (namesOf(item).includes(plain(name)) ? [at] : []));
  const [first, second] = found;
  if (first === undefined) {
    const known = [...new Set(items.flatMap(namesOf))];
    const positions = items.length === 0 ? 'the list is empty' : `use a position from [0] to [${items.length - 1}]`;
    return fail(
      [...path, name],
      `is not there: ${known.length === 0 ? positions : `use ${listed(nearestNames(name, known, MOST_NAMES))}, or a position`}`,
    );
  }
  if (second !== undefined)
    return fail([...path, name], `is there ${found.length} times: use ${found.map((at) => `[${at}]`).join(' or ')}`);
  return first;
}

function takeEntry(name: string, map: Schema, { path, value, fail }: Place): Step {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const key =
    entries.find(([key]) => key === name)?.[0] ?? entries.find(([, entry]) => plain(stringAt(entry, 'name') ?? '') === plain(name))?.[0];
  if (key === undefined) {
    const known = nearestNames(
      name,
      entries.map(([key]) => key),
      MOST_NAMES,
    );
    return fail([...path, name], `is not there: ${known.length === 0 ? 'the file has none' : `use ${listed(known)}`}`);
  }
  return { key, forms: map.additionalProperties ? [map.additionalProperties] : [] };
}

// What people call the things of a list: a link by its two sites, a record or a line of a publish list by its domain.
function namesOf(item: unknown): readonly string[] {
  const between = partOf(item, 'between');
  if (Array.isArray(between)) return [between.join('-'), between.toReversed().join('-')];
  const name = typeof item === 'string' ? item.split(',', 1)[0]?.trim() : (stringAt(item, 'name') ?? stringAt(item, 'domain'));
  return name === undefined ? [] : [plain(name)];
}

function plain(name: string): string {
  return name.toLowerCase().replace(/(.)\.$/, '$1');
}

// A line of a publish list means the same as its three parts: a path may lead into it.
function writtenOut(value: unknown, path: readonly (string | number)[], forms: readonly Schema[], fail: Fail): unknown {
  if (typeof value !== 'string') return value;
  if (isPublishLine(forms)) return readable(fail, path, () => partsOfLine(value));
  const parts = partNames(forms);
  return parts.length === 0
    ? value
    : fail(path, `is ${JSON.stringify(value)} in the file: write it there with its parts (${listed(parts)}) to sweep one of them`);
}

function partsOfLine(line: string): object {
  const { domain, priority, weight } = parsePublishLine(line);
  return { domain: domain.toString().slice(0, -1), priority, weight };
}

function isPublishLine(forms: readonly Schema[]): boolean {
  const line = forms.find(({ properties }) => properties !== undefined)?.properties;
  return forms.some(({ type }) => type === 'string') && line !== undefined && 'weight' in line && 'domain' in line;
}

// Of several forms those that have every key that is there.
function fittingForms({ forms, value }: Place): readonly Schema[] {
  const present = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const fitting = forms.filter(({ properties = {} }) => present.every((key) => key in properties));
  return fitting.length === 0 ? forms : fitting;
}

function formsOf(schema: Schema): readonly Schema[] {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(formsOf);
}

function partNames(forms: readonly Schema[]): readonly string[] {
  return [...new Set(forms.flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

function typed(text: string, forms: readonly Schema[]): string | number | boolean {
  const types = new Set(forms.map(({ type }) => type));
  if ((types.has('integer') || types.has('number')) && /^[+-]?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** A copy of `file` in which `path` has a value. Only what is on the way is copied; what is not there is made. */
function withValue(file: unknown, path: readonly (string | number)[], wanted: string | number | boolean): unknown {
  const [key, ...below] = path;
  if (key === undefined) return wanted;
  if (Array.isArray(file)) return file.map((item, at) => (at === key ? withValue(item, below, wanted) : item));
  const parts = typeof file === 'string' ? partsOfLine(file) : file;
  return { ...(typeof parts === 'object' ? parts : {}), [key]: withValue(partOf(parts, key), below, wanted) };
}

function partOf(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string | number, unknown>)[key]
    : undefined;
}

function stringAt(value: unknown, key: string): string | undefined {
  const part = partOf(value, key);
  return typeof part === 'string' ? part : undefined;
}

const MOST_NAMES = 6;

function listed(names: readonly string[]): string {
  return names.join(', ');
}
