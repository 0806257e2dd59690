import { isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { Document } from 'yaml';
import type { Fail } from './checks.ts';
import { formatPath, ScenarioError } from './scenario-error.ts';

/** What a scenario file holds, and how to say what is wrong with it: `fail` knows the line of each path. */
export interface ScenarioText {
  readonly value: unknown;
  readonly fail: Fail;
}

const MAX_ALIASES = 100;

// Of what YAML refuses, where its own words do not say what to do.
const REMEDIES: ReadonlyMap<string, string> = new Map([
  ['DUPLICATE_KEY', 'the same name stands here twice: leave one of them out, or give it another name'],
  ['MULTIPLE_DOCS', 'a second document begins here: write each scenario into a file of its own'],
  ['NON_STRING_KEY', 'a name has to be plain text: write it so'],
  ['TAB_AS_INDENT', 'a tab does not indent in YAML: write blanks'],
]);

/** Reads YAML, and so JSON. Throws `ScenarioError` for text that is neither. */
export function readScenarioText(text: string, file: string | undefined): ScenarioText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, stringKeys: true, merge: true });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { code, message, pos } = problem;
    throw new ScenarioError(REMEDIES.get(code) ?? message, { path: '', line: lines.linePos(pos[0]).line, file });
  }
  visit(document, {
    Pair(_, { key }) {
      if (!isScalar(key) || key.value !== '__proto__') return;
      const line = key.range ? lines.linePos(key.range[0]).line : undefined;
      throw new ScenarioError('__proto__ cannot be a name here: choose another', { path: '', line, file });
    },
  });
  return {
    value: valueOf(document, file),
    fail: (path, message) => {
      throw new ScenarioError(message, { path: formatPath(path), line: lineOf(document, lines, path), file });
    },
  };
}

// Aliases are counted while they are resolved, so that a few lines cannot grow into gigabytes.
function valueOf(document: Document.Parsed, file: string | undefined): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.message.startsWith('Merge'))
      throw new ScenarioError('`<<` brings in names with their values, and nothing else: write <<: *anchor', { path: '', file });
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
