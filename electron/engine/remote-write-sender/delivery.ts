// One request until it is taken, or must not be sent again: what each answer means for a sender (remote write 1.0).
import { LinewardenError } from '../../../shared/model/errors.ts';
import { type Batch, halves } from './batches.ts';
import { encodeSeries } from './request.ts';
import { encodeSnappy } from './snappy.ts';

export type Answer = {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  /** The first line of what was said. */
  readonly text: string;
};

/** Rejects where nothing was answered. */
export type Post = (body: Uint8Array<ArrayBuffer>, attempt: number, signal: AbortSignal) => Promise<Answer>;

export type DeliveryOptions = {
  readonly post: Post;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly retryOn429: boolean;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Resolves when the time is over or the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** False: it has failed for so long that what it carries is better read again later. */
  readonly mayTryAgain: () => boolean;
  /** All of it was taken before: a refusal tells that it is still there. */
  readonly isRepeat: boolean;
  readonly onSent: (samples: number, bytes: number) => void;
  /** It will be tried again. */
  readonly onTrouble: (sentence: string, samples: number) => void;
  /** Not to be sent again. */
  readonly onRefused: (status: number, text: string, samples: number) => void;
};

/** Longer than this nobody is believed. */
const MAX_RETRY_AFTER_MS = 300_000;
/** Requests that one refused request may become, to find the few samples that it was refused for. */
const MAX_PARTS = 64;
/** Nothing is wrong with the samples: the sender is not let in, or nobody is there who would take them. */
const NOT_LET_IN: ReadonlySet<number> = new Set([401, 403, 404, 407, 408, 425]);

/** Given up for now; the samples are in the store. */
export class PutOff extends LinewardenError {
  constructor() {
    super('LW_REMOTE_WRITE_PUT_OFF', 'The samples are sent later.');
  }
}

/**
 * Rejects with PutOff, or when the signal aborts. A receiver that refuses a whole request for one of its samples gets it in
 * ever smaller parts.
 */
export async function deliver(batch: Batch, options: DeliveryOptions, signal: AbortSignal): Promise<void> {
  const waiting = [batch];
  for (let parts = 0; waiting.length > 0; parts++) {
    const next = waiting.shift()!;
    const refusal = await sendUntilAnswered(next, options, signal);
    if (refusal === undefined || options.isRepeat) continue;
    const both = refusal.isAboutContent && parts < MAX_PARTS ? halves(next) : undefined;
    if (both === undefined) options.onRefused(refusal.status, refusal.text, next.samples);
    else waiting.unshift(...both);
  }
}

type Refusal = { readonly status: number; readonly text: string; readonly isAboutContent: boolean };

async function sendUntilAnswered(
  { series, samples }: Batch,
  options: DeliveryOptions,
  signal: AbortSignal,
): Promise<Refusal | undefined> {
  const body = encodeSnappy(encodeSeries(series));
  for (let attempt = 0; ; attempt++) {
    let retryAfterMs: number | undefined;
    let trouble: string;
    try {
      const { status, text, ...answer } = await options.post(body, attempt, signal);
      if (status >= 200 && status < 300) {
        options.onSent(samples, body.length);
        return undefined;
      }
      if (!isTriedAgain(status, options.retryOn429)) {
        return { status, text, isAboutContent: status === 400 || status === 413 || status === 422 };
      }
      ({ retryAfterMs } = answer);
      trouble = `answers ${status}${text === '' ? '' : `: ${text}`}`;
    } catch (error) {
      signal.throwIfAborted();
      trouble = error instanceof Error ? error.message : String(error);
    }
    options.onTrouble(trouble, samples);
    if (!options.mayTryAgain()) throw new PutOff();
    await options.wait(pauseMs(attempt, retryAfterMs, options), signal);
    signal.throwIfAborted();
  }
}

const isTriedAgain = (status: number, retryOn429: boolean): boolean =>
  status >= 500 || NOT_LET_IN.has(status) || (status === 429 && retryOn429) || (status >= 300 && status < 400);

/** Twice as long each time, and not all senders at the same moment; never sooner than the receiver asks. */
function pauseMs(
  attempt: number,
  retryAfterMs: number | undefined,
  { minBackoffMs, maxBackoffMs, random }: DeliveryOptions,
): number {
  const backoffMs = Math.min(maxBackoffMs, minBackoffMs * 2 ** Math.min(attempt, 30));
  const jittered = backoffMs * (0.5 + random() / 2);
  return Math.max(jittered, Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS));
}

/** Seconds, or an HTTP date. */
export function readRetryAfter(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return seconds < 0 ? undefined : seconds * 1_000;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
