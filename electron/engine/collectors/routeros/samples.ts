// Samples of one router: MKTXP's two identifying labels and the operator's own are added to what a collector measured.
import { Labels } from '../../../../shared/model/labels.ts';
import type { MetricAppender, SeriesRef } from '../../store/metrics/index.ts';

export type SampleLabels = Readonly<Record<string, string>>;

/** A metric with its own labels, without those of the router. */
export type Sample = { readonly name: string; readonly labels: SampleLabels; readonly value: number };

const MAX_CACHED_REFS = 50_000;
/** Names and comments are far shorter; a device could send a megabyte with each. */
const MAX_LABEL = 1_024;

const cut = (value: string): string => (value.length <= MAX_LABEL ? value : value.slice(0, MAX_LABEL).toWellFormed());
const bounded = (labels: SampleLabels): SampleLabels =>
  Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, cut(value)]));

type SeriesName = Pick<Sample, 'name' | 'labels'>;

/** Finds the series of samples under the router's labels, and remembers them so that a repeated poll hashes nothing. */
export class SampleWriter {
  readonly #appender: MetricAppender;
  readonly #common: SampleLabels;
  readonly #refs = new Map<string, SeriesRef>();

  constructor(appender: MetricAppender, common: SampleLabels) {
    this.#appender = appender;
    this.#common = common;
  }

  ref({ name, labels }: SeriesName): SeriesRef {
    return this.#ref(name, labels, true);
  }

  /** One of Linewarden's own metrics: no label of the router's is added. */
  ownRef({ name, labels }: SeriesName): SeriesRef {
    return this.#ref(name, labels, false);
  }

  #ref(name: string, labels: SampleLabels, withCommon: boolean): SeriesRef {
    // Lengths in front keep the key unambiguous whatever a router's names contain.
    let key = withCommon ? name : `!${name}`;
    for (const label in labels) {
      const value = cut(labels[label] ?? '');
      key += `\n${label}=${value.length}:${value}`;
    }
    let ref = this.#refs.get(key);
    if (ref === undefined) {
      if (this.#refs.size >= MAX_CACHED_REFS) this.#refs.clear();
      ref = this.#appender.ref(Labels.of(name, { ...(withCommon && this.#common), ...bounded(labels) }));
      this.#refs.set(key, ref);
    }
    return ref;
  }
}
