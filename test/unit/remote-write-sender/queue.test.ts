import { expect, test } from 'vitest';
import {
  decodeSnappy,
  decodeWriteRequest,
  readLabels,
} from '../../../electron/engine/collectors/remote-write/index.ts';
import type { Answer } from '../../../electron/engine/remote-write-sender/delivery.ts';
import { LabelBook } from '../../../electron/engine/remote-write-sender/label-book.ts';
import type { Position } from '../../../electron/engine/remote-write-sender/position.ts';
import { RemoteWriteQueue } from '../../../electron/engine/remote-write-sender/queue.ts';
import type { CommitFeed, CommittedRow } from '../../../electron/engine/store/metrics/index.ts';

const MINUTE = 60_000;
const START = 1_000 * MINUTE;

type Stored = { readonly id: number; readonly atMs: number; readonly value: number };

/** A store of one sample a row, whose first rows may be gone, and a receiver that answers as it is told. */
class Bed {
  nowMs = START;
  rows: CommittedRow[] = [];
  firstSeq = 1;
  answer: (samples: readonly string[]) => Partial<Answer> & { status: number } = () => ({ status: 204 });
  /** `name@time=value`, request by request; those that were taken only. */
  readonly taken: string[][] = [];
  requests = 0;
  kept: Position | undefined;
  readonly waits: number[] = [];
  queue: RemoteWriteQueue | undefined;

  store(id: number, value: number, atMs = this.nowMs): void {
    this.rows.push({
      seq: this.rows.length + 1,
      timeMs: this.nowMs,
      ids: Float64Array.of(id),
      values: Float64Array.of(value),
      timestampsMs: Float64Array.of(atMs),
      stale: undefined,
    });
  }

  readonly feed: CommitFeed = {
    rows: async (afterSeq, maxSamples) => {
      const rows = this.rows.filter(({ seq }) => seq > afterSeq && seq >= this.firstSeq).slice(0, maxSamples);
      const lastSeq = this.rows.length;
      return { rows, firstSeq: this.firstSeq, lastSeq, upToSeq: rows.at(-1)?.seq ?? afterSeq };
    },
    keepAfter: async () => undefined,
    labels: async (ids) => Array.from(ids, (id) => JSON.stringify(['__name__', `m${id}`])),
    samples: async (afterId, minTimeMs, maxTimeMs) => {
      const found = this.rows
        .map(({ ids, values, timestampsMs }): Stored => ({ id: ids[0]!, atMs: timestampsMs![0]!, value: values[0]! }))
        .filter(({ id, atMs }) => id > afterId && atMs > minTimeMs && atMs <= maxTimeMs)
        .toSorted((a, b) => a.id - b.id || a.atMs - b.atMs);
      const ids = [...new Set(found.map(({ id }) => id))];
      return {
        ids: Float64Array.from(ids),
        counts: Uint32Array.from(ids, (id) => found.filter((one) => one.id === id).length),
        timestampsMs: Float64Array.from(found, ({ atMs }) => atMs),
        values: Float64Array.from(found, ({ value }) => value),
        stale: new Uint8Array(found.length),
        nextAfterId: undefined,
      };
    },
  };

  /** Runs until it has nothing to do, or for so many requests. */
  async run(options: { backlog?: [number, number][]; maxRequests?: number } = {}): Promise<void> {
    const { backlog = [], maxRequests = Infinity } = options;
    let idle!: () => void;
    const isIdle = new Promise<void>((resolve) => {
      idle = resolve;
    });
    this.queue = new RemoteWriteQueue({
      name: 'there',
      maxShards: 1,
      maxSamplesPerSend: 4,
      capacity: 4,
      batchSendDeadlineMs: 5_000,
      delivery: { minBackoffMs: 1_000, maxBackoffMs: 8_000, retryOn429: true },
      post: async (body) => {
        if (++this.requests > maxRequests) {
          idle();
          throw new Error('dies');
        }
        const samples = readRequest(body);
        const answer = this.answer(samples);
        if (answer.status < 300) this.taken.push(samples);
        return { retryAfterMs: undefined, text: '', ...answer };
      },
      feed: this.feed,
      labels: new LabelBook({ feed: this.feed, externalLabels: { site: 'north' }, rules: [] }),
      position: this.kept,
      backlog: async () => backlog,
      keep: (position) => {
        this.kept = position;
      },
      now: () => this.nowMs,
      random: () => 1,
      wait: async (ms, signal) => {
        if (ms === 5_000 || signal.aborted) idle();
        else this.waits.push(ms);
        this.nowMs += ms;
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
      },
      logger: { warn: () => undefined },
      onChange: () => undefined,
    });
    this.queue.start();
    await isIdle;
    await this.queue.stop();
  }

  get all(): string[] {
    return this.taken.flat();
  }
}

function readRequest(body: Uint8Array): string[] {
  const names: string[] = [];
  const { refs, times, values } = decodeWriteRequest(decodeSnappy(body, 1_000_000), (encoded) => {
    const labels = readLabels(encoded);
    if ('fault' in labels) throw new Error(labels.fault);
    expect(labels.get('site')).toBe('north');
    return names.push(labels.name) - 1;
  });
  return refs.map((ref, i) => `${names[ref]}@${(times[i]! - START) / 1_000}=${values[i]}`);
}

test('begins with what is stored from now on, and goes on where it left off', async () => {
  const bed = new Bed();
  bed.store(1, 10);
  await bed.run();
  expect(bed.all).toEqual([]);
  bed.store(1, 11);
  bed.store(2, 20);
  await bed.run();
  expect(bed.all).toEqual(['m1@5=11', 'm2@5=20']);
  expect(bed.kept).toMatchObject({ seq: 3, owed: [] });
});

test('sends what was stored before where that is wished, and what came meanwhile', async () => {
  const bed = new Bed();
  bed.store(1, 10);
  bed.nowMs += 40 * MINUTE;
  bed.store(1, 11);
  await bed.run({ backlog: [[START - 1, bed.nowMs]] });
  expect(bed.all).toEqual(['m1@0=10', 'm1@2400=11']);
});

test('tries again what a server could not take, ever more slowly, and no sooner than it asks', async () => {
  const bed = new Bed();
  await bed.run();
  bed.store(1, 10);
  const answers = [503, 500, 429, 401];
  bed.answer = () => ({ status: answers.shift() ?? 204, ...(answers.length === 1 && { retryAfterMs: 20_000 }) });
  await bed.run();
  expect(bed.all[0]).toBe('m1@5=10');
  expect(bed.waits).toEqual([1_000, 2_000, 20_000, 8_000]);
  expect(bed.queue?.counts).toMatchObject({ sent: 2, retried: 4, refused: 0 });
});

test('after trouble it sends again what was taken just before: who died may have had it in memory only', async () => {
  const bed = new Bed();
  await bed.run();
  bed.store(1, 10);
  await bed.run();
  bed.store(1, 11);
  let failures = 1;
  bed.answer = () => ({ status: failures-- > 0 ? 502 : 204 });
  await bed.run();
  expect(bed.taken[0]).toEqual(['m1@5=10']);
  expect(new Set(bed.taken.slice(1).flat())).toEqual(new Set(['m1@5=10', 'm1@10=11']));
});

test('finds the samples that a request was refused for, and loses no other with them', async () => {
  const bed = new Bed();
  await bed.run();
  for (const value of [1, 2, 3, 4]) bed.store(value, value);
  bed.answer = (samples) =>
    samples.some((one) => one.startsWith('m3@')) ? { status: 400, text: 'too old' } : { status: 204 };
  await bed.run();
  expect(bed.all).toEqual(['m1@5=1', 'm2@5=2', 'm4@5=4']);
  expect(bed.queue?.counts).toMatchObject({ sent: 3, refused: 1 });
  expect(bed.queue?.lastRefusal?.sentence).toBe('400: too old');
});

test('killed in the middle, it sends the same requests again', async () => {
  const bed = new Bed();
  await bed.run();
  for (const value of [1, 2, 3]) bed.store(1, value, START + value);
  // The request comes, and its answer is lost.
  await bed.run({ maxRequests: bed.requests });
  expect(bed.kept?.sendingToSeq).toBe(3);
  bed.store(1, 4, START + 4);
  await bed.run();
  expect(bed.taken.slice(0, 2)).toEqual([['m1@0.001=1', 'm1@0.002=2', 'm1@0.003=3'], expect.anything()]);
});

test('what waits for long is known by its times only, late samples included', async () => {
  const bed = new Bed();
  await bed.run();
  bed.store(1, 10);
  bed.nowMs += 20 * MINUTE;
  bed.store(1, 11);
  // Of half an hour before anything else.
  bed.store(2, 20, START - 30 * MINUTE);
  bed.nowMs += 20 * MINUTE;
  bed.answer = () => ({ status: 503 });
  await bed.run({ maxRequests: bed.requests + 3 });
  expect(bed.kept?.seq).toBe(3);
  expect(bed.kept?.owed).toHaveLength(3);
  // Its rows may go now.
  bed.firstSeq = 4;
  bed.answer = () => ({ status: 204 });
  await bed.run();
  expect(new Set(bed.all)).toEqual(new Set(['m2@-1800=20', 'm1@5=10', 'm1@1205=11']));
  expect(bed.kept?.owed).toEqual([]);
});

test('rows that are gone before they were sent are made good by time', async () => {
  const bed = new Bed();
  await bed.run();
  bed.store(1, 10);
  bed.nowMs += MINUTE;
  bed.store(1, 11);
  bed.firstSeq = 2;
  await bed.run();
  expect(new Set(bed.all)).toEqual(new Set(['m1@5=10', 'm1@65=11']));
});
