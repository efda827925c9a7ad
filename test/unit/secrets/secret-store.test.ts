import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createSecretStore, keyFileCipher, type SecretCipher } from '../../../electron/engine/secrets/index.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-secrets-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const rows = new Map<string, Uint8Array>();
const table = {
  put: (name: string, sealed: Uint8Array) => void rows.set(name, sealed),
  get: (name: string) => rows.get(name),
  delete: (name: string) => rows.delete(name),
  names: () => [...rows.keys()],
};
beforeEach(() => rows.clear());

/** Marks what it seals, so that a test sees which cipher worked. */
const plainCipher = (name: string, alternatives: SecretCipher[] = []): SecretCipher => ({
  name,
  alternatives,
  encrypt: async (plain) => Buffer.from(`${name}:${plain}`),
  decrypt: async (data) =>
    Buffer.from(data)
      .toString()
      .slice(name.length + 1),
});

describe('the secret store', () => {
  it('gives back what was set, under the real cipher', async () => {
    const store = createSecretStore({ cipher: keyFileCipher(dir), table });
    await store.set('router/core', 'correct horse');
    await store.set('router/edge', 'battery staple');
    await expect(store.get('router/core')).resolves.toBe('correct horse');
    await expect(store.names()).resolves.toEqual(['router/core', 'router/edge']);
    expect([...rows.values()].some((row) => Buffer.from(row).includes('correct horse'))).toBe(false);
  });

  it('says that a secret is not there', async () => {
    const store = createSecretStore({ cipher: plainCipher('key-file'), table });
    await expect(store.get('none')).resolves.toBeUndefined();
    await expect(store.delete('none')).resolves.toBe(false);
  });

  it('deletes', async () => {
    const store = createSecretStore({ cipher: plainCipher('key-file'), table });
    await store.set('core', 'x');
    await expect(store.delete('core')).resolves.toBe(true);
    await expect(store.get('core')).resolves.toBeUndefined();
  });

  it('writes which cipher sealed it in front', async () => {
    await createSecretStore({ cipher: plainCipher('key-file'), table }).set('core', 'x');
    expect(Buffer.from(rows.get('core') ?? Buffer.of()).toString('latin1')).toBe('\u0001\u0008key-filekey-file:x');
  });

  it('opens with the cipher that sealed, and seals with the present one', async () => {
    await createSecretStore({ cipher: plainCipher('key-file'), table }).set('old', 'a');
    const store = createSecretStore({ cipher: plainCipher('os-keyring', [plainCipher('key-file')]), table });
    await store.set('new', 'b');
    await expect(store.get('old')).resolves.toBe('a');
    await expect(store.get('new')).resolves.toBe('b');
    expect(Buffer.from(rows.get('new') ?? Buffer.of()).includes('os-keyring:b')).toBe(true);
  });

  it('says so when the cipher that sealed is not here', async () => {
    await createSecretStore({ cipher: plainCipher('os-keyring'), table }).set('core', 'a');
    const store = createSecretStore({ cipher: plainCipher('key-file'), table });
    await expect(store.get('core')).rejects.toMatchObject({
      code: 'LW_SECRETS_CIPHER_MISSING',
      message: 'The secret "core" was sealed by os-keyring, which is not available here.',
    });
  });

  it('does not give one secret for another when rows are swapped', async () => {
    const store = createSecretStore({ cipher: keyFileCipher(dir), table });
    await store.set('a', 'secret of a');
    await store.set('b', 'secret of b');
    rows.set('a', rows.get('b') ?? Buffer.of());
    await expect(store.get('a')).rejects.toMatchObject({ code: 'LW_SECRETS_UNREADABLE' });
  });

  it.each([
    ['empty', []],
    ['of another layout', [2, 1, 97, 0]],
    ['cut within the name', [1, 9, 97]],
    ['with a name that is none', [1, 2, 0, 255, 1]],
  ])('refuses a row that is %s', async (_, bytes) => {
    rows.set('core', Uint8Array.from(bytes));
    await expect(createSecretStore({ cipher: plainCipher('key-file'), table }).get('core')).rejects.toMatchObject({
      code: 'LW_SECRETS_UNREADABLE',
    });
  });

  it('bounds names and secrets, and no error quotes a secret', async () => {
    const store = createSecretStore({ cipher: plainCipher('key-file'), table });
    await expect(store.set('', 'x')).rejects.toMatchObject({ code: 'LW_SECRETS_NAME' });
    await expect(store.set('n'.repeat(257), 'x')).rejects.toMatchObject({ code: 'LW_SECRETS_NAME' });
    const long = 'hunter2'.repeat(10_000);
    await expect(store.set('core', long)).rejects.toSatisfy((error: Error) => !error.message.includes('hunter2'));
  });
});
