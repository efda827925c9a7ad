import { describe, expect, it } from 'vitest';
import { shellCipher } from '../../../electron/engine/secrets/index.ts';
import type { EngineToShell, ShellToEngine } from '../../../shared/model/shell-messages.ts';

/** A line to a shell that answers as the function says. */
function line(answer: (asked: EngineToShell) => ShellToEngine | undefined) {
  const listeners = new Set<(message: ShellToEngine) => void>();
  const asked: EngineToShell[] = [];
  return {
    asked,
    port: {
      postMessage: (message: EngineToShell) => {
        asked.push(message);
        const reply = answer(message);
        if (reply !== undefined) queueMicrotask(() => listeners.forEach((listener) => listener(reply)));
      },
      onMessage: (listener: (message: ShellToEngine) => void) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
  };
}

/** Seals by reversing the bytes. */
const reversing = (asked: EngineToShell): ShellToEngine | undefined => {
  if (asked.type === 'seal') return { type: 'sealed', id: asked.id, data: Buffer.from(asked.plain).toReversed() };
  if (asked.type === 'open')
    return { type: 'opened', id: asked.id, plain: Buffer.from(Buffer.from(asked.data).toReversed()).toString() };
  return undefined;
};

describe("the operating system's keyring, asked through the shell", () => {
  it('opens what it sealed', async () => {
    const cipher = shellCipher(line(reversing).port);
    await expect(cipher.decrypt(await cipher.encrypt('hello "core"', 'core'), 'core')).resolves.toBe('hello "core"');
  });

  it('does not open under another name', async () => {
    const cipher = shellCipher(line(reversing).port);
    const sealed = await cipher.encrypt('hello', 'core');
    await expect(cipher.decrypt(sealed, 'edge')).rejects.toMatchObject({ code: 'LW_SECRETS_UNREADABLE' });
  });

  it('matches answers to questions that overlap', async () => {
    const held: EngineToShell[] = [];
    const listeners: ((message: ShellToEngine) => void)[] = [];
    const cipher = shellCipher({
      postMessage: (message) => void held.push(message),
      onMessage: (listener) => {
        listeners.push(listener);
        return () => {};
      },
    });
    const first = cipher.encrypt('one', 'a');
    const second = cipher.encrypt('two', 'b');
    for (const message of held.toReversed())
      if (message.type === 'seal') listeners[0]?.({ type: 'sealed', id: message.id, data: Buffer.from(message.plain) });
    expect(Buffer.from(await first).toString()).toBe('["a","one"]');
    expect(Buffer.from(await second).toString()).toBe('["b","two"]');
  });

  it('says what went wrong when the keyring refuses', async () => {
    const refusing = line((asked) =>
      asked.type === 'seal' || asked.type === 'open' ? { type: 'cipher-refused', id: asked.id } : undefined,
    );
    const cipher = shellCipher(refusing.port);
    await expect(cipher.encrypt('hunter2', 'core')).rejects.toMatchObject({ code: 'LW_SECRETS_KEYRING_REFUSED' });
    await expect(cipher.decrypt(Buffer.of(1), 'core')).rejects.toMatchObject({ code: 'LW_SECRETS_UNREADABLE' });
  });

  it('does not wait for ever for a keyring that nobody unlocks', async () => {
    const cipher = shellCipher(line(() => undefined).port, { timeoutMs: 5 });
    await expect(cipher.encrypt('hunter2', 'core')).rejects.toMatchObject({ code: 'LW_SECRETS_KEYRING_SILENT' });
  });

  it('keeps what it read out of its errors', async () => {
    const broken = line((asked) =>
      asked.type === 'open' ? { type: 'opened', id: asked.id, plain: 'hunter2, no JSON' } : undefined,
    );
    const opened = shellCipher(broken.port).decrypt(Buffer.of(1), 'core');
    await expect(opened).rejects.toSatisfy(
      (error: Error) => !error.message.includes('hunter2') && error.cause === undefined,
    );
  });
});
