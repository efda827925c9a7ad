// A remote write 1.0 message (prometheus.WriteRequest) as columns: each series' labels are handed over as their own bytes.
import { malformed, tooLarge } from './malformed.ts';
import { FIXED_64, LENGTH_DELIMITED, ProtoReader, VARINT } from './protobuf.ts';

export const MAX_SAMPLES = 100_000;
const MAX_METADATA = 10_000;

/** Field number * 8 + wire type, as they stand before each value. */
const bytesField = (field: number): number => field * 8 + LENGTH_DELIMITED;
const REQUEST = { timeseries: bytesField(1), metadata: bytesField(3) };
const SERIES = { labels: bytesField(1), samples: bytesField(2), exemplars: bytesField(3), histograms: bytesField(4) };
const SAMPLE = { value: 8 + FIXED_64, timestamp: 16 + VARINT };
const METADATA = { type: 8 + VARINT, name: bytesField(2), help: bytesField(4), unit: bytesField(5) };

/** The bits of Prometheus's staleness marker, 0x7ff0000000000002; read as whole numbers, since arithmetic may change a NaN. */
const STALE_HIGH = 0x7ff0_0000;
const STALE_LOW = 2;

export type MetadataEntry = {
  /** The number of MetricMetadata.MetricType. */
  readonly type: number;
  readonly name: string;
  readonly help: string;
  readonly unit: string;
};

export type WriteRequest = {
  /** One entry a sample; Unix ms. */
  readonly refs: number[];
  readonly times: number[];
  readonly values: number[];
  /** 1 = staleness marker. */
  readonly stale: number[];
  readonly metadata: MetadataEntry[];
  readonly exemplars: number;
  readonly histograms: number;
};

/**
 * `refOf` gets a series' label messages as they came, one byte a character, and how many samples follow; undefined
 * leaves them out. Throws LW_REMOTE_WRITE_MALFORMED or LW_REMOTE_WRITE_TOO_LARGE.
 */
export function decodeWriteRequest(
  bytes: Buffer,
  refOf: (labels: string, samples: number) => number | undefined,
): WriteRequest {
  const reader = new ProtoReader(bytes);
  const refs: number[] = [];
  const times: number[] = [];
  const values: number[] = [];
  const stale: number[] = [];
  const metadata: MetadataEntry[] = [];
  let exemplars = 0;
  let histograms = 0;

  const readSample = (): void => {
    let time = 0;
    let value = 0;
    let isStale = 0;
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
      if (tag === SAMPLE.value) {
        const at = reader.fixed64();
        isStale = bytes.readUInt32LE(at + 4) === STALE_HIGH && bytes.readUInt32LE(at) === STALE_LOW ? 1 : 0;
        value = isStale === 1 ? Number.NaN : bytes.readDoubleLE(at);
      } else if (tag === SAMPLE.timestamp) time = reader.int64();
      else reader.skip(tag & 7);
    }
    if (times.length >= MAX_SAMPLES) {
      throw tooLarge(`more than ${MAX_SAMPLES} samples`, 'Lower max_samples_per_send.');
    }
    times.push(time);
    values.push(value);
    stale.push(isStale);
  };

  const readSeries = (): void => {
    const first = times.length;
    let labels = '';
    // Neighbouring labels are taken as one piece.
    let from = -1;
    let to = -1;
    for (let start = reader.pos, tag = reader.tag(); tag !== 0; start = reader.pos, tag = reader.tag()) {
      if (tag === SERIES.labels) {
        reader.skip(LENGTH_DELIMITED);
        if (to !== start) {
          if (from >= 0) labels += bytes.toString('latin1', from, to);
          from = start;
        }
        to = reader.pos;
      } else if (tag === SERIES.samples) reader.message(readSample);
      else {
        if (tag === SERIES.exemplars) exemplars++;
        if (tag === SERIES.histograms) histograms++;
        reader.skip(tag & 7);
      }
    }
    if (from >= 0) labels += bytes.toString('latin1', from, to);
    const count = times.length - first;
    if (count === 0) return;
    const ref = refOf(labels, count);
    if (ref === undefined) {
      times.length = first;
      values.length = first;
      stale.length = first;
      return;
    }
    for (let i = 0; i < count; i++) refs.push(ref);
  };

  const readMetadata = (): void => {
    const entry = { type: 0, name: '', help: '', unit: '' };
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
      if (tag === METADATA.type) entry.type = reader.uint();
      else if (tag === METADATA.name) entry.name = text(reader);
      else if (tag === METADATA.help) entry.help = text(reader);
      else if (tag === METADATA.unit) entry.unit = text(reader);
      else reader.skip(tag & 7);
    }
    if (entry.name !== '' && metadata.length < MAX_METADATA) metadata.push(entry);
  };

  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === REQUEST.timeseries) reader.message(readSeries);
    else if (tag === REQUEST.metadata) reader.message(readMetadata);
    else if (tag >> 3 === 1) throw malformed('its time series are no messages');
    else reader.skip(tag & 7);
  }
  return { refs, times, values, stale, metadata, exemplars, histograms };
}

function text(reader: ProtoReader): string {
  const end = reader.fieldEnd();
  const value = reader.bytes.toString('utf8', reader.pos, end);
  reader.pos = end;
  return value;
}
