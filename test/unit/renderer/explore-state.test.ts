import { describe, expect, it } from 'vitest';
import {
  MAX_ENTRIES,
  NO_HISTORY,
  forgotten,
  matching,
  readHistory,
  remembered,
  starred,
  unstarred,
  writeHistory,
} from '../../../renderer/screens/explore/history.ts';
import type { History } from '../../../renderer/screens/explore/history.ts';
import {
  changed,
  duplicated,
  newRow,
  put,
  queriesOf,
  ranAll,
  removed,
  rowsOf,
  rowsOnReturn,
} from '../../../renderer/screens/explore/rows.ts';
import { exploreLink, letterOf, readExploreSearch } from '../../../renderer/screens/explore/search.ts';

describe('the address of the Explore screen', () => {
  it('carries queries with what is shown of them', () => {
    const search = {
      q: [
        { expr: 'up', legend: '{{job}}', step: '5m', unit: 'bytes' },
        { expr: 'node_load1', hidden: true },
      ],
      view: 'table',
      at: 1_700_000_000_000,
      resolution: 'high',
      style: 'stacked',
      labels: 'one',
      live: false,
    };
    expect(readExploreSearch(search)).toEqual(search);
  });

  it('takes a plain text, and a number, as a query', () => {
    expect(readExploreSearch({ q: 'up' })).toEqual({ q: [{ expr: 'up' }] });
    expect(readExploreSearch({ q: [1, 'up'] })).toEqual({ q: [{ expr: '1' }, { expr: 'up' }] });
  });

  it.each([
    [{ q: '' }],
    [{ q: [{ expr: '  ' }] }],
    [{ q: [{ legend: 'x' }] }],
    [{ q: [null, [], true] }],
    [{ q: [{ expr: 'x'.repeat(16_385) }] }],
    [{ view: 'pie', at: -1, resolution: 'none', style: 1, labels: 'two', live: true }],
    [{ at: 1.5 }],
    [{}],
  ])('leaves out what is malformed: %#', (search) => expect(readExploreSearch(search)).toEqual({}));

  it('leaves out of a query what is malformed', () => {
    const q = [{ expr: 'up', legend: '', step: 'soon', unit: 'furlongs', hidden: 'yes' }];
    expect(readExploreSearch({ q })).toEqual({ q: [{ expr: 'up' }] });
    expect(readExploreSearch({ q: [{ expr: 'up', step: '1ms' }] })).toEqual({ q: [{ expr: 'up' }] });
  });

  it('holds ten queries, A to J', () => {
    const q = Array.from({ length: 12 }, (_, n) => `up + ${n}`);
    expect(readExploreSearch({ q }).q).toHaveLength(10);
    expect(exploreLink(...q).q).toHaveLength(10);
    expect([letterOf(0), letterOf(9)]).toEqual(['A', 'J']);
  });
});

const drafts = (rows: readonly { draft: string; ran: string }[]) => rows.map(({ draft, ran }) => [draft, ran]);

describe('query rows', () => {
  it('begin with an empty one, and with those of the address as they were run', () => {
    expect(rowsOf([]).map(({ draft, ran }) => [draft, ran])).toEqual([['', '']]);
    expect(rowsOf([{ expr: 'up', legend: 'x' }])).toMatchObject([{ draft: 'up', ran: 'up', legend: 'x' }]);
  });

  it('are what was run until they are run again; empty ones are not', () => {
    const rows = changed(rowsOf([{ expr: 'up', hidden: true }, { expr: 'node_load1' }]), 0, { draft: 'x' });
    const [first, second] = rows;
    const edited = changed([...rows, newRow('  ')], first?.id ?? 0, { draft: 'up == 0' });
    expect(queriesOf(edited)).toEqual([{ expr: 'up', hidden: true }, { expr: 'node_load1' }]);
    const emptied = changed(edited, second?.id ?? 0, { draft: '' });
    expect(queriesOf(ranAll(emptied))).toEqual([{ expr: 'up == 0', hidden: true }]);
  });

  it('are on return what they were when the screen was left; what the address does not say is not run', () => {
    const left = changed(rowsOf([{ expr: 'up', legend: 'x' }]), -1, {}).concat(newRow('rate('));
    expect(drafts(rowsOnReturn([], left))).toEqual([
      ['up', ''],
      ['rate(', ''],
    ]);
    expect(drafts(rowsOnReturn([{ expr: 'up', legend: 'x' }], left))).toEqual([
      ['up', 'up'],
      ['rate(', ''],
    ]);
    expect(drafts(rowsOnReturn([{ expr: 'node_load1' }], left))).toEqual([['node_load1', 'node_load1']]);
    expect(drafts(rowsOnReturn([], [newRow(' ')]))).toEqual([['', '']]);
    expect(drafts(rowsOnReturn([], []))).toEqual([['', '']]);
  });

  it('lose what is set to nothing', () => {
    const rows = rowsOf([{ expr: 'up', legend: 'x', hidden: true }]);
    expect(queriesOf(changed(rows, rows[0]?.id ?? 0, { legend: undefined, hidden: undefined }))).toEqual([
      { expr: 'up' },
    ]);
  });

  it('are doubled behind themselves, up to ten, and the last one is emptied instead of removed', () => {
    const rows = rowsOf([{ expr: 'a' }, { expr: 'b' }]);
    const [a] = rows;
    expect(queriesOf(duplicated(rows, a?.id ?? 0)).map(({ expr }) => expr)).toEqual(['a', 'a', 'b']);
    const ten = rowsOf(Array.from({ length: 10 }, () => ({ expr: 'a' })));
    expect(duplicated(ten, ten[0]?.id ?? 0)).toHaveLength(10);
    expect(queriesOf(removed(rows, a?.id ?? 0)).map(({ expr }) => expr)).toEqual(['b']);
    expect(removed(rowsOf([{ expr: 'a' }]), -1)).toHaveLength(1);
    const [only] = rowsOf([{ expr: 'a' }]);
    expect(removed(only === undefined ? [] : [only], only?.id ?? 0)).toMatchObject([{ draft: '', ran: '' }]);
  });

  it('take a query into an empty one first, else over the one that has the focus', () => {
    const rows = rowsOf([{ expr: 'a' }, { expr: 'b' }]);
    expect(put(rows, rows[1]?.id ?? 0, 'new').map(({ draft }) => draft)).toEqual(['a', 'new']);
    expect(put([...rows, newRow()], rows[1]?.id ?? 0, 'new').map(({ draft }) => draft)).toEqual(['a', 'b', 'new']);
  });
});

const store = (): Pick<Storage, 'getItem' | 'setItem'> => {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
};

describe('the history', () => {
  const some: History = remembered(remembered(NO_HISTORY, ['up', 'node_load1'], 1), ['rate(x[5m])'], 2);

  it('has the newest first, each query once', () => {
    expect(remembered(some, [' up ', ''], 3).entries).toEqual([
      { expr: 'up', atMs: 3 },
      { expr: 'rate(x[5m])', atMs: 2 },
      { expr: 'node_load1', atMs: 1 },
    ]);
  });

  it('keeps two hundred, and no more than a browser has room for', () => {
    let history = NO_HISTORY;
    for (let n = 0; n < 250; n++) history = remembered(history, [`up + ${n}`], n);
    expect(history.entries).toHaveLength(MAX_ENTRIES);
    expect(history.entries[0]?.expr).toBe('up + 249');
    const long = Array.from({ length: 100 }, (_, n) => `${n} ${'x'.repeat(16_000)}`);
    const kept = remembered(NO_HISTORY, long, 1).entries;
    expect(kept.length).toBe(62);
    expect(kept[0]?.expr.startsWith('0 ')).toBe(true);
  });

  it('finds by words in any order, of names too', () => {
    expect(matching(some.entries, 'X rate').map(({ expr }) => expr)).toEqual(['rate(x[5m])']);
    expect(matching([{ expr: 'up', name: 'Uplink' }], 'link')).toHaveLength(1);
    expect(matching(some.entries, 'nothing')).toEqual([]);
  });

  it('keeps starred queries apart: forgetting one leaves its star', () => {
    const star = starred(starred(some, 'up', ' All targets '), 'up', 'Targets');
    expect(star.stars).toEqual([{ expr: 'up', name: 'Targets' }]);
    expect(forgotten(star, 'up')).toMatchObject({ stars: [{ expr: 'up' }] });
    expect(forgotten(star, 'up').entries.some(({ expr }) => expr === 'up')).toBe(false);
    expect(unstarred(star, 'up').stars).toEqual([]);
  });

  it('is read as it was written, and is empty where that is damaged or refused', () => {
    const kept = store();
    writeHistory(kept, starred(some, 'up', 'Targets'));
    expect(readHistory(kept)).toEqual(starred(some, 'up', 'Targets'));
    const damaged = store();
    damaged.setItem('linewarden.explore.history', '{"entries":[1,{"expr":"up"},{"expr":"a","atMs":1}],"stars":7}');
    expect(readHistory(damaged)).toEqual({ entries: [{ expr: 'a', atMs: 1 }], stars: [] });
    damaged.setItem('linewarden.explore.history', '{');
    expect(readHistory(damaged)).toEqual(NO_HISTORY);
    const refusing = {
      getItem: () => null,
      setItem: () => {
        throw new Error('full');
      },
    };
    expect(() => writeHistory(refusing, some)).not.toThrow();
  });
});
