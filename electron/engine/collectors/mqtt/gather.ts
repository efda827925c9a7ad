// Puts the samples of many messages into one batch: each message settles when that is committed.
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { pause } from '../../clock.ts';
import type { AppendResult, MetricAppender } from '../../store/metrics/index.ts';
import type { Samples } from './payload/types.ts';

/** The writer works on a batch in one go. */
const MAX_SAMPLES = 10_000;
const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 15_000;

export type Gatherer = {
  /**
   * Resolves once the samples are stored. While the store cannot, it waits and tries again, so that nothing is
   * acknowledged; rejects only when stopped.
   */
  add(samples: Samples, atMs: number): Promise<void>;
  stop(): void;
};

const isStoreTrouble = (error: unknown): boolean =>
  error instanceof LinewardenError && error.code.startsWith('LW_STORE_');

type Gathered = { refs: number[]; values: number[]; times: number[]; stale: number[]; waiting: (() => void)[] };

const nothing = (): Gathered => ({ refs: [], values: [], times: [], stale: [], waiting: [] });

export function createGatherer(options: {
  readonly appender: MetricAppender;
  readonly onStored: (result: AppendResult) => void;
  readonly onTrouble: (error: unknown) => void;
}): Gatherer {
  const { appender, onStored, onTrouble } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  let gathered = nothing();
  let isScheduled = false;

  const append = async ({ refs, values, times, stale }: Gathered): Promise<AppendResult | undefined> => {
    let retryMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      try {
        return await appender.append({
          // Each sample has its own time by now.
          timestampMs: times[0] ?? 0,
          refs: Uint32Array.from(refs),
          values: Float64Array.from(values),
          timestampsMs: Float64Array.from(times),
          stale: stale.includes(1) ? Uint8Array.from(stale) : undefined,
        });
      } catch (error) {
        onTrouble(error);
        if (!isStoreTrouble(error)) throw error;
        await pause(retryMs, signal);
        retryMs = Math.min(2 * retryMs, MAX_RETRY_MS);
      }
    }
    return undefined;
  };

  const flush = (): void => {
    isScheduled = false;
    const batch = gathered;
    if (batch.waiting.length === 0) return;
    gathered = nothing();
    append(batch).then(
      (result) => {
        // Stopped: what was not stored is not acknowledged.
        if (result === undefined) return;
        onStored(result);
        for (const settle of batch.waiting) settle();
      },
      () => {
        // Told by onTrouble; its messages come again with the next connection.
      },
    );
  };

  return {
    add(samples, atMs) {
      for (let i = 0; i < samples.refs.length; i++) {
        const ownMs = samples.times[i]!;
        gathered.refs.push(samples.refs[i]!);
        gathered.values.push(samples.values[i]!);
        gathered.times.push(Number.isNaN(ownMs) ? atMs : ownMs);
        gathered.stale.push(samples.stale[i]!);
      }
      return new Promise((resolve) => {
        gathered.waiting.push(resolve);
        if (gathered.refs.length >= MAX_SAMPLES) flush();
        else if (!isScheduled) {
          isScheduled = true;
          // After what has arrived together.
          setImmediate(flush);
        }
      });
    },
    stop() {
      stopping.abort();
      gathered = nothing();
    },
  };
}
