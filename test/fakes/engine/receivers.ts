// Receivers of the window's fake engine: what is added is kept as long as the page, and every test is sent.
import { createReceivers, defaultRouting } from '../../../electron/engine/alerting/index.ts';
import type { LoadedRouting } from '../../../electron/engine/alerting/index.ts';

export function createFakeReceivers(onChange: () => void) {
  const kept = new Map<string, unknown>();
  const secrets = new Map<string, string>();
  const base = defaultRouting({ hasDesktop: true });
  let routing: LoadedRouting = base;
  return createReceivers({
    settings: { get: (key) => kept.get(key), set: (key, value) => void kept.set(key, value) },
    secrets: {
      get: (name) => Promise.resolve(secrets.get(name)),
      set(name, secret) {
        secrets.set(name, secret);
        return Promise.resolve();
      },
      delete: (name) => Promise.resolve(secrets.delete(name)),
    },
    router: () => ({
      routing,
      apply(next) {
        routing = next;
      },
      counts: () => [],
      waiting: () => [],
      sendTest: () => Promise.resolve(),
      sendDraft: () => Promise.resolve(),
    }),
    base: () => base,
    onChange,
  });
}
