import { scenarioJsonSchema } from '../src/index.ts';

/** A part of a JSON Schema, as far as settings are concerned. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** A setting of scenario files by its path, as `links[].firewall[].port` or `hosts.*.site`. */
export interface Setting {
  readonly path: string;
  /** Whether whatever holds it cannot do without it. */
  readonly required: boolean;
}

const SCHEMA = scenarioJsonSchema() as Schema;

/** Every setting that the schema of scenario files knows. */
export function allSettings(schema: Schema = SCHEMA, path = '', required = false): readonly Setting[] {
  const parts = partsOf(schema).flatMap(([key, part, isRequired]) => allSettings(part, path + key, isRequired));
  // Text that can be written in place of an object is a setting of its own.
  const isText = parts.length === 0 || (schema.anyOf ?? []).some((form) => partsOf(form).length === 0);
  const own = isText ? [{ path: path.replace(/^\./, ''), required }] : [];
  return [...new Map([...own, ...parts].map((setting) => [setting.path, setting])).values()];
}

/** The settings in which two files differ; of one file (the other undefined) those it has. */
export function changedSettings(before: unknown, after: unknown, schema: Schema = SCHEMA, path = ''): ReadonlySet<string> {
  if (JSON.stringify(before) === JSON.stringify(after)) return new Set();
  const changed = partsOf(schema).flatMap(([key, part]) => {
    return valuesAt(before, after, key).flatMap(([one, other]) => [...changedSettings(one, other, part, path + key)]);
  });
  const isText = changed.length === 0 || typeof before === 'string' || typeof after === 'string';
  return new Set(isText ? [...changed, path.replace(/^\./, '')] : changed);
}

function partsOf({ properties = {}, required = [], additionalProperties, items, anyOf = [] }: Schema): [string, Schema, boolean][] {
  const named = Object.entries(properties).map(([key, part]): [string, Schema, boolean] => [`.${key}`, part, required.includes(key)]);
  const each: [string, Schema, boolean][] = additionalProperties ? [['.*', additionalProperties, true]] : [];
  const listed: [string, Schema, boolean][] = items === undefined ? [] : [['[]', items, true]];
  return [...named, ...each, ...listed, ...anyOf.flatMap(partsOf)];
}

/** What stands at `key` in both: once for a name, for each entry of a map or list. */
function valuesAt(before: unknown, after: unknown, key: string): readonly (readonly [unknown, unknown])[] {
  const [one, other] = [entriesOf(before), entriesOf(after)];
  const keys = key === '.*' || key === '[]' ? new Set([...Object.keys(one), ...Object.keys(other)]) : [key.slice(1)];
  return [...keys].map((name) => [one[name], other[name]] as const).filter((pair) => pair.some((value) => value !== undefined));
}

function entriesOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
