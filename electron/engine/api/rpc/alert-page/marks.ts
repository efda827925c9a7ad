// What happened to a device, read off the series that are about it.
import type { DeviceMark, Graph } from '../../../../../shared/contract/index.ts';

type Series = Graph['series'][number];

/** A query of the device's series, and what a step from one value to the next means. */
export type MarkQuery = {
  readonly query: string;
  readonly mark: (before: number, after: number, series: Series) => Omit<DeviceMark, 'atMs'> | undefined;
};

const EVENTS: Readonly<Record<string, string>> = {
  config_changed: 'Its configuration was changed',
  user_added: 'A user was added',
};

/** A clock that is set moves the time of the boot too, by less. */
const BOOT_S = 60;

/** @param selector the device's own series, such as `routerboard_name="core"`; empty: none */
export function markQueries(deviceId: string, selector: string): MarkQuery[] {
  const device = `device=${JSON.stringify(deviceId)}`;
  return [
    {
      query: `linewarden_device_online{${device}}`,
      mark: (before, after) => {
        if (before === after) return undefined;
        return after === 1 ? { kind: 'online', text: 'It came online' } : { kind: 'offline', text: 'It went offline' };
      },
    },
    {
      query: `linewarden_log_events_total{${device}, event=~"${Object.keys(EVENTS).join('|')}"}`,
      mark(before, after, { labels }) {
        const text = EVENTS[labels['event'] ?? ''];
        return after > before && text !== undefined ? { kind: 'changed', text } : undefined;
      },
    },
    ...(selector === ''
      ? []
      : [
          {
            query: `mktxp_system_uptime{${selector}}`,
            mark: (before: number, after: number) => (after < before ? RESTARTED : undefined),
          },
          {
            query: `node_boot_time_seconds{${selector}}`,
            mark: (before: number, after: number) => (after > before + BOOT_S ? RESTARTED : undefined),
          },
        ]),
  ];
}

const RESTARTED = { kind: 'restarted', text: 'It restarted' } as const;

/** One mark a step, however many series tell of it. */
export function marksIn({ startMs, stepMs, series }: Graph, { mark }: MarkQuery): DeviceMark[] {
  const found = new Map<string, DeviceMark>();
  for (const one of series) {
    let before: number | null = null;
    one.values.forEach((value, step) => {
      if (value === null) return;
      const told = before === null ? undefined : mark(before, value, one);
      before = value;
      const atMs = startMs + step * stepMs;
      if (told !== undefined) found.set(`${atMs} ${told.kind} ${told.text}`, { atMs, ...told });
    });
  }
  return [...found.values()];
}
