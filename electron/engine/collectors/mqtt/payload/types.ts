// What a payload is read into, and how it is refused.

/** Why a message or a sample of it was not stored. */
export type RefusalReason =
  /** It says that it is of another edge than its topic. */
  | 'claim'
  /** It cannot be read. */
  | 'malformed'
  | 'too_large'
  /** Its sender is no device and may not become one. */
  | 'unknown_sender'
  /** A retained message without a time of its own: nobody knows how old it is. */
  | 'retained'
  | 'future'
  | 'out_of_order'
  | 'over_limit';

/** A whole message is refused; the sentence is for the operator. */
export class PayloadRefused extends Error {
  readonly reason: RefusalReason;
  constructor(reason: RefusalReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

export const malformed = (what: string): PayloadRefused => new PayloadRefused('malformed', what);

/** One entry a sample. */
export type Samples = {
  readonly refs: number[];
  readonly values: number[];
  /** Unix ms; NaN: it has no time of its own. */
  readonly times: number[];
  /** 1 = staleness marker. */
  readonly stale: number[];
  /** The series of any of them tells of CPU or uptime. */
  isTelemetry: boolean;
};

export const noSamples = (): Samples => ({ refs: [], values: [], times: [], stale: [], isTelemetry: false });

/** The samples of one message at most. */
export const MAX_SAMPLES = 20_000;

export function put(samples: Samples, ref: number, value: number, timeMs: number, stale = 0): void {
  if (samples.refs.length >= MAX_SAMPLES) {
    throw new PayloadRefused('too_large', `it has more than ${MAX_SAMPLES} samples`);
  }
  samples.refs.push(ref);
  samples.values.push(value);
  samples.times.push(timeMs);
  samples.stale.push(stale);
}
