// Secrets sealed with a key kept in a file beside the data: AES-256-GCM, for machines without an operating system's keyring.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { SecretCipher } from './cipher.ts';

export const KEY_FILE = 'secret.key';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Layout 1: version, nonce (12), ciphertext, tag (16); the name is the additional authenticated data. */
const LAYOUT = 1;

/**
 * The cipher whose key is `<dataDir>/secret.key` (32 random bytes, made when absent, readable by its owner only).
 * @throws LW_SECRETS_KEY_PERMISSIONS when others may read the key, LW_SECRETS_KEY_INVALID when it is no key
 */
export function keyFileCipher(dataDir: string): SecretCipher {
  const file = path.join(dataDir, KEY_FILE);
  const key = readKey(file) ?? createKey(file);
  return {
    name: 'key-file',
    encrypt: async (plain, secretName) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(associatedData(secretName));
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(LAYOUT), nonce, sealed, cipher.getAuthTag()]);
    },
    decrypt: async (data, secretName) => {
      if (data.length < 1 + NONCE_BYTES + TAG_BYTES || data[0] !== LAYOUT) throw unreadable(secretName);
      const nonce = data.subarray(1, 1 + NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(associatedData(secretName));
      decipher.setAuthTag(data.subarray(data.length - TAG_BYTES));
      try {
        const plain = decipher.update(data.subarray(1 + NONCE_BYTES, data.length - TAG_BYTES));
        return Buffer.concat([plain, decipher.final()]).toString('utf8');
      } catch {
        // OpenSSL's own error says no more than this, and nothing of the content may reach a log.
        throw unreadable(secretName);
      }
    },
  };
}

const associatedData = (secretName: string): Buffer =>
  Buffer.from(`linewarden secret ${LAYOUT}\0${secretName}`, 'utf8');

export const unreadable = (secretName: string): LinewardenError =>
  new LinewardenError('LW_SECRETS_UNREADABLE', `The stored secret "${secretName}" cannot be opened with this key.`, {
    hint: 'Its key was replaced or the stored value was changed: enter the secret again.',
  });

function readKey(file: string): Buffer | undefined {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new LinewardenError('LW_SECRETS_KEY_INVALID', `The key file ${file} cannot be read.`, {
      hint: 'Give the user who runs Linewarden the right to read it.',
      cause: error,
    });
  }
  try {
    const stat = fstatSync(fd);
    if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) {
      const mode = (stat.mode & 0o777).toString(8).padStart(3, '0');
      throw new LinewardenError(
        'LW_SECRETS_KEY_PERMISSIONS',
        `The key file ${file} can be read by others (mode ${mode}).`,
        { hint: `Run: chmod 600 ${file}. Whoever had access meanwhile may have the secrets.` },
      );
    }
    const key = Buffer.alloc(KEY_BYTES);
    if (!stat.isFile() || stat.size !== KEY_BYTES || readSync(fd, key, 0, KEY_BYTES, 0) !== KEY_BYTES)
      throw new LinewardenError('LW_SECRETS_KEY_INVALID', `The key file ${file} does not hold a key of 32 bytes.`, {
        hint: 'Restore it from a backup, or remove it and enter the secrets again.',
      });
    return key;
  } finally {
    closeSync(fd);
  }
}

/** Whole or absent, and never in place of a key that another process made meanwhile. */
function createKey(file: string): Buffer {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const fd = openSync(draft, 'wx', 0o600);
  try {
    writeSync(fd, randomBytes(KEY_BYTES));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  try {
    linkSync(draft, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // File systems without hard links get a rename; the data directory's lock keeps a second engine away.
    if (code !== 'EEXIST') renameSync(draft, file);
  }
  rmSync(draft, { force: true });
  const key = readKey(file);
  if (key === undefined) throw new LinewardenError('LW_SECRETS_KEY_INVALID', `The key file ${file} vanished.`);
  return key;
}
