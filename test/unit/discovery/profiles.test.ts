// Credential profiles: kept in the settings, their passwords in the secret store and nowhere else.
import { beforeEach, describe, expect, test } from 'vitest';
import { createProfiles } from '../../../electron/engine/discovery/index.ts';

const form = { name: 'Field', username: 'monitor', tls: 'pin-first', port: 8729, intervalMs: 15_000 } as const;
let settings: Map<string, string>;
let secrets: Map<string, string>;
const open = () =>
  createProfiles({
    settings: {
      get: (key) => JSON.parse(settings.get(key) ?? 'null') as unknown,
      set: (key, value) => void settings.set(key, JSON.stringify(value)),
    },
    secrets: {
      get: (name) => Promise.resolve(secrets.get(name)),
      set: (name, value) => Promise.resolve(void secrets.set(name, value)),
      delete: (name) => Promise.resolve(secrets.delete(name)),
    },
  });
beforeEach(() => {
  settings = new Map();
  secrets = new Map();
});

describe('profiles', () => {
  test('are listed by name without their passwords, which are in no setting either', async () => {
    const profiles = open();
    const field = await profiles.save({ ...form, password: 'pa55' });
    await profiles.save({ ...form, name: 'Core', password: 'w0rd' });
    expect(field).toEqual({ ...form, id: field.id });
    expect(
      open()
        .list()
        .map(({ name }) => name),
    ).toEqual(['Core', 'Field']);
    expect(JSON.stringify([...settings, profiles.list()])).not.toMatch(/pa55|w0rd/);
    expect(await open().credentials(field.id)).toEqual({ profile: field, password: 'pa55' });
  });

  test('keep their password when a change brings none, and take another one', async () => {
    const profiles = open();
    const { id } = await profiles.save({ ...form, password: 'pa55' });
    await profiles.save({ ...form, id, username: 'other' });
    expect(await profiles.credentials(id)).toMatchObject({ profile: { username: 'other' }, password: 'pa55' });
    await profiles.save({ ...form, id, password: 'new' });
    expect(await profiles.credentials(id)).toMatchObject({ password: 'new' });
    expect(profiles.list()).toHaveLength(1);
  });

  test('have names of their own, and are gone with their password when they are removed', async () => {
    const profiles = open();
    const { id } = await profiles.save({ ...form, password: 'pa55' });
    await expect(profiles.save({ ...form, password: '' })).rejects.toMatchObject({ code: 'LW_PROFILE_NAME_TAKEN' });
    expect(await profiles.remove(id)).toBe(true);
    expect(await profiles.remove(id)).toBe(false);
    expect(secrets.size).toBe(0);
    await expect(profiles.credentials(id)).rejects.toMatchObject({ code: 'LW_PROFILE_GONE' });
    await expect(profiles.save({ ...form, id })).rejects.toMatchObject({ code: 'LW_PROFILE_GONE' });
  });

  test('that cannot be read are left out', () => {
    settings.set('discovery.profiles', JSON.stringify([{ id: 'x' }, { ...form, id: 'y' }, 7]));
    expect(
      open()
        .list()
        .map(({ id }) => id),
    ).toEqual(['y']);
    settings.set('discovery.profiles', '"broken"');
    expect(open().list()).toEqual([]);
  });
});
