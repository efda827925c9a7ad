// Linewarden's own metrics: a few dozen values, asked for at each scrape.
import { samplesOf } from './exposition.ts';

export type OwnSample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

export type OwnMetric = {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  /** Asked for at each scrape: one value, one for each label set, or undefined while there is nothing to say. */
  readonly value: () => number | readonly OwnSample[] | undefined;
};

export class Registry {
  readonly #metrics: OwnMetric[] = [];

  add(metric: OwnMetric): void {
    this.#metrics.push(metric);
  }

  get families(): readonly OwnMetric[] {
    return this.#metrics;
  }

  samples(): (OwnSample & { readonly name: string })[] {
    return this.#metrics.flatMap((metric) => samplesOf(metric).map((sample) => ({ name: metric.name, ...sample })));
  }
}
