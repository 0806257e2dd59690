import type { AttemptResult } from '@srvkit/discovery';
import { ActivationCount, CLOCK_TOLERANCE_MINUTES, PRODUCT_THRESHOLDS } from '@srvkit/kms';
import type { HostScenario } from './scenario/scenario.ts';

/** What a host that was reached says to a request. */
export type HostAnswer = 'activated' | 'below-threshold' | 'wrong-product' | 'clock-skew';

/** Who asks. */
export interface Asker {
  /** What is counted: the number of the machine id. */
  readonly machine: number;
  readonly product: string;
  readonly clockOffsetMinutes: number;
}

/** One host as it lives: up or down, with its clients of the last 30 days. */
export class Host {
  readonly name: string;
  scenario: HostScenario;
  isUp = false;
  readonly #counts: ReadonlyMap<string, ActivationCount>;

  constructor(name: string, scenario: HostScenario) {
    this.name = name;
    this.scenario = scenario;
    this.#counts = new Map(PRODUCT_THRESHOLDS.map(({ family }) => [family, new ActivationCount()]));
  }

  start(): void {
    this.isUp = true;
    if (this.scenario.losesCount) for (const count of this.#counts.values()) count.clear();
  }

  stop(): void {
    this.isUp = false;
  }

  /** Counts the client and answers it: a host without a key for the product, or with another clock, counts nobody (kms 6.3, T-09 to T-11). */
  answer(asker: Asker, now: number): HostAnswer {
    const refusal = this.whyRefused(asker);
    const product = THRESHOLDS.get(asker.product);
    if (refusal !== undefined || product === undefined) return refusal ?? 'wrong-product';
    const count = this.#counts.get(product.family)?.count(asker.machine, product.threshold, now) ?? 0;
    return count >= product.threshold ? 'activated' : 'below-threshold';
  }

  /** Why it refuses this client whatever it counts; undefined: it does not. */
  whyRefused({ product, clockOffsetMinutes }: Asker): 'wrong-product' | 'clock-skew' | undefined {
    const { products } = this.scenario;
    if (products !== undefined && !products.includes(product)) return 'wrong-product';
    return Math.abs(this.scenario.clockOffsetMinutes - clockOffsetMinutes) > CLOCK_TOLERANCE_MINUTES ? 'clock-skew' : undefined;
  }

  /** How many clients it counts; the largest family. */
  count(now: number): number {
    return Math.max(...[...this.#counts.values()].map((count) => count.current(now)));
  }
}

/** What the client's driver is told for each answer (kms 6.3). Another host may have the key or the right clock; a low count is policy (kms D-06). */
export function attemptResults(belowThreshold: 'stop' | 'continue'): Readonly<Record<HostAnswer, AttemptResult>> {
  return {
    activated: { kind: 'reached', address: null },
    'below-threshold': rejected('0xC004F038', belowThreshold === 'stop'),
    'wrong-product': rejected('0xC004F042', false),
    'clock-skew': rejected('0xC004F06C', false),
  };
}

const THRESHOLDS = new Map<string, (typeof PRODUCT_THRESHOLDS)[number]>(PRODUCT_THRESHOLDS.map((each) => [each.product, each]));

function rejected(code: string, final: boolean): AttemptResult {
  return { kind: 'rejected', final, code, address: null };
}
