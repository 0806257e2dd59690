import { ScenarioError } from '../scenario/scenario-error.ts';
import { rangeValues } from './value-range.ts';

/** A setting of a scenario that a sweep turns, and the values it is given one after the other. */
export interface Knob {
  /** Where the setting stands in the file, as it was written: `hosts.kms-e1.publish[0].weight`. */
  readonly path: string;
  readonly keys: readonly (string | number)[];
  /** As they would be written in the file. */
  readonly values: readonly string[];
}

const MOST_VALUES = 1000;

/**
 * Reads `PATH=VALUES`. PATH: keys with dots between them and positions in brackets; a name that holds a dot stands in brackets too, as
 * `hosts[kms.e1].port`. VALUES: values and ranges with commas between them; a range is `FROM..TO/STEP`, both ends included, with units
 * where the setting has them. Throws `ScenarioError` for text of another form.
 */
export function parseKnob(text: string): Knob {
  const { path, keys, rest } = readPath(text);
  const values = rest.split(',').flatMap((item) => valuesOf(item.trim(), path));
  const again = values.find((value, at) => values.indexOf(value) !== at);
  if (again !== undefined) throw new ScenarioError(`the value ${again} is there twice: leave one out`, { path });
  if (values.length > MOST_VALUES) throw tooMany(values.length, path);
  return { path, keys, values };
}

// A key, a position, or a name in brackets, which JSON may quote.
const STEP = /(?:^|\.)([^.[\]="'\s]+)|\[(\d{1,6})\]|\[("(?:[^"\\]|\\.)*"|[^\]"]+)\]/y;

function readPath(text: string): { readonly path: string; readonly keys: readonly (string | number)[]; readonly rest: string } {
  const keys: (string | number)[] = [];
  let end = 0;
  for (;;) {
    STEP.lastIndex = end;
    const match = STEP.exec(text);
    if (match === null) break;
    const [whole, key, position, name = ''] = match;
    keys.push(key ?? (position === undefined ? unquoted(name) : Number(position)));
    end += whole.length;
  }
  const path = text.slice(0, end);
  if (end === 0 || text[end] !== '=') {
    const sample = 'hosts.kms-e1.publish[0].weight=0..100/25';
    throw new ScenarioError(`${JSON.stringify(text)} is no setting with its values: write PATH=FROM..TO/STEP, such as ${sample}`, {
      path: '',
    });
  }
  return { path, keys, rest: text.slice(end + 1) };
}

function unquoted(name: string): string {
  if (!name.startsWith('"')) return name;
  try {
    return String(JSON.parse(name));
  } catch {
    return name; // no JSON: a name that nothing has, and the error about it shows it as it was written
  }
}

function valuesOf(item: string, path: string): readonly string[] {
  if (item === '') throw new ScenarioError('a value is missing: write PATH=FROM..TO/STEP or PATH=VALUE,VALUE', { path });
  if (!item.includes('..')) return [item];
  const range = rangeValues(item, MOST_VALUES);
  switch (range.kind) {
    case 'values':
      return range.values;
    case 'too-many':
      throw tooMany(range.count, path);
    case 'wrong':
      throw new ScenarioError(`${item}: ${range.why}`, { path });
    default:
      return range satisfies never;
  }
}

function tooMany(count: number, path: string): ScenarioError {
  return new ScenarioError(`${count} values are more than the ${MOST_VALUES} of one setting: take larger steps`, { path });
}
