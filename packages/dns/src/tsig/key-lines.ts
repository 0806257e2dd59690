import { errorAt } from '../text/text-error.ts';
import { makeReadKey, readAlgorithm } from './read-key.ts';
import type { FoundKey, KeyWord } from './read-key.ts';

/** Lines of `algorithm:name:secret`, as `-y` of dig, nsupdate and kdig takes them. Empty lines and those that begin with `#`, `;` or `//` are skipped. */
export function parseKeyLines(text: string, options: { readonly file?: string; readonly allowWeak?: boolean }): FoundKey[] {
  const keys: FoundKey[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:$|[#;]|\/\/)/.test(line)) continue;
    const [algorithm, name, secret, ...more] = wordsOf(line, { file: options.file, line: index + 1 });
    if (algorithm === undefined || name === undefined || secret === undefined || more.length > 0) {
      const place = { file: options.file, line: index + 1, column: 1 };
      throw errorAt(place, 'BAD_KEY_LINE', 'this line is not algorithm:name:secret: correct it, or begin it with # if it is a comment');
    }
    keys.push(makeReadKey({ name, chosen: readAlgorithm(algorithm), secret }, options));
  }
  return keys;
}

function wordsOf(line: string, place: { file: string | undefined; line: number }): KeyWord[] {
  const words: KeyWord[] = [];
  let column = 1;
  for (const part of line.split(':')) {
    words.push({ ...place, column: column + part.length - part.trimStart().length, text: part.trim() });
    column += part.length + 1;
  }
  return words;
}
