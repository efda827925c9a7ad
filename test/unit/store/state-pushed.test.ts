// What state.db keeps of the push API.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openState } from '../../../electron/engine/store/state/index.ts';
import { migrations } from '../../../electron/engine/store/state/migrations.ts';

test('push clients and what they told come with their schema, are kept over a restart, replaced and dropped', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-pushed-'));
  const old = new Database(path.join(dir, 'state.db'));
  for (const { up } of migrations.slice(0, 6)) up(old);
  old.pragma('user_version = 6');
  old.close();
  try {
    let state = openState(dir);
    expect(state.pushed.clients()).toEqual([]);
    expect(state.pushed.held()).toEqual([]);
    state.pushed.saveClient({ id: 'c1', record: { name: 'laptop-7' } });
    state.pushed.saveClient({ id: 'c2', record: {} });
    const row = { kind: 'client', id: 'c1', record: { checkInMs: 1 } };
    state.pushed.saveHeld([row, { ...row, kind: 'headend' }]);
    state.close();
    state = openState(dir);
    state.pushed.saveClient({ id: 'c1', record: { name: 'laptop-8' } });
    state.pushed.removeClient('c2');
    state.pushed.saveHeld([{ ...row, record: { checkInMs: 2 } }]);
    state.pushed.removeHeld('headend', 'c1');
    expect(state.pushed.clients()).toEqual([{ id: 'c1', record: { name: 'laptop-8' } }]);
    expect(state.pushed.held()).toEqual([{ kind: 'client', id: 'c1', record: { checkInMs: 2 } }]);
    state.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
