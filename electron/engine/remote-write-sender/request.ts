// A remote write 1.0 message (prometheus.WriteRequest), written.
import { Buffer } from 'node:buffer';
import type { Labels } from '../../../shared/model/labels.ts';

/** A series' samples, by time, and its labels as they stand in a message. */
export type SeriesSamples = {
  readonly labels: Buffer;
  readonly timestampsMs: readonly number[];
  readonly values: readonly number[];
  /** 1 = staleness marker. */
  readonly stale: readonly number[];
};

export type MetricDescription = {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
};

/** Field number * 8 + wire type. */
const REQUEST = { timeseries: 0x0a, metadata: 0x1a };
const SERIES = { label: 0x0a, sample: 0x12 };
const LABEL = { name: 0x0a, value: 0x12 };
const SAMPLE = { value: 0x09, timestamp: 0x10 };
const METADATA = { type: 0x08, name: 0x12, help: 0x22, unit: 0x2a };

/** The bits of Prometheus's staleness marker; written as whole numbers, since arithmetic may change a NaN. */
const STALE_HIGH = 0x7ff0_0000;
const STALE_LOW = 2;

const TYPES = ['unknown', 'counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset'];

function varintLength(value: number): number {
  if (value < 0) return 10;
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) length++;
  return length;
}

function writeVarint(out: Buffer, start: number, value: number): number {
  let at = start;
  if (value < 0) {
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest >= 0x80n; rest >>= 7n) out[at++] = Number(rest & 0x7fn) | 0x80;
    out[at++] = Number(rest);
    return at;
  }
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) out[at++] = (rest % 128) | 0x80;
  out[at++] = rest;
  return at;
}

function field(tag: number, body: Buffer | string): Buffer {
  const bytes = Buffer.from(body as string);
  const out = Buffer.alloc(1 + varintLength(bytes.length));
  out[0] = tag;
  writeVarint(out, 1, bytes.length);
  return Buffer.concat([out, bytes]);
}

/** Repeated Label messages: what a series of this label set begins with, in any message. */
export const encodeLabels = (labels: Labels): Buffer =>
  Buffer.concat(
    Array.from(labels.entries(), ([name, value]) =>
      field(SERIES.label, Buffer.concat([field(LABEL.name, name), field(LABEL.value, value)])),
    ),
  );

const sampleLength = (timestampMs: number): number => 10 + varintLength(timestampMs);

/** Several series' samples as one message, uncompressed. */
export function encodeSeries(series: readonly SeriesSamples[]): Buffer {
  const lengths = series.map(({ labels, timestampsMs }) =>
    timestampsMs.reduce((sum, atMs) => sum + 2 + sampleLength(atMs), labels.length),
  );
  const out = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 1 + varintLength(length) + length, 0));
  let at = 0;
  for (const [i, { labels, timestampsMs, values, stale }] of series.entries()) {
    out[at++] = REQUEST.timeseries;
    at = writeVarint(out, at, lengths[i]!);
    at += labels.copy(out, at);
    for (let n = 0; n < timestampsMs.length; n++) {
      const timestampMs = timestampsMs[n]!;
      out[at++] = SERIES.sample;
      out[at++] = sampleLength(timestampMs);
      out[at++] = SAMPLE.value;
      if (stale[n] === 1) {
        out.writeUInt32LE(STALE_LOW, at);
        out.writeUInt32LE(STALE_HIGH, at + 4);
      } else {
        out.writeDoubleLE(values[n]!, at);
      }
      at += 8;
      out[at++] = SAMPLE.timestamp;
      at = writeVarint(out, at, timestampMs);
    }
  }
  return out;
}

/** What metrics mean, as one message, uncompressed. */
export const encodeMetadata = (metrics: readonly MetricDescription[]): Buffer =>
  Buffer.concat(
    metrics.map(({ name, type, help, unit }) =>
      field(
        REQUEST.metadata,
        Buffer.concat([
          Buffer.from([METADATA.type, Math.max(0, TYPES.indexOf(type))]),
          field(METADATA.name, name),
          field(METADATA.help, help),
          field(METADATA.unit, unit),
        ]),
      ),
    ),
  );
