// Keeps the times of last answers in state.db: in the device's own row, or aside for devices that the file provides.

/** The part of the state store that is needed here. */
export interface LastSeenState {
  readonly devices: {
    list(): readonly { readonly id: string; readonly lastSeenMs: number | null }[];
    setLastSeen(entries: readonly { readonly id: string; readonly atMs: number }[]): void;
  };
  readonly settings: { get(key: string): unknown; set(key: string, value: unknown): void };
}

const KEY = 'presence.last_seen';
/** A device that comes back within this time, such as one of a config that is being mended, is known again. */
const KEPT_MS = 7 * 86_400_000;

export type LastSeen = {
  get(id: string): number | null;
  set(id: string, atMs: number): void;
  forget(id: string): void;
  /** When the program that wrote this last was still running; undefined before the first run. */
  readonly runningUntilMs: number | undefined;
  /** Writes what changed, and drops what is long past of devices that are not watched any more. */
  flush(nowMs: number, isWatched: (id: string) => boolean): void;
};

export function loadLastSeen(state: LastSeenState): LastSeen {
  const aside = parse(state.settings.get(KEY));
  const times = new Map<string, number>(Object.entries(aside.devices));
  let rows = new Set<string>();
  const readRows = (): void => {
    rows = new Set();
    for (const { id, lastSeenMs } of state.devices.list()) {
      rows.add(id);
      if (lastSeenMs !== null) times.set(id, Math.max(lastSeenMs, times.get(id) ?? 0));
    }
  };
  readRows();
  const dirty = new Set<string>();
  return {
    runningUntilMs: aside.runningUntilMs,
    get: (id) => times.get(id) ?? null,
    set(id, atMs) {
      times.set(id, atMs);
      dirty.add(id);
    },
    forget(id) {
      times.delete(id);
      dirty.delete(id);
    },
    flush(nowMs, isWatched) {
      for (const [id, atMs] of times) if (nowMs - atMs > KEPT_MS && !isWatched(id)) times.delete(id);
      if ([...dirty].some((id) => !rows.has(id))) {
        rows = new Set(state.devices.list().map(({ id }) => id));
      }
      const moved = [...dirty].filter((id) => rows.has(id)).map((id) => ({ id, atMs: times.get(id) ?? 0 }));
      if (moved.length > 0) state.devices.setLastSeen(moved);
      dirty.clear();
      const devices = Object.fromEntries([...times].filter(([id]) => !rows.has(id)));
      state.settings.set(KEY, { runningUntilMs: nowMs, devices });
    },
  };
}

function parse(stored: unknown): { runningUntilMs: number | undefined; devices: Record<string, number> } {
  const value = typeof stored === 'object' && stored !== null ? stored : {};
  const runningUntilMs =
    'runningUntilMs' in value && typeof value.runningUntilMs === 'number' ? value.runningUntilMs : undefined;
  const devices: Record<string, number> = {};
  if ('devices' in value && typeof value.devices === 'object' && value.devices !== null) {
    for (const [id, atMs] of Object.entries(value.devices)) if (typeof atMs === 'number') devices[id] = atMs;
  }
  return { runningUntilMs, devices };
}
