// What a series is called over there: its labels with the external ones, relabelled, and encoded once for all its samples.
import type { Buffer } from 'node:buffer';
import { Labels } from '../../../shared/model/labels.ts';
import { compileSeriesRelabel, type RelabelConfig } from '../relabel/index.ts';
import type { CommitFeed } from '../store/metrics/index.ts';
import { encodeLabels } from './request.ts';

/** Past it all are forgotten and asked for again. */
const MAX_BYTES = 64 * 1024 ** 2;
/** What an entry takes beside its labels. */
const ENTRY_BYTES = 120;

export class LabelBook {
  readonly #feed: Pick<CommitFeed, 'labels'>;
  readonly #external: readonly (readonly [string, string])[];
  readonly #relabel: (labels: Labels) => Labels | undefined;
  readonly #known = new Map<number, Buffer | undefined>();
  #bytes = 0;

  constructor(options: {
    readonly feed: Pick<CommitFeed, 'labels'>;
    readonly externalLabels: Readonly<Record<string, string>>;
    readonly rules: readonly RelabelConfig[];
  }) {
    this.#feed = options.feed;
    this.#external = Object.entries(options.externalLabels);
    this.#relabel = compileSeriesRelabel(options.rules);
  }

  /** Makes sure that `labelsOf` knows all of them until the next call. */
  async learn(ids: ReadonlySet<number>): Promise<void> {
    if (this.#bytes > MAX_BYTES) {
      this.#known.clear();
      this.#bytes = 0;
    }
    const missing = Float64Array.from([...ids].filter((id) => !this.#known.has(id)));
    if (missing.length === 0) return;
    const keys = await this.#feed.labels(missing);
    for (const [i, key] of keys.entries()) {
      const labels = this.#told(key);
      this.#known.set(missing[i]!, labels);
      this.#bytes += ENTRY_BYTES + (labels?.length ?? 0);
    }
  }

  /** Undefined for a series that is not sent. */
  labelsOf(id: number): Buffer | undefined {
    return this.#known.get(id);
  }

  #told(key: string): Buffer | undefined {
    if (key === '') return undefined;
    const own = Labels.fromSortedFlat(JSON.parse(key) as string[]);
    const added = this.#external.filter(([name]) => own.get(name) === '');
    const labels = this.#relabel(added.length === 0 ? own : Labels.fromPairs([...own.entries(), ...added]));
    return labels === undefined || labels.name === '' ? undefined : encodeLabels(labels);
  }
}
