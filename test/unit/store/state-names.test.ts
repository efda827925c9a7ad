// The names that state.db keeps of addresses and interfaces.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type NameRow, openState, type StateStore } from '../../../electron/engine/store/state/index.ts';
import { migrations } from '../../../electron/engine/store/state/migrations.ts';

let dir: string;
let state: StateStore;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'linewarden-names-'));
  state = openState(dir);
});
afterEach(() => {
  state.close();
  rmSync(dir, { recursive: true, force: true });
});

function reopen(): void {
  state.close();
  state = openState(dir);
}

const laptop: NameRow = { address: '10.0.0.5', source: 'dhcp', deviceId: 'core', name: 'laptop', seenMs: 1_000 };

describe('the names of addresses', () => {
  test('are kept over a restart, one of each teller, and replaced by a later one', () => {
    const comment = { ...laptop, source: 'dhcp-comment', name: 'Anna' };
    state.names.write({ saved: [laptop, comment], dropped: [] });
    state.names.write({ saved: [{ ...laptop, name: 'laptop-2', seenMs: 2_000 }], dropped: [] });
    reopen();
    expect([...state.names.list(0)]).toEqual([{ ...laptop, name: 'laptop-2', seenMs: 2_000 }, comment]);
    expect([...state.names.list(1_500)].map(({ name }) => name)).toEqual(['laptop-2']);
  });

  test('go when they are dropped, or old', () => {
    const old = { ...laptop, address: '10.0.0.6' };
    const older = { ...laptop, address: '10.0.0.7', seenMs: 999 };
    state.names.write({ saved: [laptop, old, older], dropped: [] });
    state.names.write({ saved: [], dropped: [old] });
    state.names.forgetBefore(1_000);
    expect([...state.names.list(0)]).toEqual([laptop]);
  });

  test('come to a file of the first schema', () => {
    state.close();
    rmSync(path.join(dir, 'state.db'));
    const old = new Database(path.join(dir, 'state.db'));
    for (const { up } of migrations.slice(0, 1)) up(old);
    old.pragma('user_version = 1');
    old.prepare("INSERT INTO setting VALUES ('kept', '1')").run();
    old.close();
    state = openState(dir);
    expect(state.settings.get('kept')).toBe(1);
    expect([...state.names.list(0)]).toEqual([]);
    expect(state.names.interfaces()).toEqual([]);
  });
});

test("a device's interfaces are kept as a whole", () => {
  const ether1 = { index: 1, name: 'ether1', comment: 'uplink "A"' };
  state.names.saveInterfaces({ deviceId: 'core', seenMs: 1, interfaces: [ether1] });
  state.names.saveInterfaces({ deviceId: 'core', seenMs: 2, interfaces: [ether1, { ...ether1, index: 2 }] });
  state.names.saveInterfaces({ deviceId: 'tower', seenMs: 2, interfaces: [] });
  reopen();
  expect(state.names.interfaces()).toEqual([
    { deviceId: 'core', seenMs: 2, interfaces: [ether1, { ...ether1, index: 2 }] },
    { deviceId: 'tower', seenMs: 2, interfaces: [] },
  ]);
  state.names.deleteInterfaces('core');
  expect(state.names.interfaces().map(({ deviceId }) => deviceId)).toEqual(['tower']);
});
