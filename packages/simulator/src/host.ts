import type { AttemptResult } from '@srvkit/discovery';
import { ActivationCount, CLOCK_TOLERANCE_MINUTES, PRODUCT_THRESHOLDS } from '@srvkit/kms';
import type { ProductThreshold } from '@srvkit/kms';
import type { HostScenario } from './scenario/scenario.ts';

/** What a host that was reached says to a request. */
export type HostAnswer = 'activated' | 'below-threshold' | 'wrong-product' | 'clock-skew';

/** Who asks. */
export interface Asker {
  /** What is counted: the number of the machine id. */
  readonly machine: number;
  readonly product: ProductThreshold;
  readonly clockOffsetMinutes: number;
}

/** One host as it lives: up or down, with its clients of the last 30 days. */
export class Host {
  readonly name: string;
  scenario: HostScenario;
  isUp = false;
  readonly #counts: Readonly<Record<ProductThreshold['family'], ActivationCount>> = {
    windows: new ActivationCount(),
    office: new ActivationCount(),
  };

  constructor(name: string, scenario: HostScenario) {
    this.name = name;
    this.scenario = scenario;
  }

  start(): void {
    this.isUp = true;
    if (this.scenario.losesCount) for (const count of Object.values(this.#counts)) count.clear();
  }

  stop(): void {
    this.isUp = false;
  }

  /** Counts the client and answers it: a host without a key for the product, or with another clock, counts nobody (kms 6.3, T-09 to T-11). */
  answer(asker: Asker, now: number): HostAnswer {
    const refusal = this.whyRefused(asker);
    if (refusal !== undefined) return refusal;
    const { family, threshold } = asker.product;
    return this.#counts[family].count(asker.machine, threshold, now) >= threshold ? 'activated' : 'below-threshold';
  }

  /** Why it refuses this client whatever it counts; undefined: it does not. */
  whyRefused({ product, clockOffsetMinutes }: Asker): 'wrong-product' | 'clock-skew' | undefined {
    const { products } = this.scenario;
    if (products !== undefined && !products.includes(product.product)) return 'wrong-product';
    return Math.abs(this.scenario.clockOffsetMinutes - clockOffsetMinutes) > CLOCK_TOLERANCE_MINUTES ? 'clock-skew' : undefined;
  }

  /** How many clients it counts; the largest family. */
  count(now: number): number {
    return Math.max(this.#counts.windows.current(now), this.#counts.office.current(now));
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

/** The product of a name that the scenario's reader has accepted; of a plain service, any. */
export function productNamed(name: string): ProductThreshold {
  return PRODUCT_THRESHOLDS.find(({ product }) => product === name) ?? ANY_PRODUCT;
}

const ANY_PRODUCT: ProductThreshold = { product: 'windows-client', family: 'windows', threshold: 0 };

function rejected(code: string, final: boolean): AttemptResult {
  return { kind: 'rejected', final, code, address: null };
}
