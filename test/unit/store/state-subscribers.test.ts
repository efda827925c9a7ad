import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openState, type StateStore, type SubscriberSessionRow } from '../../../electron/engine/store/state/index.ts';
import { migrations } from '../../../electron/engine/store/state/migrations.ts';
import { subscribersTable } from '../../../electron/engine/store/state/tables/subscribers.ts';

let dir: string;
let state: StateStore;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'linewarden-state-'));
  state = openState(dir);
});
afterEach(() => {
  state.close();
  rmSync(dir, { recursive: true, force: true });
});

const session = (key: string, beganMs: number): SubscriberSessionRow => ({
  key,
  deviceId: 'core',
  service: 'pppoe',
  address: '10.1.0.2',
  callerId: '4C:5E:0C:01:02:03',
  beganMs,
  endedMs: beganMs + 10,
  rxBytes: 2 ** 52,
  txBytes: 7,
});
const nothing = { rows: [], removed: [], sessions: [] };

test('keeps records and sessions over a restart, in the order in which customers came', () => {
  const rows = [
    { key: 'user zoe', record: { total: { rx: 2 ** 52 } } },
    { key: 'user adam', record: { name: '"\u2028' } },
  ];
  state.subscribers.save({ ...nothing, rows, sessions: [session('user zoe', 1), session('user zoe', 2)] });
  state.subscribers.save({ ...nothing, rows: [{ key: 'user zoe', record: { total: { rx: 5 } } }] });
  state.close();
  state = openState(dir);
  expect(state.subscribers.list()).toEqual([{ key: 'user zoe', record: { total: { rx: 5 } } }, rows[1]]);
  expect(state.subscribers.sessions('user zoe', 10)).toEqual([session('user zoe', 2), session('user zoe', 1)]);
  expect(state.subscribers.sessions('user zoe', 1)).toEqual([session('user zoe', 2)]);
  expect(state.subscribers.sessions('user adam', 10)).toEqual([]);
});

test('takes the sessions of a customer away with it', () => {
  state.subscribers.save({ ...nothing, rows: [{ key: 'a', record: 1 }], sessions: [session('a', 1), session('b', 1)] });
  state.subscribers.save({ ...nothing, removed: ['a'] });
  expect(state.subscribers.list()).toEqual([]);
  expect(state.subscribers.sessions('a', 10)).toEqual([]);
  expect(state.subscribers.sessions('b', 10)).toHaveLength(1);
});

test('lets the oldest sessions go, of one who reconnects all the time and of all', () => {
  const db = new Database(':memory:');
  for (const { up } of migrations) up(db);
  const table = subscribersTable(db, { maxEach: 3, maxSessions: 4 });
  table.save({ ...nothing, sessions: [1, 2, 3, 4, 5].map((at) => session('often', at)) });
  expect(table.sessions('often', 10).map(({ beganMs }) => beganMs)).toEqual([5, 4, 3]);
  const others = Array.from({ length: 1_000 }, (_, i) => session(`other ${i}`, 100 + i));
  table.save({ ...nothing, sessions: others });
  expect(table.sessions('often', 10)).toEqual([]);
  expect(db.prepare('SELECT count(*) FROM subscriber_session').pluck().get()).toBe(4);
  db.close();
});

test('a record that is no JSON any more does not hide the others', () => {
  state.subscribers.save({
    ...nothing,
    rows: [
      { key: 'a', record: 1 },
      { key: 'b', record: 2 },
    ],
  });
  state.close();
  const db = new Database(path.join(dir, 'state.db'));
  db.exec(`UPDATE subscriber SET record = '{' WHERE key = 'a'`);
  db.close();
  state = openState(dir);
  expect(state.subscribers.list()).toEqual([{ key: 'b', record: 2 }]);
});
