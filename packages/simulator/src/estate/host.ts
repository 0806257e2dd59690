import type { AttemptResult } from '@srvkit/discovery';
import { ActivationCount, CLOCK_TOLERANCE_MINUTES, PRODUCT_THRESHOLDS } from '@srvkit/kms';
import type { ActivationIntervals, ProductThreshold } from '@srvkit/kms';
import { hostRecords } from '../scenario/host-records.ts';
import type { HostRecords } from '../scenario/host-records.ts';
import type { HostScenario } from '../scenario/scenario.ts';

/** What a host that was reached says to a request. */
export type HostAnswer = 'activated' | 'below-threshold' | 'wrong-product' | 'clock-skew';

/** Who asks: what all clients of a group have in common. */
export interface Asker {
  readonly product: ProductThreshold;
  readonly clockOffsetMinutes: number;
}

/** One host as it lives: up or down, with its clients of the last 30 days. */
export class Host {
  /** Its place in the scenario. */
  readonly index: number;
  readonly name: string;
  scenario: HostScenario;
  /** What it tells the clients it answers. */
  readonly intervals: ActivationIntervals;
  isUp = false;
  readonly #products: HostScenario['products'];
  readonly #clockOffsetMinutes: number;
  readonly #windows = new ActivationCount();
  readonly #office = new ActivationCount();
  #records: HostRecords | undefined;

  constructor(index: number, name: string, scenario: HostScenario) {
    this.index = index;
    this.name = name;
    this.scenario = scenario;
    this.#products = scenario.products;
    this.#clockOffsetMinutes = scenario.clockOffsetMinutes;
    this.intervals = { activation: scenario.activationMinutes, renewal: scenario.renewalMinutes };
  }

  start(): void {
    if (this.isUp) return;
    this.isUp = true;
    if (!this.scenario.losesCount) return;
    this.#windows.clear();
    this.#office.clear();
  }

  stop(): void {
    this.isUp = false;
  }

  /** What it wants to have published for `service`, which is the same at every call: the list is read once, and not at every daily registration. */
  records(service: string): HostRecords {
    this.#records ??= hostRecords(this.scenario, service);
    return this.#records;
  }

  /** It gets another publish list. */
  republish(list: readonly string[]): void {
    this.scenario = { ...this.scenario, publish: list };
    this.#records = undefined;
  }

  /**
   * Counts the client, which is the number of its machine id, and answers it: a host without a key for the product, or with another
   * clock, counts nobody (kms 6.3, T-09 to T-11).
   */
  answer(asker: Asker, machine: number, now: number): HostAnswer {
    const refusal = this.whyRefused(asker);
    if (refusal !== undefined) return refusal;
    const { family, threshold } = asker.product;
    const counted = (family === 'windows' ? this.#windows : this.#office).count(machine, threshold, now);
    return counted >= threshold ? 'activated' : 'below-threshold';
  }

  /** Why it refuses this client whatever it counts; undefined: it does not. */
  whyRefused({ product, clockOffsetMinutes }: Asker): 'wrong-product' | 'clock-skew' | undefined {
    if (this.#products !== undefined && !this.#products.includes(product.product)) return 'wrong-product';
    return Math.abs(this.#clockOffsetMinutes - clockOffsetMinutes) > CLOCK_TOLERANCE_MINUTES ? 'clock-skew' : undefined;
  }

  /** How many clients it counts; the largest family. */
  count(now: number): number {
    return Math.max(this.#windows.current(now), this.#office.current(now));
  }
}

/** What the client's driver is told when it was activated. */
export const ACTIVATED: AttemptResult = { kind: 'reached', address: null };

export type Refusals = Readonly<Record<Exclude<HostAnswer, 'activated'>, AttemptResult>>;

/** What it is told for each refusal (kms 6.3). Another host may have the key or the right clock; a low count is policy (kms D-06). */
export function refusals(belowThreshold: 'stop' | 'continue'): Refusals {
  return {
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
