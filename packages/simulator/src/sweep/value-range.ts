/** What a range stands for. */
export type RangeValues =
  | { readonly kind: 'values'; readonly values: readonly string[] }
  | { readonly kind: 'too-many'; readonly count: number }
  | { readonly kind: 'wrong'; readonly why: string };

/**
 * The values of `FROM..TO/STEP`, upwards or downwards. Both ends are among them: where STEP does not lead to TO, the last step is shorter.
 * They are written in the largest unit of the three in which each is whole. Exact: decimals are never rounded.
 */
export function rangeValues(text: string, most: number): RangeValues {
  const [, fromText = '', toText = '', stepText] = RANGE.exec(text) ?? [];
  if (fromText === '') return wrong('is no range: write FROM..TO/STEP with numbers, such as 0..100/25 or 10ms..200ms/50ms');
  if (stepText === undefined) return wrong(`has no step: write it such as ${text}/${sampleStep(toText)}`);
  const written = [readQuantity(fromText), readQuantity(toText), readQuantity(stepText)] as const;
  const [from, to, step] = written;
  if (new Set(written.map(({ unit }) => UNITS[unit]?.of)).size > 1)
    return wrong('mixes units: write all three as numbers, as durations, or as shares');
  if (step.amount <= 0n) return wrong('has a step that leads nowhere: write one above 0');
  const distance = to.amount > from.amount ? to.amount - from.amount : from.amount - to.amount;
  const steps = (distance + step.amount - 1n) / step.amount;
  if (steps >= BigInt(most)) return { kind: 'too-many', count: Number(steps) + 1 };
  const stride = to.amount > from.amount ? step.amount : -step.amount;
  const amounts = Array.from({ length: Number(steps) }, (_, at) => from.amount + BigInt(at) * stride);
  return { kind: 'values', values: writeAll([...amounts, to.amount], written) };
}

interface Quantity {
  /** In ten thousandths of the smallest unit of its kind. */
  readonly amount: bigint;
  readonly unit: string;
}

const NUMBER = String.raw`[+-]?\d{1,12}(?:\.\d{1,4})?(?:ms|s|m|h|d|%)?`;
const RANGE = new RegExp(String.raw`^(${NUMBER})\.\.(${NUMBER})(?:/(${NUMBER}))?$`);
const PARTS = 10_000n;
const UNITS: Readonly<Record<string, { readonly of: string; readonly size: bigint }>> = {
  '': { of: 'numbers', size: 1n },
  '%': { of: 'shares', size: 1n },
  ms: { of: 'durations', size: 1n },
  s: { of: 'durations', size: 1000n },
  m: { of: 'durations', size: 60_000n },
  h: { of: 'durations', size: 3_600_000n },
  d: { of: 'durations', size: 86_400_000n },
};

function readQuantity(text: string): Quantity {
  const [, sign, whole = '0', fraction = '', unit = ''] = /^([+-]?)(\d+)(?:\.(\d+))?([a-z%]*)$/.exec(text) ?? [];
  const amount = BigInt(whole + fraction.padEnd(4, '0')) * sizeOf(unit);
  return { amount: sign === '-' ? -amount : amount, unit };
}

function writeAll(amounts: readonly bigint[], written: readonly Quantity[]): readonly string[] {
  const units = [...new Set(written.map(({ unit }) => unit))].toSorted((a, b) => Number(sizeOf(b) - sizeOf(a)));
  const whole = units.find((unit) => amounts.every((amount) => amount % (sizeOf(unit) * PARTS) === 0n));
  const unit = whole ?? units.at(-1) ?? '';
  return amounts.map((amount) => {
    const parts = amount / sizeOf(unit);
    const digits = String(parts < 0n ? -parts : parts).padStart(5, '0');
    const fraction = digits.slice(-4).replace(/0+$/, '');
    return `${parts < 0n ? '-' : ''}${digits.slice(0, -4)}${fraction === '' ? '' : `.${fraction}`}${unit}`;
  });
}

function sizeOf(unit: string): bigint {
  return UNITS[unit]?.size ?? 1n;
}

function sampleStep(to: string): string {
  return `10${/[a-z%]*$/.exec(to)?.[0] ?? ''}`;
}

function wrong(why: string): RangeValues {
  return { kind: 'wrong', why };
}
