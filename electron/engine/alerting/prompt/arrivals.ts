// Hears which metrics are stored as they are stored: a lookup or two a sample, nothing where no rule reads it.
import type { MetricAppender, SampleBatch, SeriesRef } from '../../store/metrics/index.ts';

/** Names beyond these are heard of by nobody; rules that read them are asked at their slots. */
const MAX_NAMES = 65_535;

const UNASKED = 0;
const UNREAD = 1;
const READ = 2;

export class Arrivals {
  readonly #ids = new Map<string, number>();
  /** By id; 0 stands for a name that is not known. */
  readonly #names: string[] = [''];
  /** By ref: the id of its name. */
  #idOfRef = new Uint16Array(1_024);
  /** By id: whether somebody reads it. */
  #isRead = new Uint8Array(256);
  /** By id: the last batch that had it. */
  #batchOf = new Uint32Array(256);
  #batch = 0;
  #reads: ((name: string) => boolean) | undefined;
  #onArrived: (names: readonly string[]) => void = () => {};

  /** From now on: who reads what, and who is told. May be called again. */
  listen(reads: (name: string) => boolean, onArrived: (names: readonly string[]) => void): void {
    this.#reads = reads;
    this.#onArrived = onArrived;
    this.#isRead.fill(UNASKED);
  }

  /** The appender, heard. */
  watch(appender: MetricAppender): MetricAppender {
    const ref = (labels: Parameters<MetricAppender['ref']>[0]): SeriesRef => {
      const made = appender.ref(labels);
      this.#know(made, labels.name);
      return made;
    };
    const append = async (batch: SampleBatch): ReturnType<MetricAppender['append']> => {
      // Now: the batch is its owner's again once the call has returned.
      const names = this.#namesIn(batch.refs);
      const result = await appender.append(batch);
      if (names.length > 0 && result.appended > 0) this.#onArrived(names);
      return result;
    };
    return {
      get maxSeriesPerTarget() {
        return appender.maxSeriesPerTarget;
      },
      ref,
      ...(appender.known !== undefined && { known: (labels) => appender.known?.(labels) }),
      append,
    };
  }

  #know(ref: SeriesRef, name: string): void {
    if (ref >= this.#idOfRef.length) {
      const grown = new Uint16Array(Math.max(ref + 1, this.#idOfRef.length * 2));
      grown.set(this.#idOfRef);
      this.#idOfRef = grown;
    }
    if (this.#idOfRef[ref] !== 0) return;
    let id = this.#ids.get(name);
    if (id === undefined) {
      if (this.#names.length > MAX_NAMES) return;
      id = this.#names.push(name) - 1;
      this.#ids.set(name, id);
      if (id >= this.#isRead.length) this.#grow();
    }
    this.#idOfRef[ref] = id;
  }

  #grow(): void {
    const isRead = new Uint8Array(this.#isRead.length * 2);
    isRead.set(this.#isRead);
    this.#isRead = isRead;
    const batchOf = new Uint32Array(this.#batchOf.length * 2);
    batchOf.set(this.#batchOf);
    this.#batchOf = batchOf;
  }

  #namesIn(refs: Uint32Array): string[] {
    const found: string[] = [];
    if (this.#reads === undefined) return found;
    const batch = (this.#batch = (this.#batch + 1) >>> 0);
    for (const ref of refs) {
      const id = this.#idOfRef[ref] ?? 0;
      if (id === 0 || this.#isRead[id] === UNREAD || this.#batchOf[id] === batch) continue;
      this.#batchOf[id] = batch;
      const name = this.#names[id] ?? '';
      if (this.#isRead[id] === UNASKED) this.#isRead[id] = this.#reads(name) ? READ : UNREAD;
      if (this.#isRead[id] === READ) found.push(name);
    }
    return found;
  }
}
