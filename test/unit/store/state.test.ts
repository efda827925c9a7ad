import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type AlertRow,
  type DeviceRow,
  openState,
  type StateStore,
} from '../../../electron/engine/store/state/index.ts';
import { type Migration, migrations } from '../../../electron/engine/store/state/migrations.ts';
import { alertsTable } from '../../../electron/engine/store/state/tables/alerts.ts';

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

function reopen(): void {
  state.close();
  state = openState(dir);
}

const schemaOf = (): number => {
  const db = new Database(path.join(dir, 'state.db'));
  const version = Number(db.pragma('user_version', { simple: true }));
  db.close();
  return version;
};

const alert = (fingerprint: string, activeAtMs: number, resolvedAtMs: number | null): AlertRow => ({
  fingerprint,
  ruleKey: 'group/Down',
  name: 'Down',
  labels: { instance: fingerprint },
  annotations: { summary: 'it is down' },
  activeAtMs,
  firedAtMs: activeAtMs + 60,
  resolvedAtMs,
  value: Number.NaN,
  expr: 'up == 0',
});

describe('settings', () => {
  test('keep any JSON value over a restart', () => {
    for (const [key, value] of Object.entries({
      text: 'a "b"',
      number: 1.5,
      no: false,
      none: null,
      tree: { a: [1, { b: '' }] },
    })) {
      state.settings.set(key, value);
    }
    state.settings.set('text', 'later');
    reopen();
    expect(state.settings.get('text')).toBe('later');
    expect(state.settings.get('tree')).toEqual({ a: [1, { b: '' }] });
    expect(state.settings.get('none')).toBeNull();
    expect(state.settings.get('never')).toBeUndefined();
  });

  test('undefined deletes', () => {
    state.settings.set('a', 1);
    state.settings.set('a', undefined);
    expect(state.settings.get('a')).toBeUndefined();
  });
});

describe('devices', () => {
  const router: DeviceRow = {
    id: 'core',
    kind: 'router',
    name: 'Core',
    address: '10.0.0.1',
    config: { port: 8728, collectors: ['ppp'] },
    createdMs: 1_700_000_000_000,
    lastSeenMs: null,
    labels: { site: 'north' },
  };

  test('come back as they were saved, by id', () => {
    state.devices.upsert({ ...router, id: 'b' });
    state.devices.upsert({ ...router, id: 'a', config: null });
    state.devices.upsert({ ...router, id: 'b', name: 'Renamed' });
    reopen();
    expect(state.devices.list()).toEqual([
      { ...router, id: 'a', config: null },
      { ...router, id: 'b', name: 'Renamed' },
    ]);
  });

  test('last-seen times are set one by one or many at once; an id without a row is left out', () => {
    state.devices.upsert(router);
    state.devices.upsert({ ...router, id: 'edge' });
    state.devices.setLastSeen([
      { id: 'core', atMs: 5 },
      { id: 'nobody', atMs: 6 },
    ]);
    state.devices.setLastSeen('edge', 7);
    expect(state.devices.list().map(({ id, lastSeenMs }) => [id, lastSeenMs])).toEqual([
      ['core', 5],
      ['edge', 7],
    ]);
  });

  test('delete says whether there was one', () => {
    state.devices.upsert(router);
    expect(state.devices.delete('core')).toBe(true);
    expect(state.devices.delete('core')).toBe(false);
    expect(state.devices.list()).toEqual([]);
  });
});

describe('what devices were before', () => {
  test('is kept over a restart, replaced as a whole, and deleted', () => {
    const core = { id: 'core', serial: 'A1', otherSerial: null, formerNames: ['old "1"'], formerAddresses: [] };
    state.identities.put({ ...core, formerNames: [] });
    state.identities.put(core);
    state.identities.put({ ...core, id: 'b', serial: null, otherSerial: 'B2', formerAddresses: ['10.0.0.1'] });
    reopen();
    expect(state.identities.list()).toEqual([
      { id: 'b', serial: null, otherSerial: 'B2', formerNames: ['old "1"'], formerAddresses: ['10.0.0.1'] },
      core,
    ]);
    expect(state.identities.delete('core')).toBe(true);
    expect(state.identities.delete('core')).toBe(false);
    expect(state.identities.list()).toHaveLength(1);
  });
});

describe('secrets', () => {
  test('are kept byte by byte, listed by name, and a deleted one leaves no trace in the file', () => {
    const sealed = Uint8Array.from({ length: 64 }, (_, i) => 255 - i);
    state.secrets.put('router/core', sealed);
    state.secrets.put('a', Uint8Array.of(0));
    expect(state.secrets.get('router/core')).toEqual(sealed);
    expect(state.secrets.names()).toEqual(['a', 'router/core']);
    expect(state.secrets.delete('router/core')).toBe(true);
    expect(state.secrets.delete('router/core')).toBe(false);
    expect(state.secrets.get('router/core')).toBeUndefined();
    state.close();
    expect(readFileSync(path.join(dir, 'state.db')).includes(Buffer.from(sealed))).toBe(false);
    state = openState(dir);
  });
});

describe('alerts', () => {
  test('are kept one row for each time that they were active, values that are no number too', () => {
    state.alerts.save([alert('a', 100, null), alert('a', 50, 80)]);
    state.alerts.save([alert('a', 100, 200)]);
    reopen();
    expect(state.alerts.list(0)).toEqual([alert('a', 50, 80), alert('a', 100, 200)]);
  });

  test('list leaves out what was resolved before', () => {
    state.alerts.save([alert('old', 1, 99), alert('just', 2, 100), alert('open', 3, null)]);
    expect(state.alerts.list(100).map(({ fingerprint }) => fingerprint)).toEqual(['just', 'open']);
  });

  test('of many that are over, the newest are kept, and all that are not over', () => {
    const db = new Database(path.join(dir, 'state.db'));
    const over = Array.from({ length: 5 }, (_, n) => alert(`over-${n}`, n, 100 + n));
    alertsTable(db, 3).save([...over, alert('open', 0, null)]);
    db.close();
    expect(state.alerts.list(0).map(({ fingerprint }) => fingerprint)).toEqual(['open', 'over-2', 'over-3', 'over-4']);
  });
});

describe('notifications', () => {
  test('silences, what was told and what waits are kept over a restart', () => {
    const { notifications: before } = state;
    before.saveSilence('s1', { comment: 'mast down' });
    before.saveSilence('s2', {});
    before.removeSilence('s2');
    before.setNotified('g', 'ops/webhook/0', { firing: ['a'], resolved: ['b'], atMs: 5 });
    before.putQueued('late', 'ops/webhook/0', { n: 2 }, 20);
    before.putQueued('g', 'ops/webhook/0', { n: 0 }, 10);
    before.putQueued('g', 'ops/webhook/0', { n: 1 }, 10);
    reopen();
    const { notifications } = state;
    expect(notifications.silences()).toEqual([{ id: 's1', data: { comment: 'mast down' } }]);
    expect(notifications.notified('g', 'ops/webhook/0')).toEqual({ firing: ['a'], resolved: ['b'], atMs: 5 });
    expect(notifications.notified('g', 'ops/webhook/1')).toBeUndefined();
    expect(notifications.queued()).toEqual([
      { groupKey: 'g', way: 'ops/webhook/0', data: { n: 1 } },
      { groupKey: 'late', way: 'ops/webhook/0', data: { n: 2 } },
    ]);
  });

  test('what is delivered waits no more and is noted; notes are forgotten by their age', () => {
    const { notifications } = state;
    notifications.putQueued('g', 'w', {}, 10);
    notifications.putQueued('h', 'w', {}, 10);
    notifications.dropQueued('h', 'w');
    notifications.delivered('g', 'w', { firing: ['a'], resolved: [], atMs: 11 });
    expect(notifications.queued()).toEqual([]);
    notifications.forgetNotified(11);
    expect(notifications.notified('g', 'w')).toEqual({ firing: ['a'], resolved: [], atMs: 11 });
    notifications.forgetNotified(12);
    expect(notifications.notified('g', 'w')).toBeUndefined();
  });
});

describe('migrations', () => {
  const latest = migrations.length;

  test('are numbered from 1 without a gap', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, i) => i + 1));
  });

  test('make the tables of a new file, and no copy of nothing', () => {
    expect(schemaOf()).toBe(latest);
    expect(existsSync(path.join(dir, 'state.db.bak-1'))).toBe(false);
  });

  test('a later one runs once, with a copy of the file before it', () => {
    state.settings.set('kept', 1);
    state.close();
    let runs = 0;
    const second: Migration = {
      version: latest + 1,
      up: (db) => {
        runs++;
        db.exec("UPDATE setting SET value = '2' WHERE key = 'kept'");
      },
    };
    for (let open = 0; open < 2; open++) {
      state = openState(dir, { migrations: [...migrations, second] });
      expect(state.settings.get('kept')).toBe(2);
      state.close();
    }
    expect(runs).toBe(1);
    expect(schemaOf()).toBe(latest + 1);
    const copy = new Database(path.join(dir, `state.db.bak-${latest + 1}`));
    expect(copy.prepare("SELECT value FROM setting WHERE key = 'kept'").pluck().get()).toBe('1');
    expect(copy.pragma('user_version', { simple: true })).toBe(latest);
    copy.close();
    state = openState(dir, { migrations: [...migrations, second] });
  });

  test('one that fails leaves the file as it was', () => {
    state.settings.set('kept', 1);
    state.close();
    const broken: Migration = {
      version: latest + 1,
      up: (db) => {
        db.exec("UPDATE setting SET value = '2'");
        throw new Error('half way');
      },
    };
    expect(() => openState(dir, { migrations: [...migrations, broken] })).toThrow(
      expect.objectContaining({ code: 'LW_STATE_UNREADABLE' }),
    );
    state = openState(dir);
    expect(state.settings.get('kept')).toBe(1);
  });

  test('a newer schema is refused with a sentence', () => {
    state.close();
    const db = new Database(path.join(dir, 'state.db'));
    db.pragma('user_version = 99');
    db.close();
    expect(() => openState(dir)).toThrow(
      expect.objectContaining({
        code: 'LW_STATE_NEWER_SCHEMA',
        message: expect.stringContaining(`newer Linewarden (schema 99; this one reads up to ${latest})`) as string,
      }),
    );
    const back = new Database(path.join(dir, 'state.db'));
    back.pragma(`user_version = ${latest}`);
    back.close();
    state = openState(dir);
  });

  test('several at once are done all or none: what failed can be used by the program that wrote it', () => {
    state.settings.set('kept', 1);
    state.close();
    const steps: Migration[] = [
      { version: latest + 1, up: (db) => db.exec('DROP TABLE device') },
      {
        version: latest + 2,
        up: () => {
          throw new Error('half way');
        },
      },
    ];
    expect(() => openState(dir, { migrations: [...migrations, ...steps] })).toThrow(/half way/);
    expect(schemaOf()).toBe(latest);
    state = openState(dir);
    expect(state.settings.get('kept')).toBe(1);
    expect(state.devices.list()).toEqual([]);
  });

  test('keep their last three copies, for this user alone', () => {
    state.close();
    const steps: Migration[] = [];
    for (let version = latest + 1; version <= latest + 5; version++) {
      steps.push({ version, up: () => {} });
      openState(dir, { migrations: [...migrations, ...steps] }).close();
    }
    const copies = readdirSync(dir).filter((name) => name.includes('.bak-'));
    expect(copies.toSorted()).toEqual([3, 4, 5].map((step) => `state.db.bak-${latest + step}`).toSorted());
    // Windows has other rights; what it shows there is not what counts.
    const modes = copies.map((name) =>
      process.platform === 'win32' ? 0o600 : statSync(path.join(dir, name)).mode & 0o777,
    );
    expect(modes).toEqual([0o600, 0o600, 0o600]);
    rmSync(path.join(dir, 'state.db'));
    state = openState(dir);
  });

  test('6 brings tables for notifications, and leaves the history of alerts alone', () => {
    state.close();
    rmSync(path.join(dir, 'state.db'));
    const old = new Database(path.join(dir, 'state.db'));
    for (const { up } of migrations.filter(({ version }) => version < 6)) up(old);
    old.pragma('user_version = 5');
    alertsTable(old).save([alert('a', 1, 2)]);
    old.close();
    state = openState(dir);
    expect(schemaOf()).toBe(migrations.length);
    expect(state.alerts.list(0).map(({ fingerprint }) => fingerprint)).toEqual(['a']);
    expect([state.notifications.silences(), state.notifications.queued()]).toEqual([[], []]);
  });

  test('3 brings a table for what devices were before, and leaves the devices alone', () => {
    state.close();
    rmSync(path.join(dir, 'state.db'));
    const old = new Database(path.join(dir, 'state.db'));
    for (const { up } of migrations.filter(({ version }) => version < 3)) up(old);
    old.pragma('user_version = 2');
    old
      .prepare(
        "INSERT INTO device (id, kind, name, address, config, created_ms, labels) VALUES ('core', 'router', 'core', '10.0.0.1', '{}', 1, '{}')",
      )
      .run();
    old.close();
    state = openState(dir);
    expect(state.devices.list().map(({ id }) => id)).toEqual(['core']);
    expect(state.identities.list()).toEqual([]);
  });
});

/** Opens the state; answers with what is told of damage. */
function openTold(): string[] {
  const told: string[] = [];
  state = openState(dir, { onDamage: (sentence) => told.push(sentence) });
  return told;
}

describe('a damaged file', () => {
  test('that is garbage is set aside byte by byte, said so, and a new one serves', () => {
    state.close();
    const garbage = Buffer.alloc(9_000, 'not a database ');
    writeFileSync(path.join(dir, 'state.db'), garbage);
    expect(openTold().join()).toContain('state.db was damaged and set aside as state.db.corrupt;');
    expect(readFileSync(path.join(dir, 'state.db.corrupt')).equals(garbage)).toBe(true);
    state.settings.set('new', 1);
    state.close();
    expect(openTold()).toEqual([]);
    expect(state.settings.get('new')).toBe(1);
  });

  test('gives what can be read of it to the new one', () => {
    for (let i = 0; i < 400; i++) state.settings.set(`setting ${String(i).padStart(3, '0')}`, 'x'.repeat(100));
    state.secrets.put('kept', Buffer.from('sealed'));
    state.close();
    const file = path.join(dir, 'state.db');
    const bytes = readFileSync(file);
    const pages = bytes.length / 4096;
    expect(pages).toBeGreaterThan(15);
    bytes.fill(0xa5, (pages - 3) * 4096, (pages - 2) * 4096);
    writeFileSync(file, bytes);
    expect(openTold()).toHaveLength(1);
    expect(state.settings.get('setting 000')).toBe('x'.repeat(100));
    expect(state.settings.get('setting 399')).toBe('x'.repeat(100));
    expect(schemaOf()).toBe(migrations.length);
  });
});
