import { execFile } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyFileCipher } from '../../../electron/engine/secrets/index.ts';

const SOURCE = new URL('../../../electron/engine/secrets/index.ts', import.meta.url).href;

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'linewarden-secrets-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const keyFile = () => path.join(dir, 'secret.key');

describe('the key file', () => {
  it('is made with 32 bytes and leaves no draft behind', () => {
    keyFileCipher(dir);
    expect(readFileSync(keyFile())).toHaveLength(32);
    expect(readdirSync(dir)).toEqual(['secret.key']);
  });

  it.skipIf(process.platform === 'win32')('is readable by its owner only', async () => {
    keyFileCipher(dir);
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
  });

  it('makes the data directory when it is absent', async () => {
    keyFileCipher(path.join(dir, 'a', 'b'));
    expect(readFileSync(path.join(dir, 'a', 'b', 'secret.key'))).toHaveLength(32);
  });

  it('is one key however many processes start at once', async () => {
    const program = `
      import { keyFileCipher } from ${JSON.stringify(SOURCE)};
      const sealed = await keyFileCipher(${JSON.stringify(dir)}).encrypt('hello', 'core');
      process.stdout.write(Buffer.from(sealed).toString('base64'));`;
    const run = promisify(execFile);
    const outputs = await Promise.all(
      Array.from({ length: 4 }, () => run(process.execPath, ['--input-type=module', '--eval', program])),
    );
    const cipher = keyFileCipher(dir);
    for (const { stdout } of outputs)
      await expect(cipher.decrypt(Buffer.from(stdout, 'base64'), 'core')).resolves.toBe('hello');
    expect(readdirSync(dir)).toEqual(['secret.key']);
  });

  it('is kept when it is there', async () => {
    writeFileSync(keyFile(), Buffer.alloc(32, 7), { mode: 0o600 });
    keyFileCipher(dir);
    expect(readFileSync(keyFile())).toEqual(Buffer.alloc(32, 7));
  });

  it.skipIf(process.platform === 'win32').each([0o640, 0o604, 0o660, 0o601])(
    'is refused with mode %o, naming the remedy',
    async (mode) => {
      writeFileSync(keyFile(), Buffer.alloc(32, 7));
      chmodSync(keyFile(), mode);
      expect(() => keyFileCipher(dir)).toThrow(
        expect.objectContaining({
          code: 'LW_SECRETS_KEY_PERMISSIONS',
          hint: expect.stringContaining('chmod 600') as string,
        }),
      );
    },
  );

  it.each([0, 16, 31, 33])('is refused with %i bytes', async (length) => {
    writeFileSync(keyFile(), Buffer.alloc(length, 7), { mode: 0o600 });
    expect(() => keyFileCipher(dir)).toThrow(expect.objectContaining({ code: 'LW_SECRETS_KEY_INVALID' }));
  });
});

describe('what it seals', () => {
  it.each(['', 'pässwörd €', 'x'.repeat(70_000)])('opens again (%#)', async (plain) => {
    const cipher = keyFileCipher(dir);
    await expect(cipher.decrypt(await cipher.encrypt(plain, 'core'), 'core')).resolves.toBe(plain);
  });

  it('opens after a restart', async () => {
    const sealed = await keyFileCipher(dir).encrypt('hello', 'core');
    await expect(keyFileCipher(dir).decrypt(sealed, 'core')).resolves.toBe('hello');
  });

  it('is AES-256-GCM with the layout that is written down: version 1, nonce, ciphertext, tag', async () => {
    const key = Buffer.alloc(32, 7);
    writeFileSync(keyFile(), key, { mode: 0o600 });
    const nonce = Buffer.alloc(12, 9);
    const gcm = createCipheriv('aes-256-gcm', key, nonce);
    gcm.setAAD(Buffer.from('linewarden secret 1\0core'));
    const body = Buffer.concat([gcm.update('hello'), gcm.final()]);
    const sealed = Buffer.concat([Buffer.of(1), nonce, body, gcm.getAuthTag()]);
    await expect(keyFileCipher(dir).decrypt(sealed, 'core')).resolves.toBe('hello');
  });

  it('differs each time and does not hold the plain text', async () => {
    const cipher = keyFileCipher(dir);
    const first = Buffer.from(await cipher.encrypt('hunter2hunter2', 'core'));
    const second = Buffer.from(await cipher.encrypt('hunter2hunter2', 'core'));
    expect(first.equals(second)).toBe(false);
    expect(first.includes('hunter2')).toBe(false);
  });

  it('does not open under another name', async () => {
    const cipher = keyFileCipher(dir);
    const sealed = await cipher.encrypt('hello', 'core');
    await expect(cipher.decrypt(sealed, 'edge')).rejects.toMatchObject({ code: 'LW_SECRETS_UNREADABLE' });
  });

  it('does not open with any one bit changed, nor cut short', async () => {
    const cipher = keyFileCipher(dir);
    const sealed = Buffer.from(await cipher.encrypt('hello', 'core'));
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await expect(cipher.decrypt(changed, 'core')).rejects.toMatchObject({ code: 'LW_SECRETS_UNREADABLE' });
    }
    for (let length = 0; length < sealed.length; length++)
      await expect(cipher.decrypt(sealed.subarray(0, length), 'core')).rejects.toMatchObject({
        code: 'LW_SECRETS_UNREADABLE',
      });
  });

  it('does not open with another key', async () => {
    const sealed = await keyFileCipher(dir).encrypt('hello', 'core');
    rmSync(keyFile());
    await expect(keyFileCipher(dir).decrypt(sealed, 'core')).rejects.toMatchObject({
      code: 'LW_SECRETS_UNREADABLE',
    });
  });
});
