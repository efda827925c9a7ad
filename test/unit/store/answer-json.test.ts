// Answers as the reader thread encodes them: byte for byte what Prometheus's clients read.
import { describe, expect, test } from 'vitest';
import { formatValue, type QueryOutcome, type QueryValue } from '../../../electron/engine/promql/index.ts';
import { answerJson } from '../../../electron/engine/store/metrics/reader/json/answer-json.ts';
import { HeldAnswers } from '../../../electron/engine/store/metrics/reader/json/held-answers.ts';
import { writeSeconds, writeValue } from '../../../electron/engine/store/metrics/reader/json/number-bytes.ts';
import { Labels } from '../../../shared/model/labels.ts';

const outcome = (value: QueryValue, notes: Partial<QueryOutcome> = {}): QueryOutcome => ({
  value,
  warnings: [],
  infos: [],
  samplesRead: 0,
  ...notes,
});

const vector = (count: number): QueryValue => ({
  type: 'vector',
  samples: Array.from({ length: count }, (_, n) => ({ labels: Labels.of('x', { n: String(n) }), timeMs: 0, value: n })),
});

const ALL = { limit: 0, stats: undefined };
const text = (pieces: Iterable<Uint8Array>): string => Buffer.concat([...pieces]).toString('utf8');
const answerTo = (what: QueryOutcome, limit = 0): string => text(answerJson(what, { ...ALL, limit }));

const out = new Uint8Array(64);
const valueText = (n: number): string => text([out.subarray(0, writeValue(out, 0, n))]);
const secondsText = (timeMs: number): string => text([out.subarray(0, writeSeconds(out, 0, timeMs))]);

describe("a query's answer", () => {
  test.each<[string, QueryValue, string]>([
    ['scalar', { type: 'scalar', timeMs: 1_435_781_451_781, value: Infinity }, '[1435781451.781,"+Inf"]'],
    ['string', { type: 'string', timeMs: 0, value: 'a "b"' }, '[0,"a \\"b\\""]'],
    ['vector', { type: 'vector', samples: [] }, '[]'],
    [
      'vector',
      { type: 'vector', samples: [{ labels: Labels.of('up', { job: 'a' }), timeMs: 1_500, value: 0.5 }] },
      '[{"metric":{"__name__":"up","job":"a"},"value":[1.5,"0.5"]}]',
    ],
    [
      'vector',
      { type: 'vector', samples: [{ labels: Labels.of('a', { b: 'Küche "3" \u{1F600}\\' }), timeMs: 0, value: -1 }] },
      '[{"metric":{"__name__":"a","b":"Küche \\"3\\" \u{1F600}\\\\"},"value":[0,"-1"]}]',
    ],
    [
      'matrix',
      {
        type: 'matrix',
        series: [
          { labels: Labels.EMPTY, timestamps: Float64Array.of(0, 5_000), values: Float64Array.of(1, Number.NaN) },
          { labels: Labels.of('b'), timestamps: Float64Array.of(5_000), values: Float64Array.of(2) },
        ],
      },
      '[{"metric":{},"values":[[0,"1"],[5,"NaN"]]},{"metric":{"__name__":"b"},"values":[[5,"2"]]}]',
    ],
  ])("has Prometheus's shape: %s", (resultType, value, result) => {
    expect(answerTo(outcome(value))).toBe(
      `{"status":"success","data":{"resultType":"${resultType}","result":${result}}}`,
    );
  });

  test('carries what the query cost, warnings and infos where there are any', () => {
    const noted = outcome(vector(0), { warnings: ['w'], infos: ['i'] });
    expect(text(answerJson(noted, { limit: 0, stats: { samples: 3 } }))).toBe(
      '{"status":"success","data":{"resultType":"vector","result":[],"stats":{"samples":3}},"warnings":["w"],"infos":["i"]}',
    );
  });

  test('says when a limit left series out, and not when all were there', () => {
    expect(JSON.parse(answerTo(outcome(vector(3)), 2))).toMatchObject({
      data: { result: [{ value: [0, '0'] }, { value: [0, '1'] }] },
      warnings: ['results truncated due to limit'],
    });
    expect(JSON.parse(answerTo(outcome(vector(2)), 2))).not.toHaveProperty('warnings');
  });

  test('comes in pieces when it is large, each its own buffer, and whole again when they are joined', () => {
    const timestamps = Float64Array.from({ length: 11_000 }, (_, i) => 1_795_082_400_000 + i * 15_000);
    const series = Array.from({ length: 40 }, (_, n) => ({
      labels: Labels.of('x', { n: String(n) }),
      timestamps,
      values: timestamps.map((_time, i) => i / 7 + n),
    }));
    const pieces = [...answerJson(outcome({ type: 'matrix', series }), ALL)];
    expect(pieces.length).toBeGreaterThan(10);
    // A piece ends after the run of points that filled it.
    for (const piece of pieces) expect(piece.buffer.byteLength).toBeLessThan(1_400_000);
    const parsed = JSON.parse(text(pieces)) as { data: { result: { values: [number, string][] }[] } };
    expect(parsed.data.result).toHaveLength(40);
    for (const [n, { values }] of parsed.data.result.entries()) {
      expect(values).toHaveLength(11_000);
      expect(values[7_001]).toEqual([1_795_082_400 + 7_001 * 15, formatValue(7_001 / 7 + n)]);
    }
  });
});

describe('held answers', () => {
  const large = outcome({
    type: 'matrix',
    series: Array.from({ length: 200 }, (_, n) => ({
      labels: Labels.of('x', { n: String(n) }),
      timestamps: Float64Array.from({ length: 1_000 }, (_unused, i) => i),
      values: new Float64Array(1_000).fill(1 / 3),
    })),
  });

  test('give the pieces in order, and end', () => {
    const held = new HeldAnswers();
    let piece = held.begin(large, ALL);
    const pieces = [piece.bytes];
    while (piece.answer !== undefined) {
      piece = held.next(piece.answer);
      pieces.push(piece.bytes);
    }
    expect(pieces.length).toBeGreaterThan(2);
    expect(text(pieces)).toBe(text(answerJson(large, ALL)));
  });

  test('are told apart, and gone once dropped', () => {
    const held = new HeldAnswers();
    const a = held.begin(large, ALL).answer ?? -1;
    const b = held.begin(large, ALL).answer ?? -1;
    expect(a).not.toBe(b);
    held.drop(a);
    expect(() => held.next(a)).toThrow('fetched too slowly');
    expect(held.next(b).bytes.length).toBeGreaterThan(0);
  });

  test('are none where one piece is all', () => {
    expect(new HeldAnswers().begin(outcome(vector(2)), ALL).answer).toBeUndefined();
  });
});

describe('numbers as bytes', () => {
  test.each([
    [0, '0'],
    [-0, '-0'],
    [7, '7'],
    [-42, '-42'],
    [123_456_789_012, '123456789012'],
    [999_999_999_999_999, '999999999999999'],
    [1e15, '1000000000000000'],
    [1e20, '100000000000000000000'],
    [1e21, '1e+21'],
    [0.5, '0.5'],
    [-21.37, '-21.37'],
    [100.001, '100.001'],
    [0.1 + 0.2, '0.30000000000000004'],
    [1 / 3, '0.3333333333333333'],
    [200 / 3, '66.66666666666667'],
    [0.000001, '0.000001'],
    [0.000001234, '0.000001234'],
    [9.99e-7, '9.99e-07'],
    [5e-324, '5e-324'],
    [4.35, '4.35'],
    [123_456.789_012_345_6, '123456.7890123456'],
    [Number.NaN, 'NaN'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
  ])('%d', (n, wanted) => {
    expect(valueText(n)).toBe(wanted);
  });

  test('are what formatValue writes, for numbers of every kind', () => {
    let state = 99;
    const random = (): number => {
      state = (state + 0x6d_2b_79_f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    };
    const doubles = new Float64Array(1);
    const words = new Uint32Array(doubles.buffer);
    const anyDouble = (): number => {
      words[0] = random() * 2 ** 32;
      words[1] = random() * 2 ** 32;
      return doubles[0] ?? 0;
    };
    const decimal = (): number =>
      Math.round(random() * 10 ** Math.floor(random() * 17)) / 10 ** Math.floor(random() * 20);
    const neighbour = (): number => {
      doubles[0] = decimal();
      words[0] = (words[0] ?? 0) + (random() < 0.5 ? 1 : -1);
      return doubles[0];
    };
    const kinds = [
      anyDouble,
      decimal,
      neighbour,
      () => (random() * 1e9) / 285,
      () => (random() - 0.5) * 10 ** Math.floor(random() * 24 - 8),
      () => Math.floor(random() * 2 ** 60) * 2 ** -Math.floor(random() * 80),
    ];
    const wrong: number[] = [];
    for (let i = 0; i < 50_000; i++) {
      for (const kind of kinds) {
        const n = kind();
        if (valueText(n) !== formatValue(n)) wrong.push(n);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('times are seconds with the milliseconds that are not zero', () => {
    expect([0, 1, 1_500, 1_435_781_451_781, 1_795_082_400_000, 60_010, -1_500, 0.5].map(secondsText)).toEqual([
      '0',
      '0.001',
      '1.5',
      '1435781451.781',
      '1795082400',
      '60.01',
      '-1.5',
      '0.0005',
    ]);
  });

  test('times beside each other, with the same leading digits and with others', () => {
    const times = [999_999_999_000, 1e12, 1_000_009_999_000, 1_000_010_000_000, 1_795_082_400_000, 1_795_082_407_500];
    expect([...times, 1_795_090_001_000, 9_999_999_999_000, 1e13].map(secondsText)).toEqual([
      '999999999',
      '1000000000',
      '1000009999',
      '1000010000',
      '1795082400',
      '1795082407.5',
      '1795090001',
      '9999999999',
      '10000000000',
    ]);
  });
});
