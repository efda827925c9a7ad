// What an alert's page shows of the fake network: the engine's own code over its series.
import type { AlertPageServices } from '../../../electron/engine/api/rpc/alert-page/index.ts';
import { QueryError } from '../../../electron/engine/promql/index.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { evaluate } from './promql.ts';
import type { World } from './world.ts';

export function fakeAlertPage(
  world: Pick<World, 'alerts' | 'series'>,
  desk: { quietedBy(fingerprint: string): string[] },
): AlertPageServices {
  const rows = () =>
    world.alerts.map((alert) => ({
      ...alert,
      ruleKey: alert.name,
      value: typeof alert.value === 'number' ? alert.value : Number.NaN,
    }));
  return {
    queries: {
      range(query, startMs, endMs, stepMs) {
        const times = Array.from(
          { length: Math.floor((endMs - startMs) / stepMs) + 1 },
          (_, i) => startMs + i * stepMs,
        );
        try {
          const series = evaluate(query, world.series, endMs).map((one) => {
            const points = times.flatMap((timeMs) => {
              const value = one.at(timeMs);
              return value === null ? [] : [{ timeMs, value }];
            });
            return {
              labels: Labels.fromRecord(one.labels),
              timestamps: Float64Array.from(points, ({ timeMs }) => timeMs),
              values: Float64Array.from(points, ({ value }) => value),
            };
          });
          return Promise.resolve({ value: { type: 'matrix', series }, warnings: [], infos: [], samplesRead: 0 });
        } catch (error) {
          return Promise.reject(new QueryError('execution', error instanceof Error ? error.message : String(error)));
        }
      },
    },
    alerts: () => world.alerts,
    routed: () => undefined,
    times: (fingerprint) => rows().filter((row) => row.fingerprint === fingerprint),
    since: rows,
    receivers: () => ['this-computer'],
    quietedBy: (fingerprint) => desk.quietedBy(fingerprint),
    deviceOf: (labels) =>
      world.alerts.find((alert) => Object.entries(alert.labels).every(([name, value]) => labels[name] === value))
        ?.deviceId ?? undefined,
    eventsOf: () => [],
    selectorOf: () => undefined,
    now: () => Date.now(),
  };
}
