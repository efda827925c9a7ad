// Passwords and keys at rest: sealed by the operating system's keyring or by a key file, never in a log or an error.
export type { SecretCipher } from './cipher.ts';
export { keyFileCipher } from './key-file.ts';
export { createSecretStore, type SecretStore, type SecretTable } from './secret-store.ts';
export { shellCipher, type ShellPort } from './shell-cipher.ts';
