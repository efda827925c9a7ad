import { describe, expect, it } from 'vitest';
import { queryAnswer } from '../../../electron/engine/api/http/prometheus/query-answer.ts';
import type { QueryOutcome, QueryValue } from '../../../electron/engine/promql/index.ts';
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

async function piecesOf(what: QueryOutcome, limit = 0): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of queryAnswer(what, limit)) pieces.push(String(piece));
  return pieces;
}

const answerTo = async (what: QueryOutcome, limit = 0): Promise<string> => (await piecesOf(what, limit)).join('');

describe("a query's answer", () => {
  it.each<[string, QueryValue, string]>([
    ['scalar', { type: 'scalar', timeMs: 1_435_781_451_781, value: Infinity }, '[1435781451.781,"+Inf"]'],
    ['string', { type: 'string', timeMs: 0, value: 'a "b"' }, '[0,"a \\"b\\""]'],
    ['vector', { type: 'vector', samples: [] }, '[]'],
    [
      'vector',
      { type: 'vector', samples: [{ labels: Labels.of('up', { job: 'a' }), timeMs: 1_500, value: 0.5 }] },
      '[{"metric":{"__name__":"up","job":"a"},"value":[1.5,"0.5"]}]',
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
  ])("has Prometheus's shape: %s", async (resultType, value, result) => {
    expect(await answerTo(outcome(value))).toBe(
      `{"status":"success","data":{"resultType":"${resultType}","result":${result}}}`,
    );
  });

  it('carries warnings and infos where there are any', async () => {
    expect(await answerTo(outcome(vector(0), { warnings: ['w'], infos: ['i'] }))).toBe(
      '{"status":"success","data":{"resultType":"vector","result":[]},"warnings":["w"],"infos":["i"]}',
    );
  });

  it('says when a limit left series out, and not when all were there', async () => {
    expect(JSON.parse(await answerTo(outcome(vector(3)), 2))).toMatchObject({
      data: { result: [{ value: [0, '0'] }, { value: [0, '1'] }] },
      warnings: ['results truncated due to limit'],
    });
    expect(JSON.parse(await answerTo(outcome(vector(2)), 2))).not.toHaveProperty('warnings');
  });

  it('never stands in memory as one text: a large one comes in pieces', async () => {
    const pieces = await piecesOf(outcome(vector(10_000)));
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(40_000);
    expect((JSON.parse(pieces.join('')) as { data: { result: unknown[] } }).data.result).toHaveLength(10_000);
  });
});
