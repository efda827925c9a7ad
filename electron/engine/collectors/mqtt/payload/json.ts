// Metrics as JSON: `{name: value}`, one `{name, labels, value, timestamp}`, or a list of those.
import { malformed } from './types.ts';

/** Takes one sample; Unix ms, NaN where it has no time of its own. */
export type JsonSink = (name: string, labels: Readonly<Record<string, string>>, value: number, timeMs: number) => void;

/** What the payload says of whose it is; compared with its topic by the caller. */
export type JsonClaims = { readonly edgeId: string | undefined; readonly customerId: string | undefined };

const NO_LABELS: Readonly<Record<string, string>> = {};
const MAX_NAME = 1_024;
const MAX_LABELS = 64;
const MAX_ID = 256;
const MAX_VALUE = 4_096;
/** Later than this in seconds would be the year 5138, earlier in milliseconds 1973. */
const MILLISECONDS_FROM = 1e11;
// oxlint-disable-next-line no-control-regex -- control characters are what a name must not have
const CONTROL = /[\u0000-\u001f\u007f]/;

type Row = Readonly<Record<string, unknown>>;

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Of whom it is, told before its samples are read. */
export type JsonMetrics = JsonClaims & {
  /** Throws PayloadRefused. */
  readonly read: (sink: JsonSink) => void;
};

/** Throws PayloadRefused. */
export function parseJson(text: string): JsonMetrics {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text) as unknown;
  } catch {
    throw malformed('it is no JSON');
  }
  if (Array.isArray(parsed)) {
    const entries: readonly unknown[] = parsed;
    return {
      edgeId: undefined,
      customerId: undefined,
      read(sink) {
        for (const entry of entries) {
          if (!isRow(entry)) throw malformed('its list holds something else than {name, labels, value, timestamp}');
          readSample(entry, sink);
        }
      },
    };
  }
  if (!isRow(parsed)) throw malformed('it is neither an object nor a list');
  const row = parsed;
  return {
    edgeId: textOf(row, 'edge_id'),
    customerId: textOf(row, 'customer_id'),
    read: (sink) => (typeof row['name'] === 'string' ? readSample(row, sink) : readValues(row, sink)),
  };
}

function readSample(row: Row, sink: JsonSink): void {
  const { name, value, timestamp } = row;
  if (typeof name !== 'string') throw malformed('a sample has no name');
  sink(checkedName(name), labelsOf(row['labels']), numberOf(name, value), timeOf(timestamp));
}

/** `timestamp` beside the values is when they were measured. */
function readValues(row: Row, sink: JsonSink): void {
  const timeMs = timeOf(row['timestamp']);
  for (const [name, value] of Object.entries(row)) {
    if (name === 'timestamp' || name === 'edge_id' || name === 'customer_id') continue;
    sink(checkedName(name), NO_LABELS, numberOf(name, value), timeMs);
  }
}

function checkedName(name: string): string {
  if (name === '' || name.length > MAX_NAME || CONTROL.test(name) || !name.isWellFormed()) {
    throw malformed('a metric has no name that can be kept');
  }
  return name;
}

const SPECIAL: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  '+Inf': Infinity,
  Inf: Infinity,
  '-Inf': -Infinity,
};

function numberOf(name: string, value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const special = typeof value === 'string' && Object.hasOwn(SPECIAL, value) ? SPECIAL[value] : undefined;
  if (special === undefined) throw malformed(`the value of ${JSON.stringify(name.slice(0, 80))} is no number`);
  return special;
}

export function timeOf(value: unknown): number {
  if (value === undefined || value === null) return Number.NaN;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
    throw malformed('a timestamp is no number of seconds or milliseconds since 1970');
  }
  const timeMs = Math.round(value < MILLISECONDS_FROM ? value * 1_000 : value);
  if (!Number.isSafeInteger(timeMs)) throw malformed('a timestamp lies beyond all times');
  return timeMs;
}

function labelsOf(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return NO_LABELS;
  if (!isRow(value)) throw malformed('the labels of a sample are no mapping');
  const entries = Object.entries(value);
  if (entries.length > MAX_LABELS) throw malformed(`a sample has more than ${MAX_LABELS} labels`);
  return Object.fromEntries(
    entries.map(([name, label]): [string, string] => {
      const text = typeof label === 'number' || typeof label === 'boolean' ? String(label) : label;
      if (name === '' || name.length > MAX_NAME || name === '__name__' || CONTROL.test(name) || !name.isWellFormed()) {
        throw malformed('a label has no name that can be kept');
      }
      if (typeof text !== 'string' || text.length > MAX_VALUE || !text.isWellFormed()) {
        throw malformed(`the label ${JSON.stringify(name.slice(0, 80))} has no text as its value`);
      }
      return [name, text];
    }),
  );
}

function textOf(row: Row, key: string): string | undefined {
  const value = row[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') throw malformed(`its ${key} is no text`);
  if (value.length > MAX_ID || CONTROL.test(value) || !value.isWellFormed()) {
    throw malformed(`its ${key} cannot be kept`);
  }
  return value;
}
