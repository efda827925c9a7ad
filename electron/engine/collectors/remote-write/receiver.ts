// Takes remote write requests into the store: answered once committed, bounded in what is under way at once, accounted by sender.
import { LinewardenError } from '../../../../shared/model/errors.ts';
import type { AppendResult, MetricAppender } from '../../store/metrics/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { readLabels } from './series-labels.ts';
import { type Metadata, type Refusal, Sender } from './sender.ts';
import { decodeSnappy } from './snappy.ts';
import { decodeWriteRequest, type WriteRequest } from './write-request.ts';

export const MAX_COMPRESSED_BYTES = 8 * 1024 ** 2;
const MAX_BYTES = 32 * 1024 ** 2;
/** Bodies that may be read or stored at the same time: requests, and their compressed bytes. */
const MAX_REQUESTS = 32;
const MAX_PENDING_BYTES = 32 * 1024 ** 2;
/** Samples further ahead of the clock would hide the present; the same as Prometheus's receiver allows. */
const FUTURE_MS = 600_000;
/** The writer works on a batch in one go. */
const BATCH_SAMPLES = 10_000;
/** Tokens are named in the config, so this is no limit but a bound. */
const MAX_SENDERS = 1_000;
const WARN_EVERY_MS = 60_000;

export type RemoteWriteOptions = {
  readonly appender: MetricAppender;
  /** Unix ms. */
  readonly now: () => number;
  readonly maxSeriesPerSender: number;
  /** Told of each request that can be read, whatever becomes of its samples: whoever writes lives. */
  readonly contact?: (sender: { readonly name: string; readonly from: string }) => void;
  readonly logger: Logger;
};

/** 204: all stored. 400: what could be stored is; the sender must not send the rest again. */
export type WriteAnswer = { readonly status: 204 | 400; readonly text: string };

export type RemoteWriteReceiver = {
  /** The right to read a body of so many bytes, to be given back; undefined while too much is under way. */
  admit(bytes: number): (() => void) | undefined;
  /** Rejects with LW_REMOTE_WRITE_* where the request is at fault, LW_STORE_* while nothing can be stored. */
  receive(body: Uint8Array, sender: string, from?: string): Promise<WriteAnswer>;
  /** Notes an answer that `receive` did not give. */
  answered(sender: string, status: number): void;
  senders(): readonly Sender[];
  metadata(): readonly Metadata[];
};

export function createRemoteWriteReceiver(options: RemoteWriteOptions): RemoteWriteReceiver {
  const { appender, now, logger, maxSeriesPerSender } = options;
  const senders = new Map<string, Sender>();
  let requests = 0;
  let pendingBytes = 0;
  let warnedMs = Number.NEGATIVE_INFINITY;

  const senderOf = (name: string): Sender => {
    const known = senders.get(name);
    if (known !== undefined) return known;
    if (senders.size >= MAX_SENDERS) senders.delete(senders.keys().next().value ?? '');
    const sender = new Sender(name, maxSeriesPerSender);
    senders.set(name, sender);
    return sender;
  };

  const receive = async (body: Uint8Array, name: string, from = ''): Promise<WriteAnswer> => {
    const nowMs = now();
    const sender = senderOf(name);
    sender.age(nowMs);
    const bytes = decodeSnappy(body, MAX_BYTES);
    const refused = new Map<Refusal, number>();
    const refuse = (reason: Refusal, samples: number): void => {
      if (samples > 0) refused.set(reason, (refused.get(reason) ?? 0) + samples);
    };
    let fault = '';
    const fresh: string[] = [];
    const request = decodeWriteRequest(bytes, (encoded, samples) => {
      const known = sender.known(encoded);
      if (known !== undefined) return known;
      const labels = readLabels(encoded);
      if ('fault' in labels) {
        ({ fault } = labels);
        refuse('invalid_labels', samples);
        return undefined;
      }
      if (sender.isFull) {
        refuse('over_limit', samples);
        return undefined;
      }
      const ref = appender.ref(labels);
      sender.remember(encoded, ref);
      fresh.push(encoded);
      return ref;
    });
    options.contact?.({ name, from: sender.addressOf(from, nowMs) });
    refuse('future', dropFuture(request, nowMs + FUTURE_MS));
    const results = await Promise.all(batchesOf(request, nowMs).map((batch) => appender.append(batch)));

    // Only now: what was not stored is sent again, and counted then.
    sender.describe(request.metadata);
    sender.ignored.exemplar += request.exemplars;
    sender.ignored.histogram += request.histograms;
    const sum = (count: (result: AppendResult) => number): number =>
      results.reduce((total, result) => total + count(result), 0);
    sender.stored += sum((result) => result.appended);
    sender.duplicates += sum((result) => result.duplicates);
    refuse(
      'out_of_order',
      sum((result) => result.outOfOrder),
    );
    const overLimit = sum((result) => result.overLimit);
    refuse('over_limit', overLimit);
    // There may be room for them by the time that they come again.
    if (overLimit > 0) sender.forget(fresh);
    for (const [reason, samples] of refused) sender.refuse(reason, samples);
    const { status, text } = answerFor(refused, request.histograms);
    if (refused.size > 0 && nowMs - warnedMs >= WARN_EVERY_MS) {
      warnedMs = nowMs;
      logger.warn(
        { sender: name, refused: Object.fromEntries(refused), fault },
        'samples of a remote write were refused',
      );
    }
    sender.answered(status);
    return { status, text };
  };

  return {
    admit(bytes) {
      if (requests >= MAX_REQUESTS || pendingBytes + bytes > MAX_PENDING_BYTES) return undefined;
      requests++;
      pendingBytes += bytes;
      let given = false;
      return () => {
        if (given) return;
        given = true;
        requests--;
        pendingBytes -= bytes;
      };
    },
    receive,
    answered: (name, status) => senderOf(name).answered(status),
    senders: () => [...senders.values()],
    metadata: () => [...senders.values()].map((sender) => sender.metadata()),
  };
}

/** True where the same request may be stored later: the sender must try again. */
export const isStoreTrouble = (error: unknown): boolean =>
  error instanceof LinewardenError && error.code.startsWith('LW_STORE_');

/** As in Prometheus's receiver of 1.0, a series with invalid labels is left out silently; the accounts tell it. */
function answerFor(refused: ReadonlyMap<Refusal, number>, histograms: number): WriteAnswer {
  const reasons: string[] = [];
  const tell = (samples: number | undefined, why: string): void => {
    if (samples !== undefined && samples > 0) reasons.push(`${samples} ${why}`);
  };
  tell(refused.get('out_of_order'), 'out of order, too old, or of another value than the one stored at their time');
  tell(refused.get('future'), 'more than 10 minutes in the future (out of bounds)');
  tell(refused.get('over_limit'), 'of series over the limit');
  tell(histograms, 'native histograms, which are not supported');
  if (reasons.length === 0) return { status: 204, text: '' };
  return { status: 400, text: `samples were refused, all others are stored: ${reasons.join('; ')}` };
}

/** Leaves out the samples after `limitMs`; how many. */
function dropFuture({ refs, times, values, stale }: WriteRequest, limitMs: number): number {
  let kept = 0;
  for (let i = 0; i < times.length; i++) {
    if (times[i]! > limitMs) continue;
    if (kept !== i) {
      refs[kept] = refs[i]!;
      times[kept] = times[i]!;
      values[kept] = values[i]!;
      stale[kept] = stale[i]!;
    }
    kept++;
  }
  const dropped = times.length - kept;
  for (const column of [refs, times, values, stale]) column.length = kept;
  return dropped;
}

function batchesOf({ refs, times, values, stale }: WriteRequest, nowMs: number) {
  const batches = [];
  for (let from = 0; from < refs.length; from += BATCH_SAMPLES) {
    const to = from + BATCH_SAMPLES;
    batches.push({
      timestampMs: nowMs,
      refs: Uint32Array.from(refs.slice(from, to)),
      values: Float64Array.from(values.slice(from, to)),
      timestampsMs: Float64Array.from(times.slice(from, to)),
      stale: stale.includes(1) ? Uint8Array.from(stale.slice(from, to)) : undefined,
    });
  }
  return batches;
}
