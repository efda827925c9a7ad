// What state.db keeps of machines that were found.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openState } from '../../../electron/engine/store/state/index.ts';
import { migrations } from '../../../electron/engine/store/state/migrations.ts';

test('found machines come with the fifth schema, are kept over a restart, replaced and dropped', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-found-'));
  const old = new Database(path.join(dir, 'state.db'));
  for (const { up } of migrations.slice(0, 4)) up(old);
  old.pragma('user_version = 4');
  old.close();
  try {
    const router = { id: 'mac 1', data: { macs: ['1'] }, firstSeenMs: 1, lastSeenMs: 2, isIgnored: false };
    let state = openState(dir);
    expect(state.found.list()).toEqual([]);
    state.found.write({ saved: [router, { ...router, id: 'mac 2' }], dropped: [] });
    state.found.write({ saved: [{ ...router, lastSeenMs: 9, isIgnored: true }], dropped: ['mac 2'] });
    state.close();
    state = openState(dir);
    expect(state.found.list()).toEqual([{ ...router, lastSeenMs: 9, isIgnored: true }]);
    state.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
