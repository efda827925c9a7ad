// The tables of silences, of what was told and of what waits, in memory.
import type { Notifications } from '../../../electron/engine/store/state/index.ts';

export function memoryNotifications(): Notifications {
  const silences = new Map<string, unknown>();
  const queued = new Map<string, { groupKey: string; way: string; data: unknown }>();
  return {
    silences: () => [...silences].map(([id, data]) => ({ id, data })),
    saveSilence: (id, data) => void silences.set(id, data),
    removeSilence: (id) => void silences.delete(id),
    notified: () => undefined,
    setNotified: () => {},
    forgetNotified: () => {},
    queued: () => [...queued.values()],
    putQueued: (groupKey, way, data) => void queued.set(`${groupKey} ${way}`, { groupKey, way, data }),
    dropQueued: (groupKey, way) => void queued.delete(`${groupKey} ${way}`),
    delivered: (groupKey, way) => void queued.delete(`${groupKey} ${way}`),
  };
}
