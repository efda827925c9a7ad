// What happened to devices: stored in their order, bounded in number.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, it } from 'vitest';
import { createDeviceEvents } from '../../../electron/engine/inventory/index.ts';
import { openState } from '../../../electron/engine/store/state/index.ts';
import { migrations } from '../../../electron/engine/store/state/migrations.ts';
import { deviceEventsTable } from '../../../electron/engine/store/state/tables/device-events.ts';

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

const event = (atMs: number, words: string, deviceId = 'docker/nas') => ({ deviceId, atMs, kind: 'start', words });

it('keeps them over a restart and gives the newest of a time, oldest first', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'lw-events-'));
  closers.push(() => rmSync(dir, { recursive: true, force: true }));
  const first = openState(dir);
  first.deviceEvents.add([event(30, 'c'), event(10, 'a'), event(20, 'b'), event(20, 'other', 'core')]);
  first.close();
  const state = openState(dir);
  closers.push(() => state.close());
  expect(state.deviceEvents.list('docker/nas', 10, 30, 2).map(({ words }) => words)).toEqual(['b', 'c']);
  expect(state.deviceEvents.list('docker/nas', 0, 19, 9).map(({ words }) => words)).toEqual(['a']);
});

it('forgets the oldest beyond its room', () => {
  const db = new Database(':memory:');
  closers.push(() => db.close());
  for (const { up } of migrations) up(db);
  const table = deviceEventsTable(db, 5);
  for (let at = 1; at <= 11; at++) table.add([event(at, `no. ${at}`)]);
  expect(table.list('docker/nas', 0, 99, 99).map(({ atMs }) => atMs)).toEqual([7, 8, 9, 10, 11]);
});

it('takes sixty of one device in a minute, and says once that there were more', () => {
  const rows: { deviceId: string; words: string }[] = [];
  let nowMs = 0;
  const events = createDeviceEvents({
    table: { add: (added) => rows.push(...added), list: () => [] },
    clock: { now: () => nowMs, monotonic: () => nowMs },
    onWritten: () => {},
  });
  for (let i = 0; i < 200; i++) events.add(event(i, 'web started'));
  events.add(event(1, 'it started', 'docker/other'));
  expect(rows.filter(({ deviceId }) => deviceId === 'docker/nas')).toHaveLength(61);
  expect(rows[60]?.words).toBe('More happened in this minute than is kept');
  expect(rows.at(-1)?.words).toBe('it started');
  nowMs = 60_000;
  events.add(event(2, 'web ended'));
  expect(rows.at(-1)?.words).toBe('web ended');
});
