import { isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { Document } from 'yaml';
import type { z } from 'zod';
import { buildScenario } from './build-scenario.ts';
import type { Scenario } from './scenario.ts';
import { formatPath, ScenarioError } from './scenario-error.ts';
import { scenarioFile } from './schema.ts';

/** Options of `parseScenario`. */
export interface ParseScenarioOptions {
  /** For messages. */
  readonly file?: string;
}

const MAX_ALIASES = 100;

/**
 * Reads a scenario from YAML (JSON is YAML too). Throws `ScenarioError` for the first thing that is wrong; its message names file, line,
 * path and remedy.
 */
export function parseScenario(text: string, options: ParseScenarioOptions = {}): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, stringKeys: true });
  const { file } = options;
  const [problem] = document.errors;
  if (problem !== undefined) throw new ScenarioError(problem.message, { path: '', line: lines.linePos(problem.pos[0]).line, file });
  const fail = (path: readonly PropertyKey[], message: string): never => {
    throw new ScenarioError(message, { path: formatPath(path), line: lineOf(document, lines, path), file });
  };
  visit(document, {
    Pair(_, { key }) {
      if (!isScalar(key) || key.value !== '__proto__') return;
      const line = key.range ? lines.linePos(key.range[0]).line : undefined;
      throw new ScenarioError('__proto__ cannot be a name here: choose another', { path: '', line, file });
    },
  });
  const parsed = scenarioFile.safeParse(valueOf(document, file), { reportInput: true });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    if (issue !== undefined) return fail(...describeIssue(issue));
  }
  if (parsed.data === undefined) throw new TypeError('a scenario that was checked has no value');
  return buildScenario(parsed.data, fail);
}

// Aliases are counted while they are resolved, so that a few lines cannot grow into gigabytes.
function valueOf(document: Document.Parsed, file: string | undefined): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const tooMany = `aliases (*name) are used too often, at most ${MAX_ALIASES} times: write the values out`;
    throw new ScenarioError(error.message.startsWith('Excessive') ? tooMany : error.message, { path: '', file });
  }
}

/** The line of what is at `path`, or of the nearest thing above it that is there. */
function lineOf(document: Document.Parsed, lines: LineCounter, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const start = rangeStart(node);
    if (start !== undefined) return lines.linePos(start).line;
  }
  return undefined;
}

function rangeStart(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return undefined;
  const start: unknown = node.range[0];
  return typeof start === 'number' ? start : undefined;
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
  const remedy = message.startsWith('Invalid input') ? `write ${withArticle(expected)}` : message.slice(message.indexOf(': ') + 2);
  if (input === undefined) return [path, `is missing: ${remedy}`];
  return [path, message.startsWith('Invalid input') ? `must be ${withArticle(expected)}` : message];
}

function withArticle(kind: string): string {
  return /^[aeio]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}
