import { errorAt } from '../text/text-error.ts';
import type { Place } from '../text/text-error.ts';
import { makeReadKey, readAlgorithm } from './read-key.ts';
import type { FoundKey, KeyWord } from './read-key.ts';

/**
 * Every `key NAME { algorithm ...; secret ...; };` of a text in the syntax of named.conf, comments of all three kinds skipped, other
 * statements passed over.
 */
export function parseKeyStatements(text: string, options: { readonly file?: string; readonly allowWeak?: boolean }): FoundKey[] {
  const symbols = readSymbols(text, options.file);
  const keys: FoundKey[] = [];
  for (let at = 0; at < symbols.length; at += 1) {
    const [keyword, name, brace] = symbols.slice(at, at + 3);
    if (keyword?.kind !== 'word' || keyword.text.toLowerCase() !== 'key' || name === undefined || brace?.kind !== '{') continue;
    const block = readBlock(symbols, at + 3, name);
    at = block.end;
    keys.push(makeReadKey({ name, chosen: readAlgorithm(block.algorithm), secret: block.secret }, options));
  }
  return keys;
}

interface Symbol extends KeyWord {
  readonly kind: 'word' | 'string' | '{' | '}' | ';';
}

// What stands between the braces; `end` is the place of the closing one.
function readBlock(symbols: readonly Symbol[], start: number, name: Place): { algorithm: KeyWord; secret: KeyWord; end: number } {
  const found = new Map<string, KeyWord>();
  for (let at = start; ; at += 3) {
    const [keyword, value, semicolon] = symbols.slice(at, at + 3);
    if (keyword === undefined) throw errorAt(name, 'UNCLOSED_BRACE', 'this key is never closed: add the missing };');
    if (keyword.kind === '}') {
      const algorithm = found.get('algorithm') ?? missing(name, 'algorithm hmac-sha256;');
      const secret = found.get('secret') ?? missing(name, 'secret "...";');
      return { algorithm, secret, end: at };
    }
    const field = keyword.text.toLowerCase();
    if (keyword.kind !== 'word' || (field !== 'algorithm' && field !== 'secret'))
      throw errorAt(keyword, 'UNKNOWN_STATEMENT', 'a key has only algorithm and secret: remove this, or add the ; before it');
    if (found.has(field)) throw errorAt(keyword, 'REPEATED_FIELD', `${field} is here twice: remove one`);
    if (value === undefined || (value.kind !== 'word' && value.kind !== 'string'))
      throw errorAt(keyword, 'MISSING_FIELD', `${field} has no value: add it`);
    if (semicolon?.kind !== ';') throw errorAt(keyword, 'MISSING_SEMICOLON', `${field} does not end in a semicolon: add it`);
    found.set(field, value);
  }
}

// One alternative each: comment, end of line, blanks, quoted string, punctuation, word. Every character is in one of them.
const SYMBOL = /\/\*[^]*?\*\/|(?:\/\/|#)[^\r\n]*|\r?\n|[^\S\n]+|"[^"\r\n]*"|[{};]|[^\s{};"]+|["]/g;

function readSymbols(text: string, file: string | undefined): Symbol[] {
  const symbols: Symbol[] = [];
  let line = 1;
  let lineStart = 0;
  for (const { 0: piece, index } of text.matchAll(SYMBOL)) {
    const place = { file, line, column: index - lineStart + 1 };
    if (piece === '"') throw errorAt(place, 'UNCLOSED_QUOTE', 'this quote is not closed before the end of its line: add the missing "');
    if (piece === '{' || piece === '}' || piece === ';') symbols.push({ ...place, kind: piece, text: piece });
    else if (piece.startsWith('"')) symbols.push({ ...place, kind: 'string', text: piece.slice(1, -1) });
    else if (piece.startsWith('/*')) {
      if (piece.length < 4 || !piece.endsWith('*/'))
        throw errorAt(place, 'UNCLOSED_COMMENT', 'this comment is never closed: add the missing */');
    } else if (!/^(?:\/\/|#|\s)/.test(piece)) symbols.push({ ...place, kind: 'word', text: piece });
    const lastBreak = piece.lastIndexOf('\n');
    if (lastBreak >= 0) {
      line += piece.split('\n').length - 1;
      lineStart = index + lastBreak + 1;
    }
  }
  return symbols;
}

function missing(place: Place, what: string): never {
  throw errorAt(place, 'MISSING_FIELD', `this key lacks its ${what.split(' ')[0] ?? ''}: add ${what}`);
}
