import { UsageError } from '../exit.ts';

/** A flag that takes a value once (`one`), any number of times (`many`), or none (`toggle`). */
export type Flag<T = unknown> =
  | { readonly kind: 'one' | 'many'; readonly placeholder: string; readonly describe: string; readonly parse: (text: string) => T }
  | { readonly kind: 'toggle'; readonly describe: string };

export type Flags = Readonly<Record<string, Flag>>;

/** What the parser hands to a command: undefined where a `one` flag was not given, an empty array where a `many` was not. */
export type FlagValues<F extends Flags = Flags> = {
  readonly [K in keyof F]: F[K] extends { kind: 'toggle' }
    ? boolean
    : F[K] extends { kind: 'many'; parse: (text: string) => infer T }
      ? readonly T[]
      : F[K] extends { kind: 'one'; parse: (text: string) => infer T }
        ? T | undefined
        : unknown;
};

/** The flags whose values are V: where a file gives its flags to others, their types have to be written down. */
export type FlagsOf<V> = {
  readonly [K in keyof V]-?: [V[K]] extends [boolean]
    ? { readonly kind: 'toggle'; readonly describe: string }
    : [V[K]] extends [readonly (infer T)[]]
      ? ManyFlag<T>
      : OneFlag<Exclude<V[K], undefined>>;
};

export interface OneFlag<T> {
  readonly kind: 'one';
  readonly placeholder: string;
  readonly describe: string;
  readonly parse: (text: string) => T;
}
export interface ManyFlag<T> {
  readonly kind: 'many';
  readonly placeholder: string;
  readonly describe: string;
  readonly parse: (text: string) => T;
}

export function one<T>(placeholder: string, parse: (text: string) => T, describe: string): OneFlag<T> {
  return { kind: 'one', placeholder, describe, parse };
}

export function many<T>(placeholder: string, parse: (text: string) => T, describe: string): ManyFlag<T> {
  return { kind: 'many', placeholder, describe, parse };
}

export function toggle(describe: string): { readonly kind: 'toggle'; readonly describe: string } {
  return { kind: 'toggle', describe };
}

/** Reads a flag's text; a bad value names the flag. */
export function readFlag<T>(flag: string, parse: (text: string) => T, text: string): T {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof Error) throw new UsageError(`--${flag}: ${error.message}`, { cause: error });
    throw error;
  }
}
