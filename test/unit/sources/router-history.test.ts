import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRouterEdits } from '../../../electron/engine/sources/edit-router.ts';
import { createIdentities, withHistory } from '../../../electron/engine/sources/identities.ts';
import type { Identities } from '../../../electron/engine/sources/identities.ts';
import type { SourcePlan } from '../../../electron/engine/sources/source-set.ts';
import { passwordName, storeRouter } from '../../../electron/engine/sources/stored.ts';
import { openState } from '../../../electron/engine/store/state/index.ts';
import type { StateStore } from '../../../electron/engine/store/state/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';

let dir: string;
let state: StateStore;
let identities: Identities;
let passwords: Map<string, string>;
const secrets = {
  get: (name: string) => Promise.resolve(passwords.get(name)),
  set: (name: string, password: string) => Promise.resolve(void passwords.set(name, password)),
  delete: (name: string) => Promise.resolve(passwords.delete(name)),
  names: () => Promise.resolve([...passwords.keys()]),
};

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'linewarden-history-'));
  state = openState(dir);
  identities = createIdentities(state.identities, silentLogger);
  passwords = new Map();
});
afterEach(() => {
  state.close();
  rmSync(dir, { recursive: true, force: true });
});

const form = {
  name: 'core',
  address: '10.0.0.1',
  port: 8728,
  tls: 'off',
  pin: '',
  username: 'monitor',
  password: 'first secret',
  intervalMs: 15_000,
} as const;

const plan = (name: string, address: string, more: Partial<SourcePlan['device']> = {}): SourcePlan => ({
  device: {
    id: name,
    name,
    address,
    kind: 'router',
    provisioned: false,
    sample: false,
    selector: `routerboard_name="${name}"`,
    telemetry: 'required',
    telemetrySelector: '',
    heartbeatMs: 0,
    intervalMs: 0,
    labels: {},
    ...more,
  },
  settings: {},
  start: () => ({ stop: () => Promise.resolve(), collectors: () => [], facts: () => [] }),
});

const selectors = (plans: readonly SourcePlan[]): string[] =>
  withHistory(plans, identities).map(({ device }) => device.selector);

describe('former names', () => {
  it('are part of the selector, and survive a restart', () => {
    identities.setFormer('core', { names: ['old', 'o.l"d'], addresses: ['192.0.2.1'] });
    identities = createIdentities(state.identities, silentLogger);
    const [device] = withHistory([plan('core', '10.0.0.1')], identities).map((one) => one.device);
    expect(device?.selector).toBe(String.raw`routerboard_name=~"core|old|o\\.l\"d"`);
    expect(device?.formerNames).toEqual(['old', 'o.l"d']);
    expect(device?.formerAddresses).toEqual(['192.0.2.1']);
    // What proves that it lives is its present name alone.
    expect(device?.telemetrySelector).toBe('');
  });

  it("are not taken where another device bears one now, nor for the sample network's routers", () => {
    identities.setFormer('core', { names: ['old'], addresses: ['10.0.0.2'] });
    expect(selectors([plan('core', '10.0.0.1'), plan('old', '10.0.0.2')])).toEqual([
      'routerboard_name="core"',
      'routerboard_name="old"',
    ]);
    expect(selectors([plan('core', '10.0.0.1', { sample: true })])).toEqual(['routerboard_name="core"']);
    expect(selectors([plan('core', '10.0.0.1')])).toEqual(['routerboard_name=~"core|old"']);
  });

  it('are bounded', () => {
    identities.setFormer('core', { names: Array.from({ length: 40 }, (_, i) => `n${i}`), addresses: [] });
    expect(identities.of('core').names).toHaveLength(16);
  });
});

describe('the serial number', () => {
  it('is learnt silently, a change is news once, and what it was before is no news', () => {
    expect(identities.heardSerial('core', 'A1')).toBe(false);
    expect(identities.otherSerial('core')).toBeUndefined();
    expect(identities.heardSerial('core', 'B2')).toBe(true);
    expect(identities.heardSerial('core', 'B2')).toBe(false);
    identities = createIdentities(state.identities, silentLogger);
    expect(identities.otherSerial('core')).toEqual({ had: 'A1', has: 'B2' });
    expect(identities.heardSerial('core', 'A1')).toBe(true);
    expect(identities.otherSerial('core')).toBeUndefined();
  });

  it('is accepted only if it still is the one that was asked about', () => {
    identities.heardSerial('core', 'A1');
    identities.heardSerial('core', 'B2');
    expect(identities.acceptSerial('core', 'C3')).toBe(false);
    expect(identities.acceptSerial('core', 'B2')).toBe(true);
    expect(identities.heardSerial('core', 'B2')).toBe(false);
    expect(identities.otherSerial('core')).toBeUndefined();
  });
});

const edits = () =>
  createRouterEdits({
    state,
    secrets,
    identities,
    refuseTaken: (id) => {
      if (state.devices.list().some((row) => row.id === id)) throw new Error(`taken: ${id}`);
    },
  });

describe('an edited router', () => {
  beforeEach(async () => {
    await storeRouter(state, secrets, form, 1_000);
    await storeRouter(state, secrets, { ...form, name: 'spare', address: '10.0.0.9', password: 'second' }, 2_000);
  });

  it('shows its form without the password', () => {
    const { password: _, ...shown } = form;
    expect(edits().form('core')).toEqual(shown);
    expect(() => edits().form('nobody')).toThrow('added no such router');
  });

  it('keeps its password when none is given, and what else its row holds', async () => {
    state.devices.setLastSeen('core', 5_000);
    const change = { ...form, password: '', intervalMs: 30_000, labels: { site: 'north' } };
    expect(await edits().edit({ id: 'core', form: change, keepHistory: true })).toBe('core');
    expect(passwords.get(passwordName('core'))).toBe('first secret');
    const row = state.devices.list().find(({ id }) => id === 'core');
    expect(row).toMatchObject({
      createdMs: 1_000,
      lastSeenMs: 5_000,
      config: { intervalMs: 30_000, labels: { site: 'north' } },
    });
    expect(JSON.stringify(row)).not.toContain('secret');
    expect(identities.of('core')).toEqual({ names: [], addresses: [] });
  });

  it('that is renamed and moved keeps its history if told so, and its password', async () => {
    identities.heardSerial('core', 'A1');
    const first = { ...form, name: 'hub', address: '10.1.0.1', password: '' };
    expect(await edits().edit({ id: 'core', form: first, keepHistory: true })).toBe('hub');
    expect(state.devices.list().map(({ id }) => id)).toEqual(['hub', 'spare']);
    expect([...passwords]).toEqual([
      [passwordName('spare'), 'second'],
      [passwordName('hub'), 'first secret'],
    ]);
    expect(identities.of('hub')).toEqual({ names: ['core'], addresses: ['10.0.0.1'] });
    await edits().edit({ id: 'hub', form: { ...first, name: 'hub-2' }, keepHistory: true });
    expect(identities.of('hub-2')).toEqual({ names: ['hub', 'core'], addresses: ['10.0.0.1'] });
    expect(identities.heardSerial('hub-2', 'A1')).toBe(false);
    await edits().edit({ id: 'hub-2', form: { ...first, name: 'core' }, keepHistory: true });
    expect(identities.of('core').names).toEqual(['hub-2', 'hub']);
  });

  it('that is another one now begins anew, and is not asked about again', async () => {
    identities.setFormer('core', { names: ['older'], addresses: ['192.0.2.9'] });
    identities.heardSerial('core', 'A1');
    identities.heardSerial('core', 'B2');
    await edits().edit({ id: 'core', form: { ...form, name: 'lab' }, keepHistory: false });
    expect(identities.of('lab')).toEqual({ names: [], addresses: [] });
    expect(identities.otherSerial('lab')).toBeUndefined();
    expect(identities.heardSerial('lab', 'B2')).toBe(false);
  });

  it('takes the place of another: its history goes on there, and the other one goes', async () => {
    identities.setFormer('core', { names: ['older'], addresses: [] });
    const spare = { ...form, name: 'spare', address: '10.0.0.9', password: '' };
    await edits().edit({ id: 'spare', form: spare, keepHistory: true, replaces: 'core' });
    expect(state.devices.list().map(({ id }) => id)).toEqual(['spare']);
    expect([...passwords]).toEqual([[passwordName('spare'), 'second']]);
    expect(identities.of('spare')).toEqual({ names: ['core', 'older'], addresses: ['10.0.0.1'] });
  });

  it('may take the name of the one that it replaces, too', async () => {
    const spare = { ...form, address: '10.0.0.9', password: '' };
    expect(await edits().edit({ id: 'spare', form: spare, keepHistory: true, replaces: 'core' })).toBe('core');
    expect(state.devices.list().map(({ id, address }) => [id, address])).toEqual([['core', '10.0.0.9']]);
    expect([...passwords]).toEqual([[passwordName('core'), 'second']]);
    expect(identities.of('core')).toEqual({ names: ['spare'], addresses: ['10.0.0.1'] });
  });

  it('is not renamed over another, and nothing is changed then', async () => {
    const before = state.devices.list();
    await expect(
      edits().edit({ id: 'core', form: { ...form, name: 'spare', password: 'x' }, keepHistory: true }),
    ).rejects.toThrow('taken: spare');
    await expect(edits().edit({ id: 'core', form: { ...form, tls: 'pin' }, keepHistory: true })).rejects.toThrow(
      'needs its SHA-256',
    );
    await expect(edits().edit({ id: 'core', form, keepHistory: true, replaces: 'nobody' })).rejects.toThrow(
      'added no such router',
    );
    expect(state.devices.list()).toEqual(before);
    expect(passwords.get(passwordName('spare'))).toBe('second');
  });
});
