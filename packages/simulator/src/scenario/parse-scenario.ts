import type { z } from 'zod';
import { buildScenario } from './build-scenario.ts';
import type { Fail } from './checks.ts';
import type { Scenario } from './scenario.ts';
import { readScenarioText } from './scenario-text.ts';
import { scenarioFile } from './schema.ts';

/** Options of `parseScenario`. */
export interface ParseScenarioOptions {
  /** For messages. */
  readonly file?: string;
}

/**
 * Reads a scenario from YAML (JSON is YAML too). Throws `ScenarioError` for the first thing that is wrong; its message names file, line,
 * path and remedy.
 */
export function parseScenario(text: string, options: ParseScenarioOptions = {}): Scenario {
  const { value, fail } = readScenarioText(text, options.file);
  return checkScenario(value, fail);
}

/** Checks what a file holds and makes a scenario of it; the first thing that is wrong fails. */
export function checkScenario(value: unknown, fail: Fail): Scenario {
  const parsed = scenarioFile.safeParse(value, { reportInput: true });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    if (issue !== undefined) return fail(...describeIssue(issue));
  }
  if (parsed.data === undefined) throw new TypeError('a scenario that was checked has no value');
  return buildScenario(parsed.data, fail);
}

type Issue = z.core.$ZodIssue;

function describeIssue(issue: Issue): [readonly PropertyKey[], string] {
  switch (issue.code) {
    case 'unrecognized_keys': {
      const [key = ''] = issue.keys;
      return [[...issue.path, key], `there is no such setting here: correct its name, or leave it out`];
    }
    case 'invalid_union':
      return describeUnion(issue);
    case 'invalid_key':
      return [issue.path, issue.issues[0]?.message ?? issue.message];
    case 'invalid_type':
      return describeType(issue);
    case 'invalid_value':
      return [issue.path, `must be one of ${issue.values.map(String).join(', ')}`];
    case 'too_small':
      return [issue.path, `is too small: at least ${issue.minimum}`];
    case 'too_big':
      return [issue.path, `is too large: at most ${issue.maximum}`];
    case 'custom':
    case 'invalid_format':
    case 'invalid_element':
    case 'not_multiple_of':
      return [issue.path, issue.message];
    default:
      return issue satisfies never;
  }
}

// The alternative that was meant is the one that knows every key that is there.
function describeUnion(issue: Extract<Issue, { code: 'invalid_union' }>): [readonly PropertyKey[], string] {
  const meant = issue.errors.find((errors) => !errors.some(isOtherForm));
  const [first] = meant ?? [];
  if (first !== undefined) {
    const [path, message] = describeIssue(first);
    return [[...issue.path, ...path], message];
  }
  return [
    issue.path,
    issue.message === 'Invalid input' ? 'has none of the forms that are allowed here: see scenario.schema.json' : issue.message,
  ];
}

function isOtherForm({ code, path }: Issue): boolean {
  return path.length === 0 && (code === 'unrecognized_keys' || code === 'invalid_type' || code === 'invalid_value');
}

function describeType({ path, input, message, expected }: Extract<Issue, { code: 'invalid_type' }>): [readonly PropertyKey[], string] {
  const remedy = message.startsWith('Invalid input') ? `write ${inYaml(expected)}` : message.slice(message.indexOf(': ') + 2);
  if (input === undefined) return [path, `is missing: ${remedy}`];
  return [path, message.startsWith('Invalid input') ? `must be ${inYaml(expected)}` : message];
}

// Of what a file may hold, in its own terms.
function inYaml(kind: string): string {
  switch (kind) {
    case 'int':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'string':
      return 'text';
    case 'boolean':
      return 'true or false';
    case 'array':
    case 'tuple':
      return 'a list, such as [a, b]';
    default:
      return 'names with their values, such as { site: east }';
  }
}
