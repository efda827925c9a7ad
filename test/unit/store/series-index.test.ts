// The index must find exactly the series that the matchers, tried one by one, would keep.
import { describe, expect, test } from 'vitest';
import { compileMatcher, type LabelMatcher } from '../../../electron/engine/promql/index.ts';
import { SeriesIndex } from '../../../electron/engine/store/metrics/reader/series-index.ts';
import { Labels } from '../../../shared/model/labels.ts';

/** A small deterministic generator (mulberry32). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const matcher = (name: string, op: LabelMatcher['op'], value: string): LabelMatcher => ({ name, op, value });

const MATCHERS: readonly LabelMatcher[] = [
  matcher('__name__', '=', 'm1'),
  matcher('__name__', '=~', 'm1|m2'),
  matcher('__name__', '=~', 'm.*'),
  matcher('device', '=', 'd3'),
  matcher('device', '=', 'nobody'),
  matcher('device', '!=', 'd3'),
  matcher('device', '=~', '(d1|d2|nobody)'),
  matcher('device', '=~', 'd[1-4]'),
  matcher('device', '=~', '|d5'),
  matcher('device', '!~', 'd1.*'),
  matcher('rare', '=', ''),
  matcher('rare', '!=', ''),
  matcher('rare', '=~', '.+'),
  matcher('rare', '=~', '.*'),
  matcher('absent', '=', ''),
  matcher('absent', '=~', 'x'),
  matcher('absent', '!~', 'x'),
];

function labelsOf(pick: (below: number) => number, serial: number): Labels {
  return Labels.fromPairs([
    ['__name__', `m${pick(4)}`],
    ['device', `d${pick(30)}`],
    ['serial', String(serial)],
    ['rare', pick(50) === 0 ? `r${pick(3)}` : ''],
  ]);
}

const stop = (): void => {
  throw new Error('stopped');
};

describe('the series index', () => {
  test('finds what trying every matcher on every series finds, also after some are forgotten and added', () => {
    const pick = generator(7);
    const index = new SeriesIndex();
    const stored = new Map<number, Labels>();
    let id = 0;
    const add = (count: number): void => {
      for (let i = 0; i < count; i++) {
        // Now and then a gap, as forgotten series leave one.
        id += 1 + (pick(100) === 0 ? pick(1_000) : 0);
        const labels = labelsOf(pick, id);
        stored.set(id, labels);
        index.add(id, labels.key);
      }
    };
    const forget = (count: number): void => {
      const ids = [...stored.keys()];
      for (let i = 0; i < count; i++) {
        const gone = ids[pick(ids.length)] ?? 0;
        stored.delete(gone);
        index.remove(gone);
      }
    };
    const compare = (): void => {
      expect(index.size).toBe(stored.size);
      for (let round = 0; round < 200; round++) {
        const matchers = Array.from({ length: pick(4) }, () => MATCHERS[pick(MATCHERS.length)] ?? MATCHERS[0]!);
        const tests = matchers.map((one) => ({ name: one.name, keeps: compileMatcher(one) }));
        const wanted = [...stored].filter(([, labels]) => tests.every(({ name, keeps }) => keeps(labels.get(name))));
        expect([...index.select(matchers)]).toEqual(wanted.map(([found]) => found));
      }
      for (const [one, labels] of stored) expect(index.labelsOf(one)?.key).toBe(labels.key);
    };
    add(5_000);
    compare();
    forget(300);
    compare();
    // So many that they are swept out.
    forget(2_000);
    compare();
    add(500);
    compare();
  });

  test('takes an id that comes late in its place', () => {
    const index = new SeriesIndex();
    for (const id of [10, 30, 40]) index.add(id, Labels.of('up', { id: String(id) }).key);
    index.add(20, Labels.of('up', { id: '20' }).key);
    index.add(5, Labels.of('up', { id: '5' }).key);
    expect([...index.select([matcher('__name__', '=', 'up')])]).toEqual([5, 10, 20, 30, 40]);
    expect(index.labelsOf(20)?.get('id')).toBe('20');
    expect(index.labelsOf(15)).toBeUndefined();
  });

  test('answers with one object for a label set, so that what is derived from it is derived once', () => {
    const index = new SeriesIndex();
    index.add(1, Labels.of('up').key);
    expect(index.labelsOf(1)).toBe(index.labelsOf(1));
  });

  test('asks during a long search whether it should go on', () => {
    const index = new SeriesIndex();
    for (let id = 1; id <= 40_000; id++) index.add(id, Labels.of('up', { serial: String(id) }).key);
    expect(() => index.select([matcher('serial', '=~', '.*7')], stop)).toThrow('stopped');
    expect(() => index.select([matcher('__name__', '=', 'up'), matcher('serial', '!~', '.*7')], stop)).toThrow(
      'stopped',
    );
  });
});
