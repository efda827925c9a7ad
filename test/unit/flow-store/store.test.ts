// What surrounds the flow store's threads: how much may wait, by which time files are old, and the end.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFlowStore, type FlowPlan } from '../../../electron/engine/store/flows/index.ts';
import { StoredClock } from '../../../electron/engine/store/flows/stored-clock.ts';
import { WaitingMinutes } from '../../../electron/engine/store/flows/waiting-minutes.ts';
import { HandClock } from '../inventory/doubles.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOON_MS = Date.UTC(2026, 10, 20, 12);
const KEPT_MS = 7 * DAY_MS;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'flow-store-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const fill = (waiting: WaitingMinutes, bytes: number): number => {
  let minutes = 0;
  for (; minutes < 100 && waiting.hasRoom(bytes); minutes++) waiting.add(bytes);
  return minutes;
};

describe('minutes that wait for the writer', () => {
  it('are few, more behind an upkeep, and no more than memory has room for', () => {
    const waiting = new WaitingMinutes();
    expect(fill(waiting, 1_000)).toBe(3);
    waiting.isUpkeeping = true;
    expect(fill(waiting, 1_000)).toBe(12);
    for (let i = 0; i < 15; i++) waiting.remove(1_000);
    expect(fill(waiting, 10 * 1024 ** 2)).toBe(4);
  });
});

describe('the time by which files are old', () => {
  it('follows the clock where that goes on, and one that leapt only after six hours, also of several runs', async () => {
    const clock = new HandClock(NOON_MS);
    let stored = new StoredClock(dir, clock);
    const run = async (hours: number): Promise<number> => {
      for (let i = 0; i < hours; i++) {
        clock.pass(HOUR_MS);
        await stored.present(KEPT_MS);
      }
      return (await stored.present(KEPT_MS)) - NOON_MS;
    };
    expect(await run(3)).toBe(3 * HOUR_MS);
    clock.wallMs += 100 * DAY_MS;
    expect(await run(4)).toBe(7 * HOUR_MS);
    stored = new StoredClock(dir, clock);
    expect(await run(3)).toBe(100 * DAY_MS + 10 * HOUR_MS);
  });

  it('is not before the newest file, where none was kept', async () => {
    writeFileSync(path.join(dir, '1m-2026-08-01.db'), '');
    const clock = new HandClock(NOON_MS);
    expect(await new StoredClock(dir, clock).present(KEPT_MS)).toBe(Date.UTC(2026, 7, 1));
  });
});

it('answers nobody after its end, and starts no thread for it', async () => {
  const store = createFlowStore({
    dir,
    retention: { '1m': KEPT_MS, '10m': KEPT_MS, '1d': KEPT_MS },
    maxBytes: () => Promise.resolve(undefined),
    clock: new HandClock(NOON_MS),
    onProblem: () => {},
    onNote: () => {},
  });
  await store.close();
  await expect(store.ask({} as FlowPlan)).rejects.toMatchObject({
    code: 'LW_FLOWS_STORE_FAILED',
    message: 'The stored flows cannot be reached: the engine ends.',
  });
});
