// The engine's time for components: "6 min ago" moves without anything being pulled, and without a render as long as
// the words stay the same.
import { useCallback, useSyncExternalStore } from 'react';
import { useConnection } from '../connection/context.tsx';

const SECOND = 1_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One timer for everything that tells the time. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    if (!document.hidden) for (const tell of listeners) tell();
  }, SECOND);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** What `read` makes of the engine's time (Unix ms), looked at each second; renders when it is something else. */
export function useAtTime<T extends string | number | boolean | null>(read: (nowMs: number) => T): T {
  const connection = useConnection();
  return useSyncExternalStore(subscribe, () => read(connection.now()));
}

/** Unix ms on the engine's clock, in whole multiples of `everyMs`. */
export function useNow(everyMs = 5 * SECOND): number {
  return useAtTime(useCallback((nowMs: number) => Math.floor(nowMs / everyMs) * everyMs, [everyMs]));
}
