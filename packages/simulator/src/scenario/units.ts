import { z } from 'zod';

// How a scenario writes quantities: with their unit. Each is text in the file and a number in the scenario.

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const MINUTE_MS = 60_000;
const DURATION = /^(\d{1,10}(?:\.\d{1,3})?)(ms|s|m|h|d)$/;

/** A duration of the network, in milliseconds: `40ms`, `1.5s`. */
export const milliseconds: z.ZodType<number, string> = duration('such as 40ms or 3s', (ms) => ms, 3_600_000, 'an hour');

/** A duration of the estate's life, in whole minutes: `15m`, `2h`, `180d`. */
export const minutes: z.ZodType<number, string> = duration(
  'such as 120m, 7d or 180d, in whole minutes',
  (ms) => ms / MINUTE_MS,
  3660 * 86_400_000,
  '3660 days',
);

/** At least one minute. */
export const someMinutes: z.ZodType<number, string> = minutes.refine((value) => value > 0, 'leaves no time: write at least 1m');

/** A TTL, in seconds: `1h`, `300s`. */
export const seconds: z.ZodType<number, string> = duration(
  'such as 300s or 1h, in whole seconds',
  (ms) => ms / 1000,
  0x7fff_ffff * 1000, // RFC 2181 section 8
  'the 68 years that a TTL can be',
);

/** `+5h`, `-90m`, `10m`: how far a clock is ahead, in whole minutes. */
export const offset: z.ZodType<number, string> = z
  .string('is not an offset: write it with its unit, such as +5h, -90m')
  .regex(/^[+-]?\d{1,6}(\.\d{1,3})?(m|h|d)$/, 'is not an offset: write it such as +5h, -90m')
  .transform((text, context) => {
    const value = Number(text.slice(0, -1)) * ((UNIT_MS[text.slice(-1)] ?? 0) / MINUTE_MS);
    const whole = Math.round(value);
    if (Math.abs(value - whole) < 1e-6) return whole;
    context.addIssue('is too fine: write an offset in whole minutes, such as +5h, -90m');
    return z.NEVER;
  })
  .meta({ description: 'How far the clock is ahead (or, with -, behind), such as +5h or -90m' });

/** `0.5%`, as a number from 0 to 1. */
export const share: z.ZodType<number, string> = z
  .string('is not a share: write it such as 0.5% or 25%, at most 100%')
  .regex(/^(100(\.0+)?|\d{1,2}(\.\d{1,4})?)%$/, 'is not a share: write it such as 0.5% or 25%, at most 100%')
  .transform((text) => Number(text.slice(0, -1)) / 100)
  .meta({ description: 'A share such as 0.5% or 25%' });

/** `08:30`, in minutes of the day; `24:00` is its end. */
export const timeOfDay: z.ZodType<number, string> = z
  .string('is not a time of day: write it such as "08:30"')
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'is not a time of day: write it such as "08:30"')
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)))
  .meta({ description: 'A time of day such as "08:30"; quote it, YAML may take it for a number' });

function duration(samples: string, fromMs: (ms: number) => number, mostMs: number, most: string): z.ZodType<number, string> {
  return z
    .string(`is not a duration: write it with its unit, ${samples}`)
    .regex(DURATION, `is not a duration: write it with its unit, ${samples}`)
    .transform((text, context) => {
      const [, digits = '', unit = ''] = DURATION.exec(text) ?? [];
      const ms = Number(digits) * (UNIT_MS[unit] ?? Number.NaN);
      const value = Math.round(fromMs(ms) * 1e6) / 1e6;
      if (Number.isInteger(value) && ms <= mostMs) return value;
      context.addIssue(`is ${ms > mostMs ? `more than ${most}` : 'too fine'}: write a duration ${samples}`);
      return z.NEVER;
    })
    .meta({ description: `A duration with its unit, ${samples}` });
}
