// Named secrets, sealed before they reach the table; what is stored says which cipher sealed it.
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { SecretCipher } from './cipher.ts';
import { unreadable } from './key-file.ts';

type Awaitable<T> = T | Promise<T>;

/** Where the sealed bytes are kept, a row a name. */
export type SecretTable = {
  put(name: string, sealed: Uint8Array): Awaitable<void>;
  get(name: string): Awaitable<Uint8Array | undefined>;
  delete(name: string): Awaitable<boolean>;
  names(): Awaitable<string[]>;
};

export type SecretStore = {
  /** @throws LW_SECRETS_NAME, LW_SECRETS_TOO_LONG, or the cipher's error */
  set(name: string, secret: string): Promise<void>;
  /** The secret, undefined when there is none. @throws LW_SECRETS_UNREADABLE, LW_SECRETS_CIPHER_MISSING */
  get(name: string): Promise<string | undefined>;
  /** Whether there was one. */
  delete(name: string): Promise<boolean>;
  names(): Promise<string[]>;
};

/** Stored layout 1: version, length of the cipher's name, that name in ASCII, what the cipher made. */
const LAYOUT = 1;
const MAX_NAME = 256;
const MAX_SECRET = 65_536;

export function createSecretStore(options: { cipher: SecretCipher; table: SecretTable }): SecretStore {
  const { cipher, table } = options;
  const readers = new Map([...(cipher.alternatives ?? []), cipher].map((reader) => [reader.name, reader]));
  return {
    set: async (name, secret) => {
      if (name.length === 0 || name.length > MAX_NAME)
        throw new LinewardenError('LW_SECRETS_NAME', `A secret's name has 1 to ${MAX_NAME} characters.`);
      if (secret.length > MAX_SECRET)
        throw new LinewardenError(
          'LW_SECRETS_TOO_LONG',
          `The secret "${name}" is longer than ${MAX_SECRET} characters.`,
        );
      await table.put(name, wrap(cipher.name, await cipher.encrypt(secret, name)));
    },
    get: async (name) => {
      const stored = await table.get(name);
      if (stored === undefined) return undefined;
      const { cipherName, sealed } = unwrap(stored, name);
      const reader = readers.get(cipherName);
      if (reader === undefined)
        throw new LinewardenError(
          'LW_SECRETS_CIPHER_MISSING',
          `The secret "${name}" was sealed by ${cipherName}, which is not available here.`,
          {
            hint:
              cipherName === 'os-keyring'
                ? "Only the desktop app under the same user reaches the operating system's keyring: enter the secret again here."
                : 'Enter the secret again.',
          },
        );
      return reader.decrypt(sealed, name);
    },
    delete: async (name) => table.delete(name),
    names: async () => table.names(),
  };
}

function wrap(cipherName: string, sealed: Uint8Array): Uint8Array {
  const tag = Buffer.from(cipherName, 'latin1');
  return Buffer.concat([Buffer.of(LAYOUT, tag.length), tag, sealed]);
}

function unwrap(stored: Uint8Array, secretName: string): { cipherName: string; sealed: Uint8Array } {
  const nameLength = stored[1] ?? 0;
  if (stored[0] !== LAYOUT || nameLength === 0 || stored.length < 2 + nameLength) throw unreadable(secretName);
  const cipherName = Buffer.from(stored.subarray(2, 2 + nameLength)).toString('latin1');
  if (!/^[a-z-]{1,32}$/.test(cipherName)) throw unreadable(secretName);
  return { cipherName, sealed: stored.subarray(2 + nameLength) };
}
