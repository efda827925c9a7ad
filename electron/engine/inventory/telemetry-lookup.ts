// Asks the store once for each new device when its telemetry was last written, so that a restart does not forget it.
import type { MetricQueries } from '../store/metrics/index.ts';
import type { Logger } from '../telemetry/index.ts';

const TIMEOUT_MS = 10_000;

export type TelemetryLookup = {
  lookUp(id: string, selector: string, nowMs: number, windowMs: number): void;
  /** Ends the running lookup and forgets those that wait; settled, no more is asked of the store. */
  stop(): Promise<void>;
};

/** Lookups run one after another: hundreds of devices at the start must not crowd out the window's queries. */
export function createTelemetryLookup(
  queries: Pick<MetricQueries, 'instant'>,
  logger: Logger,
  found: (id: string, atMs: number) => void,
): TelemetryLookup {
  let queue: Promise<void> = Promise.resolve();
  const stopping = new AbortController();
  const { signal } = stopping;
  const lookUp = async (id: string, selector: string, nowMs: number, windowMs: number): Promise<void> => {
    if (signal.aborted) return;
    try {
      const options = { timeoutMs: TIMEOUT_MS, signal };
      // Not timestamp(): an edge's CPU and uptime would be two series of the same labels, which is an error.
      const { value } = await queries.instant(`${selector}[${Math.ceil(windowMs)}ms]`, nowMs, options);
      const times = value.type === 'matrix' ? value.series.map(({ timestamps }) => timestamps.at(-1) ?? 0) : [];
      if (times.length > 0) found(id, Math.max(...times));
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error, device: id }, 'the last telemetry could not be looked up');
    }
  };
  return {
    lookUp(id, selector, nowMs, windowMs) {
      queue = queue.then(() => lookUp(id, selector, nowMs, windowMs));
    },
    stop() {
      stopping.abort();
      return queue;
    },
  };
}
