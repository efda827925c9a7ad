import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WeekFiles } from '../../../electron/engine/store/metrics/seal/week-files.ts';

/** Files and folders that the program itself waited for; SQLite's own waiting is not seen here. */
const waitedFor = vi.hoisted((): string[] => []);
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const names = new Map<number, string>();
  return {
    ...fs,
    openSync: (file: string, flags: string) => {
      const handle = fs.openSync(file, flags);
      names.set(handle, file);
      return handle;
    },
    fsyncSync: (handle: number) => {
      waitedFor.push(path.basename(names.get(handle)!));
      fs.fsyncSync(handle);
    },
  };
});

/** The Monday of 2026-W47. */
const MONDAY = Date.UTC(2026, 10, 16);

let dir: string;
let weeks: WeekFiles;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'linewarden-sync-'));
  weeks = new WeekFiles(dir, { onDamage: () => {}, onRelease: () => {} });
  waitedFor.length = 0;
});
afterEach(() => {
  weeks.close();
  rmSync(dir, { recursive: true, force: true });
});

const write = (id: number): void =>
  weeks.change(MONDAY, (rows) => void rows.group([id], () => `["__name__","x${id}"]`));

describe("what is written to a week's file is on the disk after sync", () => {
  test('by a checkpoint of the whole log', () => {
    write(1);
    weeks.sync();
    expect(waitedFor).toEqual([]);
    const wal = new Database(path.join(dir, '2026-W47.db'), { readonly: true });
    const [{ log, checkpointed }] = wal.pragma('wal_checkpoint(PASSIVE)') as [{ log: number; checkpointed: number }];
    wal.close();
    expect(checkpointed).toBe(log);
  });

  test('also while a reader keeps the log from being checkpointed', () => {
    write(1);
    weeks.sync();
    const reader = new Database(path.join(dir, '2026-W47.db'), { readonly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM series').get();
    write(2);
    weeks.sync();
    expect(waitedFor).toEqual(['2026-W47.db-wal', path.basename(dir)]);
    // Once is enough.
    weeks.sync();
    expect(waitedFor).toHaveLength(2);
    reader.close();
  });
});
