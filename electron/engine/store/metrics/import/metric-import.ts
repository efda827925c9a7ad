// Fills a store that no engine runs on from outside: series with all their samples, written as finished days.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import type { Labels } from '../../../../../shared/model/labels.ts';
import { SamplesFrom } from '../compact/samples-from.ts';
import { Tombstones } from '../compact/tombstones.ts';
import { Upkeep } from '../compact/upkeep.ts';
import { WeekFiles } from '../seal/week-files.ts';
import { TierFiles } from '../tiers/tier-files.ts';
import { MIN_TIME_MS } from '../week.ts';
import { openHeadFile } from '../writer/open-head.ts';
import type { HeadFile, NewSeries } from '../wal/head-file.ts';
import { GroupWriter } from './group-writer.ts';
import { type Conflicts, SeriesBuffer } from './series-buffer.ts';

/** Series that share a chunk, as in the head. */
const GROUP_SERIES = 32;
/** A group waits for so many samples a series: short ones are many to a flush. */
const GROUP_SAMPLES = 32_000;
/** 16 bytes each. */
const MAX_BUFFERED = 6_000_000;
/** Series that come one after the other, and not all at each time: the day of the newest sample may go on. */
const FEW_SERIES = 2 * GROUP_SERIES;

export type ImportOptions = {
  /** The data folder; its metrics are in `metrics` inside. Nobody else may have it open. */
  readonly dir: string;
  /** Of the summaries that are kept. */
  readonly resolutionsMs: readonly number[];
  /** What the operator should know: damage that was found. */
  readonly onNote: (sentence: string) => void;
  readonly now?: () => number;
};

export type { SeriesBuffer };

export class MetricImport {
  /** What a file's name can say, Unix ms. */
  readonly earliestMs = MIN_TIME_MS + 1;
  readonly #options: ImportOptions;
  readonly #head: HeadFile;
  readonly #weeks: WeekFiles;
  readonly #tiers: TierFiles;
  readonly #samplesFrom: SamplesFrom;
  readonly #writer: GroupWriter;
  readonly #labels = new Map<number, string>();
  readonly #byLabels = new Map<string, SeriesBuffer>();
  #newSeries: NewSeries[] = [];
  #nextId: number;
  /** Series with samples in memory, in the order in which they came. */
  readonly #waiting = new Set<SeriesBuffer>();
  #current: SeriesBuffer | undefined;
  #counted = 0;
  #buffered = 0;
  readonly #conflicts: Conflicts = { count: 0 };

  /** Rejects with LW_STORE_NEWER_FORMAT or LW_IMPORT_DELETION_WAITS, or with what SQLite throws. */
  static async open(options: ImportOptions): Promise<MetricImport> {
    const opened = new MetricImport(options);
    try {
      await opened.#applyDeletions();
      return opened;
    } catch (error) {
      opened.close();
      throw error;
    }
  }

  private constructor(options: ImportOptions) {
    this.#options = options;
    const dir = path.join(options.dir, 'metrics');
    mkdirSync(dir, { recursive: true });
    const onDamage = (aside: string): void => options.onNote(`A damaged file was set aside as ${aside}.`);
    this.#head = openHeadFile(dir, onDamage);
    this.#weeks = new WeekFiles(dir, { onDamage, onRelease: () => {} });
    this.#tiers = new TierFiles(dir, { onDamage, onRelease: () => {} });
    this.#samplesFrom = new SamplesFrom(this.#head.db);
    const lastOldId = this.#head.highest('series');
    this.#nextId = lastOldId + 1;
    this.#writer = new GroupWriter({
      weeks: this.#weeks,
      tiers: this.#tiers,
      labelsOf: (id) => this.#labelsOf(id),
      resolutionsMs: options.resolutionsMs.toSorted((a, b) => a - b),
      samplesFromMs: this.#samplesFrom.fromMs,
      lastOldId,
      commitSeries: () => this.#commitSeries(),
    });
  }

  /** Series seen so far. */
  get series(): number {
    return this.#byLabels.size;
  }

  /**
   * Samples that were left out for another one of their series at the same time, which was given before and has another
   * value. Of samples that are far apart in the file, or stored already, it is not counted.
   */
  get conflicts(): number {
    return this.#conflicts.count;
  }

  /** Where a series' samples go. */
  bufferOf(labels: Labels): SeriesBuffer {
    const { key } = labels;
    let buffer = this.#byLabels.get(key);
    if (buffer === undefined) {
      let id = this.#head.findSeries(key);
      if (id === undefined) {
        id = this.#nextId++;
        this.#newSeries.push({ id, labelsKey: key });
      }
      this.#labels.set(id, key);
      buffer = new SeriesBuffer(id, this.#conflicts);
      this.#byLabels.set(key, buffer);
    }
    return buffer;
  }

  /** To be called before samples of another series than the one before; may write what waits. */
  turnTo(buffer: SeriesBuffer): void {
    this.#count();
    if (!this.#waiting.has(buffer)) {
      const isGroup = this.#waiting.size >= GROUP_SERIES && this.#waiting.size % GROUP_SERIES === 0;
      if (isGroup && this.#buffered >= (this.#waiting.size / GROUP_SERIES) * GROUP_SAMPLES) this.#flush();
      this.#waiting.add(buffer);
    }
    this.#current = buffer;
    this.#counted = buffer.count;
  }

  /** To be called now and then between samples: keeps the memory bounded. */
  relieve(): void {
    this.#count();
    if (this.#buffered > MAX_BUFFERED) this.#flush();
  }

  /** Writes all that waits, merges it with what was there, and closes the files. */
  async finish(): Promise<void> {
    this.#current = undefined;
    this.#flush();
    this.#writer.finish();
    this.#commitSeries();
    if (this.#writer.unmerged.size > 0) await this.#upkeep();
    this.close();
  }

  /** Without finish: what waits in memory is dropped, what was written stays. */
  close(): void {
    this.#weeks.close();
    this.#tiers.close();
    this.#head.close();
  }

  #count(): void {
    if (this.#current === undefined) return;
    this.#buffered += this.#current.count - this.#counted;
    this.#counted = this.#current.count;
  }

  #flush(): void {
    const all = [...this.#waiting];
    const current = all.length <= FEW_SERIES ? this.#current : undefined;
    for (let at = 0; at < all.length; at += GROUP_SERIES) {
      const group = all.slice(at, at + GROUP_SERIES);
      this.#writer.write(
        group.map((buffer) => ({
          id: buffer.id,
          samples: buffer === current && this.#buffered > MAX_BUFFERED ? buffer.takeOverDays() : buffer.take(),
        })),
      );
    }
    this.#waiting.clear();
    this.#buffered = 0;
    if (this.#current === undefined) return;
    this.#waiting.add(this.#current);
    this.#buffered = this.#current.count;
    this.#counted = this.#current.count;
  }

  #labelsOf(id: number): string | undefined {
    return this.#labels.get(id) ?? this.#head.labelsOf(id);
  }

  #commitSeries(): void {
    if (this.#newSeries.length === 0) return;
    this.#head.commit(this.#newSeries, []);
    this.#newSeries = [];
  }

  /** What was deleted earlier must be gone: a deletion that waits would hide what comes now, and then take it away. */
  async #applyDeletions(): Promise<void> {
    const isAnyWaiting = (): boolean => new Tombstones(this.#head.db).all.length > 0;
    if (!isAnyWaiting()) return;
    await this.#upkeep();
    if (!isAnyWaiting()) return;
    throw new LinewardenError(
      'LW_IMPORT_DELETION_WAITS',
      'Series were deleted shortly before Linewarden was closed, and the deletion is not finished: it would take imported samples with it.',
      { hint: 'Start Linewarden, close it after a few minutes, and import again.' },
    );
  }

  /** What the engine would do later, in the background. */
  async #upkeep(): Promise<void> {
    // Days with samples in the wal are left to the engine, which seals them first.
    const isUnsealed = this.#head.walBounds() !== undefined;
    const upkeep = new Upkeep({
      weeks: this.#weeks,
      tiers: this.#tiers,
      tombstones: new Tombstones(this.#head.db),
      labelsOf: (id) => this.#labelsOf(id),
      now: this.#options.now ?? Date.now,
      resolutionsMs: () => this.#options.resolutionsMs,
      samplesFromMs: () => this.#samplesFrom.fromMs,
      hasUnsealed: () => isUnsealed,
      sealUpTo: () => !isUnsealed,
      onPurged: () => {},
      mayWrite: () => true,
      onRefused: (error) => {
        throw error;
      },
      onNote: this.#options.onNote,
    });
    await upkeep.runAll();
    upkeep.close();
  }
}
