// What the exposition parsers read and report, and how they fail.
import { LinewardenError } from '../../../../../shared/model/errors.ts';

/** Prometheus text 0.0.4, or OpenMetrics text 1.0. */
export type ExpositionFormat = 'prometheus-text' | 'openmetrics';

/** `unknown` is also what the older format calls "untyped". */
export const METRIC_TYPES = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'summary',
  'gaugehistogram',
  'info',
  'stateset',
] as const;
export type MetricType = (typeof METRIC_TYPES)[number];

export type ExpositionLimits = {
  /** Of series that are kept; all samples are bounded by the default in any case. */
  readonly maxSamples: number;
  readonly maxLabels: number;
  /** Bytes of one label name, and of a metric name. */
  readonly maxLabelNameBytes: number;
  readonly maxLabelValueBytes: number;
};

/** Far above what any exporter needs, far below what would hurt. */
export const DEFAULT_LIMITS: ExpositionLimits = {
  maxSamples: 1_000_000,
  maxLabels: 128,
  maxLabelNameBytes: 1_024,
  maxLabelValueBytes: 65_536,
};

/** [name0, value0, ...] as written: `__name__` first, then in the body's order, unescaped, empty values kept. */
export type ExposedLabels = readonly string[];

export type ExposedExemplar = {
  readonly labels: ExposedLabels;
  readonly value: number;
  readonly timestampMs: number | undefined;
};

/** What a body says besides its samples. Called for new lines only: a line that repeats says nothing new. */
export type MetadataSink = {
  help?(metric: string, help: string): void;
  type?(metric: string, type: MetricType): void;
  unit?(metric: string, unit: string): void;
  comment?(text: string): void;
  /** Belongs to the sample that is reported next; called for every exemplar. */
  exemplar?(exemplar: ExposedExemplar): void;
};

/** A body that breaks its format or a limit; `offset` is where its bad line begins. */
export function badBody(body: Uint8Array, offset: number, what: string): LinewardenError {
  let line = 1;
  for (let i = 0; i < offset && i < body.length; i++) if (body[i] === 0x0a) line++;
  return new LinewardenError('LW_SCRAPE_BAD_BODY', `Line ${line} of the answer is not valid: ${what}.`, {
    hint: 'Look at what the target exposes; as in Prometheus, one bad line fails the whole scrape.',
  });
}

export const tooManySamples = (limit: number): LinewardenError =>
  new LinewardenError('LW_SCRAPE_SAMPLE_LIMIT', `The target exposes more than ${limit} samples.`, {
    hint: 'Raise sample_limit in scrape_configs of linewarden.yml, or make the exporter expose less.',
  });
