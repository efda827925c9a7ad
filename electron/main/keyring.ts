// Seals and opens the engine's secrets with the operating system's keyring, where there is one worth the name.
import type { SafeStorage } from 'electron';
import type { EngineToShell, ShellToEngine } from '../../shared/model/shell-messages.ts';

export type KeyringState = { keyring: boolean; /** Empty, or one sentence for the operator. */ warning: string };

/** On Linux without a keyring Chromium "encrypts" with a password that everybody knows: that is no keyring. */
const NO_KEYRING: ReadonlySet<string> = new Set(['basic_text', 'unknown']);
const NONE: KeyringState = {
  keyring: false,
  warning:
    'This system offers no keyring, so passwords are sealed with a key file beside the data: who can read both can read them.',
};

type Storage = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptStringAsync' | 'decryptStringAsync'
>;

export async function keyringState(storage: Storage, platform: string): Promise<KeyringState> {
  if (platform === 'linux' && NO_KEYRING.has(storage.getSelectedStorageBackend())) return NONE;
  const available = await storage.isAsyncEncryptionAvailable().catch(() => false);
  return available ? { keyring: true, warning: '' } : NONE;
}

/** The answer to one request of the engine. What failed is not told: the error could name what it worked on. */
export async function answerCipher(
  storage: Storage,
  request: Extract<EngineToShell, { type: 'seal' | 'open' }>,
): Promise<ShellToEngine> {
  const { id } = request;
  try {
    if (request.type === 'seal')
      return { type: 'sealed', id, data: new Uint8Array(await storage.encryptStringAsync(request.plain)) };
    const { result } = await storage.decryptStringAsync(Buffer.from(request.data));
    return { type: 'opened', id, plain: result };
  } catch {
    return { type: 'cipher-refused', id };
  }
}
