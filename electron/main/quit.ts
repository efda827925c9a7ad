// A clean end: the engine has stopped before the app goes, and nobody waits long for it.
import type { App } from 'electron';

export const STOP_TIMEOUT_MS = 5_000;

export type Quitting = { /** True from the moment that somebody asked to quit. */ readonly begun: boolean };

export function stopEngineFirst(
  app: Pick<App, 'on' | 'quit'>,
  stopEngine: (timeoutMs: number) => Promise<void>,
  atEnd: () => void,
): Quitting {
  let state: 'running' | 'stopping' | 'stopped' = 'running';
  app.on('before-quit', (event) => {
    if (state === 'stopped') return;
    event.preventDefault();
    if (state === 'stopping') return;
    state = 'stopping';
    void stopEngine(STOP_TIMEOUT_MS).finally(() => {
      state = 'stopped';
      atEnd();
      app.quit();
    });
  });
  return {
    get begun() {
      return state !== 'running';
    },
  };
}
