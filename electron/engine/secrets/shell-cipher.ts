// Secrets sealed by the operating system's keyring, which only the desktop shell can reach: asked over the process's port.
import { z } from 'zod';
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { EngineToShell, ShellToEngine } from '../../../shared/model/shell-messages.ts';
import type { SecretCipher } from './cipher.ts';
import { unreadable } from './key-file.ts';

/** The engine's end of the line to the shell that started it. */
export type ShellPort = {
  postMessage(message: EngineToShell): void;
  /** Returns what ends the subscription. */
  onMessage(listener: (message: ShellToEngine) => void): () => void;
};

/** A keyring may ask its owner for a password first; after that long nobody is there. */
const KEYRING_TIMEOUT_MS = 120_000;

const envelopeSchema = z.tuple([z.string(), z.string()]);

type Answer = Extract<ShellToEngine, { type: 'sealed' | 'opened' | 'cipher-refused' }>;

export function shellCipher(port: ShellPort, options: { timeoutMs?: number } = {}): SecretCipher {
  const timeoutMs = options.timeoutMs ?? KEYRING_TIMEOUT_MS;
  let lastId = 0;
  const waiting = new Map<number, (answer: Answer) => void>();

  port.onMessage((message) => {
    if (message.type !== 'sealed' && message.type !== 'opened' && message.type !== 'cipher-refused') return;
    waiting.get(message.id)?.(message);
  });

  const ask = async (build: (id: number) => EngineToShell): Promise<Answer> => {
    const id = ++lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    waiting.set(id, resolve);
    const timer = setTimeout(() => {
      reject(
        new LinewardenError('LW_SECRETS_KEYRING_SILENT', "The operating system's keyring did not answer.", {
          hint: 'Unlock the keyring and try again.',
        }),
      );
    }, timeoutMs);
    try {
      port.postMessage(build(id));
      return await promise;
    } finally {
      clearTimeout(timer);
      waiting.delete(id);
    }
  };

  return {
    name: 'os-keyring',
    encrypt: async (plain, secretName) => {
      // The keyring binds no name to what it seals, so the name goes inside.
      const answer = await ask((id) => ({ type: 'seal', id, plain: JSON.stringify([secretName, plain]) }));
      if (answer.type === 'sealed') return answer.data;
      throw new LinewardenError(
        'LW_SECRETS_KEYRING_REFUSED',
        "The operating system's keyring did not seal the secret.",
        {
          hint: 'Unlock the keyring and try again.',
        },
      );
    },
    decrypt: async (data, secretName) => {
      const answer = await ask((id) => ({ type: 'open', id, data }));
      if (answer.type !== 'opened') throw unreadable(secretName);
      const envelope = envelopeSchema.safeParse(parseJson(answer.plain));
      if (!envelope.success || envelope.data[0] !== secretName) throw unreadable(secretName);
      return envelope.data[1];
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JSON.parse quotes the text in its error: that text is a secret.
    return undefined;
  }
}
