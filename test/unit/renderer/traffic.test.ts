// The traffic screens' address, their ways in and back, their graphs and their map: values in, values out.
import { describe, expect, it } from 'vitest';
import { flowSteps } from '../../../renderer/app/data/flows.ts';
import { withGhosts } from '../../../renderer/charts/overlay.ts';
import { easedEnds } from '../../../renderer/charts/y-range.ts';
import { csvRows } from '../../../renderer/screens/traffic/csv-rows.ts';
import { overlayOf, pictureOf } from '../../../renderer/screens/traffic/drawing.ts';
import { NOBODY, steady } from '../../../renderer/screens/traffic/live/steady.ts';
import { dataOf } from '../../../renderer/screens/traffic/live/moving.ts';
import { connected, layOut, neighbour } from '../../../renderer/screens/traffic/sankey/layout.ts';
import { both, goBack, goInto, readTrafficSearch, without } from '../../../renderer/screens/traffic/search.ts';
import { changeWords } from '../../../renderer/screens/traffic/share.tsx';
import { topRows } from '../../../renderer/screens/traffic/top-table.tsx';
import type { FlowAnswer, FlowKey, FlowKeyValue, FlowSankey } from '../../../shared/model/flow-question.ts';

const MINUTE = 60_000;

const key = (kind: FlowKey, value: string, label = value, detail = ''): FlowKeyValue => ({
  kind,
  value,
  label,
  detail,
  deviceId: null,
  filter: `${kind} ${value}`,
});

const sums = (bytes: number) => ({ bytes, packets: bytes / 100, flows: bytes / 1_000 });
const both100 = (into: number, out: number) => ({ ...sums(into + out), in: sums(into), out: sums(out) });
const rates = (avg: number) => ({ avg, max: 2 * avg, last: avg, p95: 1.5 * avg });
const measured = (seriesIn: number[], seriesOut: number[]) => ({
  ...both100(60 * seriesIn.reduce((a, b) => a + b, 0), 60 * seriesOut.reduce((a, b) => a + b, 0)),
  rates: rates(15),
  ratesIn: rates(10),
  ratesOut: rates(5),
  seriesIn,
  seriesOut,
});

const answer: FlowAnswer = {
  startMs: 600_000,
  endMs: 720_000,
  stepMs: MINUTE,
  firstStepMs: 600_000,
  resolutionMs: MINUTE,
  isExact: true,
  notes: [],
  total: { ...measured([30, 50], [3, 5]), previous: both100(2_400, 240) },
  rows: [
    {
      keys: [key('host', '10.0.0.20', 'nas', '10.0.0.20')],
      ...measured([20, 30], [2, 3]),
      previous: both100(1_000, 0),
    },
    { keys: [key('host', '10.0.1.20', 'nas', '10.0.1.20')], ...measured([5, 10], [0, 1]), previous: null },
  ],
  other: measured([5, 10], [1, 1]),
  groups: 7,
  isGroupsCapped: false,
  stats: { rowsRead: 1, blocksRead: 1, tookMs: 1 },
};

describe('the address of the traffic screens', () => {
  it('is read back as it was written, and defaults are left out', () => {
    const search = {
      tab: 'map',
      by: 'host,service',
      measure: 'flows',
      filter: 'host 10.0.0.20',
      exporter: 'core',
      top: 15,
      previous: true,
      p95: true,
      trail: [{ by: 'service', filter: '', into: 'https' }],
    };
    expect(readTrafficSearch(search)).toEqual(search);
    expect(readTrafficSearch({ tab: 'overview', by: 'service', measure: 'bytes', top: 8, filter: '' })).toEqual({});
  });

  it('drops what is malformed', () => {
    expect(
      readTrafficSearch({
        tab: 'nowhere',
        by: 'colour,host',
        top: 7,
        filter: 'x'.repeat(5_000),
        trail: [1, { into: 3 }],
      }),
    ).toEqual({ by: 'host', trail: [{ by: 'service', filter: '', into: '3' }] });
  });
});

describe('going into a row', () => {
  it('adds it to the filter and asks what comes next', () => {
    const https = { keys: ['service' as const], filter: 'service tcp/443', words: 'https' };
    const first = goInto({}, https);
    expect(first).toEqual({
      by: 'local',
      filter: 'service tcp/443',
      trail: [{ by: 'service', filter: '', into: 'https' }],
    });
    // The service is settled: a host's next question is who is at the other end.
    const second = goInto(first, { keys: ['local'], filter: 'local 10.0.0.20', words: 'nas' });
    expect(second.by).toBe('peer');
    expect(second.filter).toBe('service tcp/443 and local 10.0.0.20');
    expect(goBack(second, 1)).toEqual(first);
    expect(goBack(second, 0)).toEqual({});
  });

  it('puts alternatives in brackets', () => {
    expect(both('host a or host b', 'service 53')).toBe('(host a or host b) and service 53');
    expect(without('', 'host a')).toBe('not (host a)');
    // "or" within a word is no alternative.
    expect(both('exporter core', 'service 53')).toBe('exporter core and service 53');
  });
});

describe('the span that is asked', () => {
  it('ends with the last minute that is told in full', () => {
    // 14:04:10 of some day: what was sent after 14:03 may still be on its way.
    const nowMs = Date.UTC(2026, 0, 5, 14, 4, 10);
    expect(flowSteps({ kind: 'last', durationMs: 3_600_000 }, nowMs)).toEqual({
      startMs: Date.UTC(2026, 0, 5, 13, 3),
      endMs: Date.UTC(2026, 0, 5, 14, 3),
      stepMs: MINUTE,
    });
  });

  it('covers a chosen range, one minute at least', () => {
    const fromMs = Date.UTC(2026, 0, 5, 14, 0, 30);
    expect(flowSteps({ kind: 'between', fromMs, toMs: fromMs + 1_000 }, 0)).toEqual({
      startMs: Date.UTC(2026, 0, 5, 14, 0),
      endMs: Date.UTC(2026, 0, 5, 14, 1),
      stepMs: MINUTE,
    });
  });
});

describe('an answer as a graph', () => {
  it('has bits above and below the axis, and names that are told apart', () => {
    const { data } = pictureOf(answer, 'bytes');
    expect(data.series.map(({ name, direction, other, values }) => [name, direction, other, values])).toEqual([
      ['nas', 'in', false, [160, 240]],
      ['nas (10.0.1.20)', 'in', false, [40, 80]],
      ['other', 'in', true, [40, 80]],
      ['nas', 'out', false, [16, 24]],
      ['nas (10.0.1.20)', 'out', false, [0, 8]],
      ['other', 'out', true, [8, 8]],
    ]);
    expect(pictureOf(answer, 'packets').data.series[0]?.values).toEqual([20, 30]);
  });

  it('has the time axis that was asked for, though less is stored', () => {
    const asked = { startMs: 0, endMs: 720_000, stepMs: MINUTE };
    const { fromMs, toMs, data } = pictureOf(answer, 'bytes', asked);
    expect([fromMs, data.startMs, toMs]).toEqual([0, 600_000, 660_000]);
  });

  it('lays the span before over it, and p95 as lines on both sides', () => {
    const previous = { ...answer, startMs: 480_000, firstStepMs: 480_000, endMs: 600_000 };
    const overlay = overlayOf({ answer, previous, measure: 'bytes', withP95: true });
    expect(overlay.ghosts?.map(({ direction, startMs, values }) => [direction, startMs, values])).toEqual([
      ['in', 600_000, [240, 400]],
      ['out', 600_000, [24, 40]],
    ]);
    expect(overlay.thresholds.map(({ words, at }) => [words, at([])])).toEqual([
      ['p95 in 120\u00a0b/s', 120],
      ['p95 out 60\u00a0b/s', -60],
    ]);
    expect(withGhosts(overlay.ghosts ?? [], -8, 100)).toEqual([-40, 400]);
  });

  it('has shares of what was carried, and the rest as a row', () => {
    const rows = topRows(answer, 'bytes');
    // 88 B/s over two minutes in all; 55, 16 and 17 of them.
    expect(rows.map(({ name, bytes, share }) => [name, bytes, share.toFixed(1)])).toEqual([
      ['nas', 3_300, '62.5'],
      ['nas (10.0.1.20)', 960, '18.2'],
      ['other', 1_020, '19.3'],
    ]);
  });

  it('is a file with names and addresses, in base units', () => {
    const rows = csvRows(answer, ['host']);
    expect(rows[0]?.slice(0, 4)).toEqual(['host', 'host_name', 'bytes', 'packets']);
    expect(rows[1]?.slice(0, 3)).toEqual(['10.0.0.20', 'nas', '3300']);
    expect(rows.map(([name]) => name)).toEqual(['host', '10.0.0.20', '10.0.1.20', 'other', 'total']);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([12]));
  });
});

it('says how something has changed', () => {
  expect([
    changeWords(112, 100),
    changeWords(50, 100),
    changeWords(1_400, 100),
    changeWords(5, 0),
    changeWords(1, 1),
  ]).toEqual(['+12\u00a0%', '−50\u00a0%', '×14', 'new', 'same']);
});

const live = (...names: string[]) =>
  names.map((name) => ({ keys: [key('host', name)], ...both100(1, 1), seriesIn: [3], seriesOut: [1] }));

describe('the live view', () => {
  it('keeps everybody at his place until it is time, and gives a place that is free to the largest', () => {
    const first = steady(NOBODY, live('a', 'b', 'c'), 2, 0);
    expect(first.ids).toEqual(['a', 'b']);
    expect(steady(first, live('c', 'b', 'a'), 2, 1_000)).toBe(first);
    expect(steady(first, live('c', 'b'), 2, 1_000).ids).toEqual(['c', 'b']);
    expect(steady(first, live('c', 'b', 'a'), 2, 6_000).ids).toEqual(['c', 'b']);
  });

  it('comes to rest where nobody sends anything', () => {
    expect(steady(NOBODY, [], 2, 1_000)).toBe(NOBODY);
    const gone = steady(steady(NOBODY, live('a'), 2, 0), [], 2, 7_000);
    expect(gone.ids).toEqual([]);
    expect(steady(gone, [], 2, 7_000)).toBe(gone);
  });

  it('has what is not shown as the rest, and never less than nothing', () => {
    const rows = live('a', 'b');
    const data = dataOf(
      { atMs: 10_000, problem: null, totalIn: [10], totalOut: [0], rows },
      { ids: ['b'], orderedMs: 0 },
    );
    expect(data.startMs).toBe(10_000);
    expect(data.series.map(({ name, values }) => [name, values])).toEqual([
      ['b', [24]],
      ['other', [56]],
      ['b', [8]],
      ['other', [0]],
    ]);
  });

  it('comes to a new axis by and by, and arrives', () => {
    let ends: [number, number] = [0, 100];
    ends = easedEnds(ends, [0, 200]);
    expect(ends).toEqual([0, 112]);
    for (let frame = 0; frame < 60; frame++) ends = easedEnds(ends, [0, 200]);
    expect(ends).toEqual([0, 200]);
  });
});

const node = (id: string, column: 0 | 1 | 2, bytes: number, isOther = false): FlowSankey['nodes'][number] => ({
  id,
  column,
  key: isOther ? null : key('host', id),
  ...both100(bytes, 0),
});
const map: FlowSankey = {
  startMs: 0,
  endMs: MINUTE,
  resolutionMs: MINUTE,
  isExact: true,
  notes: [],
  total: both100(1_000, 0),
  nodes: [
    node('rest', 0, 700, true),
    node('nas', 0, 300),
    node('https', 1, 900),
    node('dns', 1, 100),
    node('cloud', 2, 1_000),
  ],
  links: [
    { source: 'rest', target: 'https', ...both100(700, 0) },
    { source: 'nas', target: 'https', ...both100(200, 0) },
    { source: 'nas', target: 'dns', ...both100(100, 0) },
    { source: 'https', target: 'cloud', ...both100(900, 0) },
    { source: 'dns', target: 'cloud', ...both100(100, 0) },
  ],
};

describe('the flow map', () => {
  const picture = layOut(map, 'bytes', 1_000);
  const at = (id: string) => picture.nodes.find((placed) => placed.id === id);

  it('has its columns from left to right, the rest below, and colours by service', () => {
    expect([at('nas')?.column, at('https')?.column, at('cloud')?.column]).toEqual([0, 1, 2]);
    expect((at('nas')?.x ?? 0) < (at('https')?.x ?? 0) && (at('https')?.x ?? 0) < (at('cloud')?.x ?? 0)).toBe(true);
    expect((at('rest')?.y ?? 0) > (at('nas')?.y ?? 0)).toBe(true);
    expect([at('https')?.colour, at('dns')?.colour, at('rest')?.colour]).toEqual([0, 1, null]);
    expect(picture.links.find(({ id }) => id === 'nas dns')?.colour).toBe(1);
  });

  it('leaves each label a line of its own, however small its box is', () => {
    const many: FlowSankey = {
      ...map,
      nodes: [node('cloud', 2, 60), node('https', 1, 60), ...Array.from({ length: 30 }, (_, i) => node(`h${i}`, 0, 2))],
      links: [
        { source: 'https', target: 'cloud', ...both100(60, 0) },
        ...Array.from({ length: 30 }, (_, i) => ({ source: `h${i}`, target: 'https', ...both100(2, 0) })),
      ],
    };
    const middles = layOut(many, 'bytes', 900)
      .nodes.filter(({ column }) => column === 0)
      .map(({ y, height }) => y + height / 2)
      .toSorted((a, b) => a - b);
    const closest = Math.min(...middles.slice(1).map((y, index) => y - (middles[index] ?? 0)));
    expect(closest).toBeGreaterThanOrEqual(16);
  });

  it('is walked with the arrow keys', () => {
    expect(neighbour(picture.nodes, 'nas', 'ArrowDown')).toBe('rest');
    expect(neighbour(picture.nodes, 'nas', 'ArrowUp')).toBeUndefined();
    expect(neighbour(picture.nodes, 'cloud', 'ArrowLeft')).toBe('https');
    expect(neighbour(picture.nodes, 'cloud', 'ArrowRight')).toBeUndefined();
  });

  it('shows what hangs together', () => {
    expect([...connected(picture, 'nas')].toSorted()).toEqual(['dns', 'https', 'nas', 'nas dns', 'nas https']);
  });
});
