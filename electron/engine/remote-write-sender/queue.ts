// One remote_write: reads what is stored in the order of its commits, sends it, and keeps its own place. What could not be
// sent for long is remembered by its times only, and read from the files again.
import type { Logger } from '../telemetry/index.ts';
import type { CommitFeed, CommittedRows } from '../store/metrics/index.ts';
import { type Batches, batchesOf, blockOfRows, blockOfSamples } from './batches.ts';
import { deliver, type DeliveryOptions, type Post, PutOff } from './delivery.ts';
import type { LabelBook } from './label-book.ts';
import type { Position } from './position.ts';
import { joinSpans, lengthOf, type Span, spansOf, withoutFirst } from './spans.ts';

/** Rows wait for their turn in the write-ahead log so long; later they are read from the files. */
const PUT_OFF_MS = 600_000;
/** Of what is read from the files, all series come at once: a receiver may refuse what is an hour behind the rest. */
const SLICE_MS = 900_000;
/** Samples without a place (another store, a position that was lost) may have come so late. */
const LATEST_MS = 7_200_000;
/** What a receiver says that it has may be in its memory only for so long; VictoriaMetrics keeps it there for some seconds. */
const MEMORY_MS = 15_000;
const MAX_TAKEN = 50;
const MAX_SHARDS = 8;
const FAILING_MS = 30_000;

export type QueueOptions = {
  readonly name: string;
  readonly maxShards: number;
  readonly maxSamplesPerSend: number;
  readonly capacity: number;
  readonly batchSendDeadlineMs: number;
  readonly delivery: Pick<DeliveryOptions, 'minBackoffMs' | 'maxBackoffMs' | 'retryOn429'>;
  readonly post: Post;
  readonly feed: CommitFeed;
  readonly labels: LabelBook;
  /** Where it was; undefined: from now on, with `backlog`. */
  readonly position: Position | undefined;
  /** What a queue without a position owes, such as everything that is stored. */
  readonly backlog: () => Promise<readonly Span[]>;
  /** Must be on its way to the disk when it returns. */
  readonly keep: (position: Position) => void;
  readonly now: () => number;
  readonly random: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly logger: Pick<Logger, 'warn'>;
  readonly onChange: () => void;
};

export type QueueCounts = {
  sent: number;
  bytes: number;
  refused: number;
  retried: number;
  /** By relabelling. */
  leftOut: number;
  /** Being sent. */
  pending: number;
};

export type QueueTrouble = { readonly sinceMs: number; readonly sentence: string };

export class RemoteWriteQueue {
  readonly name: string;
  readonly counts: QueueCounts = { sent: 0, bytes: 0, refused: 0, retried: 0, leftOut: 0, pending: 0 };
  readonly #options: QueueOptions;
  readonly #stop = new AbortController();
  #position: Position | undefined;
  #done: Promise<void> | undefined;
  #trouble: QueueTrouble | undefined;
  #lastRefusal: { readonly atMs: number; readonly sentence: string } | undefined;
  #lastSentMs: number | undefined;
  /** The time of the oldest row that waits. */
  #waitingSinceMs: number | undefined;
  #waitingRows = 0;
  /** Taken before, and sent again since the receiver may have died with it. */
  #again: readonly Span[] = [];
  #hadTrouble = false;

  constructor(options: QueueOptions) {
    this.name = options.name;
    this.#options = options;
    this.#position = options.position;
    this.#again = joinSpans(options.position?.taken.flatMap(({ spans }) => spans) ?? []);
  }

  start(): void {
    this.#done ??= this.#run(this.#stop.signal);
  }

  /** What is not sent is sent after the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  get position(): Position | undefined {
    return this.#position;
  }

  /** Failing since then, whatever was sent before. */
  get trouble(): QueueTrouble | undefined {
    return this.#trouble;
  }

  get lastRefusal(): { readonly atMs: number; readonly sentence: string } | undefined {
    return this.#lastRefusal;
  }

  /** When a request was taken last. */
  get lastSentMs(): number | undefined {
    return this.#lastSentMs;
  }

  get owedMs(): number {
    return lengthOf(this.#position?.owed ?? []);
  }

  /** The time of the oldest sample that waits; undefined when all is sent. */
  get unsentFromMs(): number | undefined {
    return this.#position?.owed[0]?.[0] ?? this.#waitingSinceMs;
  }

  get waitingRows(): number {
    return this.#waitingRows;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { wait, batchSendDeadlineMs, logger, name } = this.#options;
    while (!signal.aborted) {
      try {
        if (await this.#step(signal)) continue;
      } catch (error) {
        if (signal.aborted) return;
        // The store's thread is started again by itself.
        if (!(error instanceof PutOff)) logger.warn({ err: error, remote: name }, 'remote write could not go on');
      }
      await wait(batchSendDeadlineMs, signal);
    }
  }

  /** True when there is more to do at once. */
  async #step(signal: AbortSignal): Promise<boolean> {
    this.#position ??= await this.#firstPosition();
    if (this.#position.sendingToSeq !== undefined) return this.#sendRows(signal);
    const [again] = this.#again;
    const [span] = this.#position.owed;
    if (again === undefined && span === undefined) return this.#sendRows(signal);
    await (again === undefined ? this.#sendOwed(span!, signal) : this.#sendAgain(again, signal));
    return true;
  }

  async #firstPosition(): Promise<Position> {
    const { lastSeq } = await this.#options.feed.rows(Number.MAX_SAFE_INTEGER, 1);
    const owed = joinSpans(await this.#options.backlog());
    const position: Position = { seq: lastSeq, atMs: this.#options.now(), owed, taken: [] };
    this.#save(position);
    return position;
  }

  async #sendRows(signal: AbortSignal): Promise<boolean> {
    const { capacity, maxSamplesPerSend, now } = this.#options;
    const position = this.#position!;
    const wanted = Math.max(maxSamplesPerSend, capacity);
    const read = await this.#options.feed.rows(position.seq, wanted);
    if (this.#noteGap(position, read)) return true;
    const upTo = position.sendingToSeq ?? read.upToSeq;
    const rows = read.rows.filter(({ seq }) => seq <= upTo);
    const upToSeq = Math.min(read.upToSeq, upTo);
    const oldest = rows[0];
    this.#waitingSinceMs = oldest?.timeMs;
    this.#waitingRows = read.lastSeq - position.seq;
    if (oldest === undefined) {
      if (upToSeq > position.seq || position.sendingToSeq !== undefined) {
        this.#save({ ...position, seq: Math.max(position.seq, upToSeq), sendingToSeq: undefined });
        return true;
      }
      return false;
    }
    if (now() - oldest.timeMs > PUT_OFF_MS && position.sendingToSeq === undefined) {
      await this.#putOff();
      return true;
    }
    const batches = await this.#batches(blockOfRows(rows));
    if (position.sendingToSeq === undefined) this.#save({ ...position, sendingToSeq: upToSeq });
    if (!(await this.#send(batches, signal))) return true;
    this.#waitingSinceMs = undefined;
    this.#waitingRows = read.lastSeq - upToSeq;
    this.counts.leftOut += batches.leftOut;
    const isDone = position.sendingToSeq === undefined || upToSeq >= position.sendingToSeq;
    this.#save({
      seq: upToSeq,
      atMs: rows.at(-1)!.timeMs,
      owed: position.owed,
      sendingToSeq: isDone ? undefined : position.sendingToSeq,
      taken: this.#taken(joinSpans(rows.flatMap(spansOf))),
    });
    return !isDone || upToSeq < read.lastSeq || this.#again.length > 0;
  }

  async #sendOwed([fromMs, toMs]: Span, signal: AbortSignal): Promise<void> {
    const untilMs = Math.min(toMs, fromMs + SLICE_MS);
    if (!(await this.#sendTimes(fromMs, untilMs, false, signal))) return;
    const position = this.#position!;
    const taken = this.#taken([[fromMs, untilMs]]);
    this.#save({ ...position, owed: withoutFirst(position.owed, untilMs), taken });
    await this.#putOffIfBehind();
  }

  async #sendAgain([fromMs, toMs]: Span, signal: AbortSignal): Promise<void> {
    const untilMs = Math.min(toMs, fromMs + SLICE_MS);
    if (await this.#sendTimes(fromMs, untilMs, true, signal)) this.#again = withoutFirst(this.#again, untilMs);
    else this.#again = [];
  }

  /** Every series of a part of the time, as much at once as fits the memory. False when it was put off. */
  async #sendTimes(fromMs: number, untilMs: number, isRepeat: boolean, signal: AbortSignal): Promise<boolean> {
    const { feed, capacity } = this.#options;
    let afterId: number | undefined = -1;
    while (afterId !== undefined) {
      const samples = await feed.samples(afterId, fromMs, untilMs, capacity);
      const batches = await this.#batches(blockOfSamples(samples));
      if (!(await this.#send(batches, signal, isRepeat))) return false;
      if (!isRepeat) this.counts.leftOut += batches.leftOut;
      afterId = samples.nextAfterId;
    }
    return true;
  }

  /** With what was taken now; all of it is sent again where the receiver may have died in between. */
  #taken(spans: readonly Span[]): Position['taken'] {
    const nowMs = this.#options.now();
    const all = [...(this.#position?.taken ?? []), { atMs: nowMs, spans: [...spans] }];
    if (this.#hadTrouble) {
      this.#hadTrouble = false;
      this.#again = joinSpans([...this.#again, ...all.flatMap((one) => one.spans)]);
    }
    const lately = all.filter(({ atMs }) => nowMs - atMs < MEMORY_MS);
    if (lately.length <= MAX_TAKEN) return lately;
    // Many small requests: the older half is as old as its newest.
    const half = lately.slice(0, lately.length / 2);
    const joined = { atMs: half.at(-1)!.atMs, spans: joinSpans(half.flatMap((one) => one.spans)) };
    return [joined, ...lately.slice(half.length)];
  }

  #batches(block: Parameters<typeof batchesOf>[0]): Promise<Batches> {
    const { labels, maxShards, maxSamplesPerSend: maxSamples } = this.#options;
    return batchesOf(block, labels, { shards: Math.min(maxShards, MAX_SHARDS), maxSamples });
  }

  /** False when it was put off: its rows are owed now. */
  async #send({ shards, samples }: Batches, signal: AbortSignal, isRepeat = false): Promise<boolean> {
    const { post, delivery, random, wait, now } = this.#options;
    const startedMs = now();
    this.counts.pending = samples;
    const options: DeliveryOptions = {
      ...delivery,
      post,
      isRepeat,
      random,
      wait,
      mayTryAgain: () => now() - startedMs < PUT_OFF_MS,
      onSent: (count, bytes) => this.#sent(count, bytes),
      onTrouble: (sentence, count) => this.#failed(sentence, count),
      onRefused: (status, text, count) => this.#refused(status, text, count),
    };
    const sendShard = async (batches: Batches['shards'][number]): Promise<void> => {
      for (const batch of batches) await deliver(batch, options, signal);
    };
    const results = await Promise.allSettled(shards.map(sendShard));
    this.counts.pending = 0;
    for (const result of results) {
      if (result.status === 'fulfilled') continue;
      if (!(result.reason instanceof PutOff)) throw result.reason;
      await this.#putOff();
      return false;
    }
    return true;
  }

  #sent(samples: number, bytes: number): void {
    this.counts.sent += samples;
    this.counts.bytes += bytes;
    this.counts.pending -= samples;
    this.#lastSentMs = this.#options.now();
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    this.#options.onChange();
  }

  #failed(sentence: string, samples: number): void {
    this.counts.retried += samples;
    this.#hadTrouble = true;
    const isNew = this.#trouble === undefined;
    this.#trouble = { sinceMs: this.#trouble?.sinceMs ?? this.#options.now(), sentence };
    if (isNew || this.#options.now() - this.#trouble.sinceMs >= FAILING_MS) this.#options.onChange();
  }

  #refused(status: number, text: string, samples: number): void {
    const atMs = this.#options.now();
    this.counts.refused += samples;
    this.counts.pending -= samples;
    this.#lastRefusal = { atMs, sentence: `${status}${text === '' ? '' : `: ${text}`}` };
    // It answers, whatever it thinks of these samples.
    this.#trouble = undefined;
    this.#options.onChange();
  }

  /** Rows that are gone before they were sent: what they may have held is owed by time. */
  #noteGap(position: Position, { firstSeq, lastSeq }: CommittedRows): boolean {
    const isOtherStore = position.seq > lastSeq;
    if (!isOtherStore && position.seq + 1 >= firstSeq) return false;
    const nowMs = this.#options.now();
    const fromMs = Math.min(position.atMs - LATEST_MS, nowMs - 1);
    this.#save({
      seq: isOtherStore ? lastSeq : firstSeq - 1,
      atMs: nowMs,
      taken: position.taken,
      owed: joinSpans([...position.owed, [fromMs, nowMs]]),
    });
    return true;
  }

  async #putOffIfBehind(): Promise<void> {
    const { feed, now } = this.#options;
    const { rows } = await feed.rows(this.#position!.seq, 1);
    if (rows[0] !== undefined && now() - rows[0].timeMs > PUT_OFF_MS) await this.#putOff();
  }

  /** From now on all that is committed and not sent is known by its times. */
  async #putOff(): Promise<void> {
    const { feed, capacity } = this.#options;
    for (;;) {
      const position = this.#position!;
      const { rows, upToSeq, lastSeq } = await feed.rows(position.seq, capacity);
      const owed = joinSpans([...position.owed, ...rows.flatMap(spansOf)]);
      const seq = Math.max(position.seq, upToSeq);
      this.#save({ ...position, seq, atMs: rows.at(-1)?.timeMs ?? position.atMs, owed, sendingToSeq: undefined });
      if (rows.length === 0 || seq >= lastSeq) return;
    }
  }

  #save(position: Position): void {
    this.#position = position;
    this.#options.keep(position);
    this.#options.onChange();
  }
}
