import { ORPCError } from '@orpc/client';
import { describe, expect, it } from 'vitest';
import { quickQueries, selectorOf } from '../../../renderer/screens/explore/builder.ts';
import { graphRows, labelColumns, tableRows } from '../../../renderer/screens/explore/csv-rows.ts';
import { drawingsOf, fromZero } from '../../../renderer/screens/explore/drawing.ts';
import {
  aboutCount,
  estimateWords,
  isVeryMuch,
  readsMuchLess,
  together,
} from '../../../renderer/screens/explore/estimate.ts';
import { gridOf, liveEveryMs, stepOf } from '../../../renderer/screens/explore/grid.ts';
import { marksOf, tokenAt } from '../../../renderer/screens/explore/hints.ts';
import { commonLabels, filled, labelsText, namesOf } from '../../../renderer/screens/explore/names.ts';
import { noteText, problemOf } from '../../../renderer/screens/explore/problem.ts';
import { largerSteps, shorterRanges } from '../../../renderer/screens/explore/ways-out.ts';
import { toCsv } from '../../../renderer/components/csv.ts';
import type { ExploredGraph, ExploredTable, Metric } from '../../../shared/contract/index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const last = (durationMs: number) => ({ kind: 'last' as const, durationMs });

describe('the points of a graph', () => {
  it('are on multiples of the step: of five minutes from a day on', () => {
    expect(stepOf(last(HOUR), {}, {})).toBe(10_000);
    expect(stepOf(last(DAY), {}, {})).toBe(5 * MINUTE);
    expect(stepOf(last(DAY), { resolution: 'low' }, {})).toBe(15 * MINUTE);
    expect(stepOf(last(DAY), { resolution: 'high' }, {})).toBe(2 * MINUTE);
    expect(stepOf(last(HOUR), {}, { step: '5m' })).toBe(5 * MINUTE);
    expect(stepOf(last(DAY), {}, { step: '1m' })).toBe(5 * MINUTE);
  });

  it('cover the range, and end with the last whole step where it slides', () => {
    expect(gridOf(last(HOUR), 7_000_123, 5 * MINUTE)).toEqual({
      startMs: 3_300_000,
      endMs: 6_900_000,
      stepMs: 300_000,
    });
    expect(gridOf({ kind: 'between', fromMs: 301_000, toMs: 599_000 }, 0, 5 * MINUTE)).toEqual({
      startMs: 300_000,
      endMs: 600_000,
      stepMs: 300_000,
    });
  });

  it('are asked for again with the steps, within five seconds and a minute, and rarely where that takes long', () => {
    expect(liveEveryMs(1_000, 3)).toBe(5_000);
    expect(liveEveryMs(15_000, 3)).toBe(15_000);
    expect(liveEveryMs(5 * MINUTE, 3)).toBe(MINUTE);
    expect(liveEveryMs(10_000, 4_000)).toBe(40_000);
  });
});

describe('names', () => {
  it('are labels as PromQL writes them', () => {
    expect(labelsText({ __name__: 'up', job: 'a "b"\\' })).toBe('up{job="a \\"b\\"\\\\"}');
    expect(labelsText({ __name__: 'up' })).toBe('up');
    expect(labelsText({ __name__: 'http.requests', 'a.b': 'c' })).toBe('{"http.requests", "a.b"="c"}');
    expect(labelsText({})).toBe('{}');
  });

  it('fill a template, and leave nothing for what is not there', () => {
    expect(filled('{{ instance }}: {{device}}{{none}}', { instance: 'a', device: 'eth0' })).toBe('a: eth0');
  });

  it('leave out what all series have in common, but for the name of the metric', () => {
    const all = [
      { __name__: 'up', job: 'node', instance: 'a' },
      { __name__: 'up', job: 'node', instance: 'b' },
    ];
    expect(commonLabels(all)).toEqual({ __name__: 'up', job: 'node' });
    expect(commonLabels(all.slice(0, 1))).toEqual({});
    expect(namesOf(all, undefined)).toEqual(['up{instance="a"}', 'up{instance="b"}']);
    expect(namesOf(all.slice(0, 1), undefined)).toEqual(['up{job="node", instance="a"}']);
  });

  it('differ, whatever the template makes of them', () => {
    expect(namesOf([{ a: '1' }, { a: '2' }, { a: '' }], 'x')).toEqual(['x', 'x (2)', 'x (3)']);
    expect(namesOf([{}], undefined, 'count(up)')).toEqual(['count(up)']);
    expect(namesOf([{ a: '1' }, { b: '2' }], '{{a}}')).toEqual(['1', '{b="2"}']);
  });
});

const stats = { series: 1, samplesRead: 1, tookMs: 1 };
const graph = (startMs: number, stepMs: number, ...columns: (number | null)[][]): ExploredGraph => ({
  startMs,
  stepMs,
  steps: columns[0]?.length ?? 0,
  series: columns.map((values, n) => ({ labels: { __name__: 'up', n: String(n) }, values })),
  warnings: [],
  infos: [],
  stats,
});
const answered = (letter: string, unit: 'bytes' | 'count', of: ExploredGraph) => ({
  letter,
  expr: `query ${letter}`,
  legend: undefined,
  unit,
  graph: of,
});

const chartData = (...values: (number | null)[]) => ({
  ...graph(0, 1, values),
  sides: { in: 'in', out: 'out' },
  notes: [],
  series: [{ id: '', name: '', direction: null, other: false, values }],
});

describe('graphs', () => {
  it('share an axis where unit and step are the same', () => {
    const drawings = drawingsOf([
      answered('A', 'bytes', graph(0, 10, [1])),
      answered('B', 'count', graph(0, 10, [2])),
      answered('C', 'bytes', graph(0, 10, [3])),
      answered('D', 'bytes', graph(0, 20, [4])),
    ]);
    expect(drawings.map(({ letters, unit, expr }) => [letters, unit, expr])).toEqual([
      [['A', 'C'], 'bytes', undefined],
      [['B'], 'count', 'query B'],
      [['D'], 'bytes', 'query D'],
    ]);
    expect(drawings[0]?.picture.data.series.map(({ name }) => name)).toEqual(['A up{n="0"}', 'C up{n="0"}']);
  });

  it('of answers a step apart cover both, with gaps where one has nothing', () => {
    const [drawing] = drawingsOf([
      answered('A', 'count', graph(100, 10, [1, 2, 3])),
      answered('B', 'count', graph(110, 10, [4, null, 6])),
    ]);
    expect(drawing?.picture).toMatchObject({ fromMs: 100, toMs: 130 });
    expect(drawing?.picture.data).toMatchObject({ startMs: 100, stepMs: 10, steps: 4 });
    expect(drawing?.picture.data.series.map(({ values }) => values)).toEqual([
      [1, 2, 3, null],
      [null, 4, null, 6],
    ]);
  });

  it('begin at zero, unless that would flatten them', () => {
    expect(fromZero(chartData(10, 100), 'count')).toBe(true);
    expect(fromZero(chartData(61, 100), 'celsius')).toBe(false);
    expect(fromZero(chartData(61, 100), 'count')).toBe(true);
    expect(fromZero(chartData(1_700_000_000, 1_700_000_600), 'count')).toBe(false);
    expect(fromZero(chartData(61, 100), 'bps')).toBe(true);
    expect(fromZero(chartData(-5, 5), 'count')).toBe(true);
    expect(fromZero(chartData(0, 0), 'count')).toBe(true);
    expect(fromZero(chartData(null), 'count')).toBe(true);
  });
});

const table = (rows: ExploredTable['rows']): ExploredTable => ({
  type: 'vector',
  text: '',
  rows,
  total: rows.length,
  warnings: [],
  infos: [],
  stats,
});

describe('CSV', () => {
  it('of graphs has a row a time and a column a series, with gaps as empty cells and full precision', () => {
    const rows = graphRows([
      { letter: 'A', answer: graph(0, 1_000, [0.1 + 0.2, null]) },
      { letter: 'B', answer: graph(1_000, 1_000, [5]) },
    ]);
    expect(rows).toEqual([
      ['Time', 'A up{n="0"}', 'B up{n="0"}'],
      ['1970-01-01T00:00:00.000Z', '0.30000000000000004', ''],
      ['1970-01-01T00:00:01.000Z', '', '5'],
    ]);
    expect(toCsv(rows).split('\r\n')[0]).toBe('Time,"A up{n=""0""}","B up{n=""0""}"');
  });

  it('of tables has a column a label, the metric first, and defuses what a spreadsheet would run', () => {
    const rows = [
      { labels: { job: '=cmd()', __name__: 'up' }, timeMs: 0, value: 1 },
      { labels: { instance: 'a,b' }, timeMs: 0, value: '+Inf' as const },
    ];
    expect(labelColumns(rows)).toEqual(['__name__', 'instance', 'job']);
    expect(toCsv(tableRows([{ letter: 'A', answer: table(rows) }]))).toBe(
      'Time,__name__,instance,job,Value\r\n' +
        "1970-01-01T00:00:00.000Z,up,,'=cmd(),1\r\n" +
        `1970-01-01T00:00:00.000Z,,"a,b",,+Inf\r\n`,
    );
  });

  it('of several tables names the query, and has a string as its value', () => {
    const text: ExploredTable = { ...table([]), type: 'string', text: 'hello' };
    expect(
      tableRows([
        { letter: 'A', answer: table([]) },
        { letter: 'B', answer: text },
      ]),
    ).toEqual([
      ['Query', 'Time', 'Value'],
      ['B', '', 'hello'],
    ]);
  });
});

describe('what a query would read', () => {
  it('is said with as many digits as are sure', () => {
    expect([7, 4_321, 52_345_678, 1_234_000_000].map(aboutCount)).toEqual(['7', '4,300', '52 million', '1.2 billion']);
    expect(estimateWords({ series: 9_000, samples: 52_000_000 })).toBe(
      'This would read about 52 million samples of 9,000 series.',
    );
    expect(estimateWords({ series: 1, samples: 120_000_000 })).toBe(
      'This would read about 120 million samples of 1 series.',
    );
  });

  it('is very much by its samples or by its series; what nobody can tell is nothing', () => {
    expect(isVeryMuch({ series: 1, samples: 10_000_001 }, 10_000_000)).toBe(true);
    expect(isVeryMuch({ series: 20_001, samples: 1 }, 10_000_000)).toBe(true);
    expect(isVeryMuch({ series: 20_000, samples: 10_000_000 }, 10_000_000)).toBe(false);
    expect(together([{ series: 1, samples: 2 }, null, { series: 3, samples: 4 }])).toEqual({ series: 4, samples: 6 });
  });

  it('is asked in another way where that reads half of it at most', () => {
    const whole = { series: 22_000, samples: 6_100_000 };
    expect(readsMuchLess({ series: 22_000, samples: 3_050_000 }, whole)).toBe(true);
    expect(readsMuchLess({ series: 22_000, samples: 5_700_000 }, whole)).toBe(false);
    expect(readsMuchLess({ series: 0, samples: 0 }, whole)).toBe(false);
  });

  it('is less over a shorter range or with larger steps', () => {
    const asked = { queries: [{ expr: 'up' }], range: last(DAY), search: {} };
    expect(shorterRanges(asked).map(({ words }) => words)).toEqual([
      'Last 6 hours',
      'Last hour',
      'Last 15 minutes',
      'Last 5 minutes',
    ]);
    const [first] = shorterRanges({ ...asked, range: { kind: 'between', fromMs: 0, toMs: 2 * HOUR } });
    expect(first).toMatchObject({
      words: 'The last 1h of this range',
      asked: { range: { kind: 'between', fromMs: HOUR, toMs: 2 * HOUR } },
    });
    expect(largerSteps(asked)).toMatchObject([{ asked: { search: { resolution: 'low' } } }]);
    expect(largerSteps({ ...asked, search: { resolution: 'low' } })).toEqual([]);
    expect(largerSteps({ ...asked, search: { view: 'table' } })).toEqual([]);
  });
});

const checked = (metric: string, func: string) => ({
  ok: true as const,
  type: 'vector' as const,
  unit: null,
  selectors: [{ metric, func, start: 5, end: 5 + metric.length }],
});

describe('marks in the editor', () => {
  const metrics = new Map<string, Metric>(
    [
      { name: 'up', type: 'gauge' },
      { name: 'requests_total', type: 'counter' },
    ].map((one) => [one.name, { ...one, help: '', unit: '' }]),
  );

  it.each([
    ['sum(up', 6, 5, 6],
    ['sum(up  ', 8, 5, 6],
    ['up ++ down', 4, 4, 5],
    ['rate(up)', 5, 5, 7],
    ['{job="a b" x}', 11, 11, 12],
    ['{job="a b" x}', 5, 5, 10],
  ])('%s: the token at %i is %i to %i', (text, offset, from, to) =>
    expect(tokenAt(text, offset)).toEqual({ from, to }),
  );

  it('tell the mistake as a sentence, and nothing of an empty editor', () => {
    expect(marksOf('sum(up', { ok: false, message: 'unclosed left parenthesis', offset: 6 }, metrics)).toEqual([
      { from: 5, to: 6, severity: 'error', message: 'Unclosed left parenthesis.' },
    ]);
    expect(marksOf(' ', { ok: false, message: 'no expression found in input', offset: 1 }, metrics)).toEqual([]);
  });

  it('tell what is probably not meant', () => {
    expect(marksOf('rate(up[5m])', checked('up', 'rate'), metrics)).toMatchObject([
      { from: 5, to: 7, severity: 'warning', message: expect.stringContaining('up is a gauge') },
    ]);
    expect(marksOf('', checked('requests_total', 'deriv'), metrics)).toMatchObject([
      { message: expect.stringContaining('requests_total is a counter') },
    ]);
    expect(marksOf('', checked('upp', ''), metrics)).toMatchObject([
      { message: 'No metric is called upp in this time range.' },
    ]);
    expect(marksOf('', checked('requests_total', 'rate'), metrics)).toEqual([]);
    expect(marksOf('', checked('upp', ''), undefined)).toEqual([]);
  });
});

const firstQuery = (name: string, type: string) => quickQueries({ name, type }, new Map())[0]?.expr;

describe('queries made by choosing', () => {
  const chosen = new Map([
    ['instance', 'a"b'],
    ['a.b', 'c'],
  ]);
  it('select by the labels that were chosen, quoted where they must be', () => {
    expect(selectorOf('up', chosen)).toBe('up{instance="a\\"b", "a.b"="c"}');
    expect(selectorOf('up', new Map())).toBe('up');
    expect(selectorOf('http.requests', new Map())).toBe('{"http.requests"}');
  });

  it("begin with what is asked most of the metric's kind", () => {
    expect(firstQuery('requests_total', 'counter')).toBe('rate(requests_total[5m])');
    expect(firstQuery('seconds_bucket', 'counter')).toBe(
      'histogram_quantile(0.95, sum by (le) (rate(seconds_bucket[5m])))',
    );
    expect(firstQuery('up', 'gauge')).toBe('up');
  });
});

const failed = (message: string, type: string) =>
  problemOf(new ORPCError('QUERY_FAILED', { status: 422, message, data: { type } }));

describe('why there is no answer', () => {
  it('is told with what to try', () => {
    expect(failed('query timed out', 'timeout')).toMatchObject({
      message: 'The query took longer than 30 seconds and was stopped.',
      hint: expect.stringContaining('shorter time range'),
    });
    expect(
      failed('query processing would load too many samples into memory in query execution', 'execution').message,
    ).toBe('The query would read more samples than the engine holds.');
    expect(failed('many-to-many matching not allowed', 'execution')).toEqual({
      message: 'Many-to-many matching not allowed.',
      hint: '',
    });
  });

  it('remarks are said without what their mark says already', () => {
    expect(noteText('PromQL info: metric might not be a counter')).toBe('Metric might not be a counter');
    expect(noteText('PromQL warning: x')).toBe('X');
  });
});
