import { beforeEach, describe, expect, it } from 'vitest';
import { keyringState } from '../../../electron/main/keyring.ts';
import { resetElectron, safeStorage } from '../../fakes/electron.ts';

type Backend = 'basic_text' | 'gnome_libsecret' | 'kwallet' | 'kwallet5' | 'kwallet6' | 'unknown';
const storage = { ...safeStorage, getSelectedStorageBackend: () => safeStorage.backend as Backend };
const stateOn = (platform: string) =>
  keyringState({ ...storage, isAsyncEncryptionAvailable: safeStorage.isAsyncEncryptionAvailable }, platform);

beforeEach(resetElectron);

describe('the keyring', () => {
  it.each(['gnome_libsecret', 'kwallet', 'kwallet5', 'kwallet6'])('on Linux is one with %s', async (backend) => {
    safeStorage.backend = backend;
    await expect(stateOn('linux')).resolves.toEqual({ keyring: true, warning: '' });
  });

  it.each(['basic_text', 'unknown'])('on Linux is none with %s, whose password everybody knows', async (backend) => {
    safeStorage.backend = backend;
    const state = await stateOn('linux');
    expect(state.keyring).toBe(false);
    expect(state.warning).toContain('key file');
  });

  it.each(['linux', 'darwin', 'win32'])('on %s is none when the system refuses', async (platform) => {
    safeStorage.available = false;
    await expect(stateOn(platform)).resolves.toMatchObject({ keyring: false });
  });

  it.each(['darwin', 'win32'])('on %s is asked for no backend', async (platform) => {
    safeStorage.backend = 'unknown';
    await expect(stateOn(platform)).resolves.toMatchObject({ keyring: true });
  });
});
