import fastify from 'fastify';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { topTable } from '../../../electron/cli/flow-table.ts';
import { registerFlows } from '../../../electron/engine/api/http/flows.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { seriesCsv, topCsv } from '../../../shared/model/flow-csv.ts';
import { flowAnswerSchema } from '../../../shared/model/flow-question.ts';
import type { FlowAnswer, FlowQuestion } from '../../../shared/model/flow-question.ts';
import { createLogger } from '../../../electron/engine/telemetry/index.ts';

const sums = (bytes: number) => ({ bytes, packets: 2, flows: 1 });
const rates = { avg: 10, max: 20, last: 5, p95: 20 };
const measured = (into: number, out: number) => ({
  ...sums(into + out),
  in: sums(into),
  out: sums(out),
  rates,
  ratesIn: rates,
  ratesOut: rates,
  seriesIn: [into / 60, 0],
  seriesOut: [out / 60, 0],
});
const ANSWER: FlowAnswer = {
  startMs: 600_000,
  endMs: 720_000,
  stepMs: 60_000,
  firstStepMs: 600_000,
  resolutionMs: 60_000,
  isExact: true,
  notes: [],
  total: { ...measured(1_800, 600), previous: null },
  rows: [
    {
      keys: [
        {
          kind: 'host',
          value: '10.0.0.5',
          label: 'nas, =old',
          detail: '10.0.0.5',
          deviceId: null,
          filter: 'host = 10.0.0.5',
        },
      ],
      ...measured(1_200, 600),
      previous: null,
    },
  ],
  other: measured(600, 0),
  groups: 4,
  isGroupsCapped: false,
  stats: { rowsRead: 4, blocksRead: 1, tookMs: 1 },
};

describe('as CSV', () => {
  it('has a row a group and the rest last', () => {
    expect(topCsv(ANSWER, ['host'])).toBe(
      [
        'host,host_name,bytes,packets,flows,bytes_in,bytes_out,avg_per_second,max_per_second,last_per_second,p95_per_second',
        '10.0.0.5,"nas, =old",1800,2,1,1200,600,10,20,5,20',
        'other,,600,2,1,600,0,10,20,5,20',
        '',
      ].join('\r\n'),
    );
  });

  it('has a row a step and group', () => {
    expect(seriesCsv(ANSWER, ['host'], 'bytes').split('\r\n').slice(0, 3)).toEqual([
      'time,host,host_name,bytes_in_per_second,bytes_out_per_second',
      '1970-01-01T00:10:00.000Z,10.0.0.5,"nas, =old",20,10',
      '1970-01-01T00:10:00.000Z,other,,10,0',
    ]);
  });
});

describe('as a table', () => {
  it('has shares of all groups, rates in bits, and the time', () => {
    expect(topTable(ANSWER, { by: ['host'], measure: 'bytes' }).split('\n')).toEqual([
      'host                     bytes  packets  flows        in    out     avg      max      p95  share',
      'nas, =old (10.0.0.5)  1.76 KiB        2      1  1.17 KiB  600 B  80 b/s  160 b/s  160 b/s  75.0%',
      'other                    600 B        2      1     600 B    0 B  80 b/s  160 b/s  160 b/s  25.0%',
      '',
      '1970-01-01T00:10:00.000Z to 1970-01-01T00:12:00.000Z: 2.34 KiB in all, 4 groups',
      '',
    ]);
  });

  it('has what it was before in the table where that was asked', () => {
    const was = { ...sums(1_024), in: sums(1_024), out: sums(0) };
    const rows = ANSWER.rows.map((row) => ({ ...row, previous: was }));
    const compared = { ...ANSWER, total: { ...ANSWER.total, previous: was }, rows };
    const [header, first, other] = topTable(compared, { by: ['host'], measure: 'bytes' }).split('\n');
    expect(header).toMatch(/ share {4}before$/);
    expect(first).toMatch(/ 75\.0% {2}1\.00 KiB$/);
    expect(other).toMatch(/ 25\.0%$/);
  });
});

describe('GET /api/v1/flows', () => {
  const app = fastify();
  const ask = vi.fn<(question: FlowQuestion, signal?: AbortSignal) => Promise<FlowAnswer>>(() =>
    Promise.resolve(ANSWER),
  );
  registerFlows(app, { questions: { ask }, logger: createLogger('silent') });
  afterEach(() => ask.mockClear());
  const get = async (query: string) => {
    const { statusCode, body, headers } = await app.inject({ url: `/api/v1/flows?${query}` });
    return { status: statusCode, body, type: headers['content-type'] };
  };

  it('asks what the parameters say, and answers JSON', async () => {
    const filter = encodeURIComponent('service https');
    const { status, body } = await get(
      `start=600&end=1970-01-01T00:12:00Z&by=local,service&measure=packets&limit=5&step=2m&series=true&compare=previous&exporter=core&filter=${filter}`,
    );
    expect(status).toBe(200);
    expect(flowAnswerSchema.parse(JSON.parse(body).data)).toEqual(ANSWER);
    expect(ask.mock.calls[0]?.[0]).toEqual({
      startMs: 600_000,
      endMs: 720_000,
      by: ['local', 'service'],
      measure: 'packets',
      limit: 5,
      stepMs: 120_000,
      series: true,
      compare: 'previous',
      exporter: 'core',
      filter: 'service https',
    });
  });

  it('answers CSV', async () => {
    const { body, type } = await get('start=600&end=720&format=csv');
    expect(type).toBe('text/csv; charset=utf-8');
    expect(body).toBe(topCsv(ANSWER, ['host']));
    expect((await get('start=600&end=720&format=csv&series=true')).body).toBe(seriesCsv(ANSWER, ['host'], 'bytes'));
  });

  it.each([
    [new LinewardenError('LW_FLOWS_FILTER', 'There is no ( for this ).'), 400, 'bad_data'],
    [new LinewardenError('LW_FLOWS_TIMEOUT', 'The question took too long and was ended.'), 503, 'timeout'],
    [new LinewardenError('LW_FLOWS_STORE_FAILED', 'The stored flows cannot be reached.'), 422, 'execution'],
  ])('tells whose fault it is: %s', async (error, status, errorType) => {
    ask.mockRejectedValueOnce(error);
    const answer = await get('start=600&end=720');
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ status: 'error', errorType, error: error.message });
  });

  it.each([
    ['', 'start'],
    ['start=600&by=colour', 'by.0'],
    ['start=600&limit=0', 'limit'],
    ['start=600&limit=many', 'limit'],
    ['start=600&format=xml', 'format'],
    ['start=600&step=never', 'step'],
    ['start=600&fitler=x', 'fitler'],
  ])('refuses "%s" with the name of the parameter', async (query, name) => {
    const { status, body } = await get(query);
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ status: 'error', errorType: 'bad_data' });
    expect(JSON.parse(body).error).toContain(`invalid parameter "${name}"`);
    expect(ask).not.toHaveBeenCalled();
  });

  it.each([
    ['LW_FLOWS_FILTER', 400, 'bad_data'],
    ['LW_FLOWS_TIMEOUT', 503, 'timeout'],
    ['LW_FLOWS_NOT_STORED', 422, 'execution'],
  ] as const)('answers %s with %i', async (code, expected, type) => {
    ask.mockRejectedValueOnce(new LinewardenError(code, 'It is so.', { hint: 'Do this.' }));
    const { status, body } = await get('start=600&end=720');
    expect(status).toBe(expected);
    expect(JSON.parse(body)).toEqual({ status: 'error', errorType: type, error: 'It is so. Do this.' });
  });
});
