// What happened to devices and cannot be read off their series: containers that start and end. Bounded for each device.
import type { Clock } from '../clock.ts';
import type { DeviceEventRow, StateStore } from '../store/state/index.ts';

const WINDOW_MS = 60_000;
/** Of one device in a minute; what is over is told in one line. */
const MOST_A_MINUTE = 60;

export type DeviceEvents = {
  add(event: DeviceEventRow): void;
  /** The newest so many of those within these times, oldest first. */
  list(deviceId: string, fromMs: number, toMs: number, most: number): DeviceEventRow[];
};

export function createDeviceEvents(options: {
  readonly table: StateStore['deviceEvents'];
  readonly clock: Clock;
  /** undefined: it was written. */
  readonly onWritten: (error: unknown) => void;
}): DeviceEvents {
  const { table, clock, onWritten } = options;
  const recent = new Map<string, { sinceMs: number; count: number }>();
  const isOver = (deviceId: string): 'no' | 'first' | 'more' => {
    const nowMs = clock.monotonic();
    let window = recent.get(deviceId);
    if (window === undefined || nowMs - window.sinceMs >= WINDOW_MS) {
      window = { sinceMs: nowMs, count: 0 };
      recent.set(deviceId, window);
    }
    window.count++;
    if (window.count <= MOST_A_MINUTE) return 'no';
    return window.count === MOST_A_MINUTE + 1 ? 'first' : 'more';
  };
  return {
    add(event) {
      const over = isOver(event.deviceId);
      if (over === 'more') return;
      const row =
        over === 'no' ? event : { ...event, kind: 'many', words: 'More happened in this minute than is kept' };
      try {
        table.add([row]);
        onWritten(undefined);
      } catch (error) {
        // What is drawn on a time axis is not worth more than telling that it is missing.
        onWritten(error);
      }
    },
    list: (deviceId, fromMs, toMs, most) => table.list(deviceId, fromMs, toMs, most),
  };
}
