// The presence of every device as series: linewarden_device_online and the one-hot linewarden_device_state.
import type { DeviceState } from '../../../shared/contract/index.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { TargetSession } from '../ingest/index.ts';
import type { MetricAppender, SeriesRef } from '../store/metrics/index.ts';
import type { Logger } from '../telemetry/index.ts';

const STATES = ['online', 'degraded', 'offline', 'unknown'] as const;

type Refs = { readonly online: SeriesRef; readonly states: readonly (readonly [DeviceState, SeriesRef])[] };

export type PresenceSeries = {
  /** One batch with all devices; the series of a device that is no longer there end. */
  append(nowMs: number, devices: readonly { readonly id: string; readonly state: DeviceState }[]): void;
  end(nowMs: number): Promise<void>;
};

export function createPresenceSeries(appender: MetricAppender, logger: Logger): PresenceSeries {
  const session = new TargetSession(appender);
  const refs = new Map<string, Refs>();
  const refsOf = (device: string): Refs => {
    let found = refs.get(device);
    if (found === undefined) {
      found = {
        online: appender.ref(Labels.of('linewarden_device_online', { device })),
        states: STATES.map((state) => [state, appender.ref(Labels.of('linewarden_device_state', { device, state }))]),
      };
      refs.set(device, found);
    }
    return found;
  };
  const logged = async (appending: Promise<unknown>): Promise<void> => {
    try {
      await appending;
    } catch (error) {
      logger.warn({ err: error }, 'the presence of devices could not be stored');
    }
  };
  return {
    append(nowMs, devices) {
      const batch = session.begin(nowMs);
      for (const { id, state: current } of devices) {
        const { online, states } = refsOf(id);
        // A device that only misses heartbeats still counts as online: an alert waits for the rule.
        batch.add(online, current === 'online' || current === 'degraded' ? 1 : 0);
        for (const [state, ref] of states) batch.add(ref, state === current ? 1 : 0);
      }
      void logged(batch.commit());
    },
    end: (nowMs) => logged(session.end(nowMs)),
  };
}
