// Keeps the latest observation of each device and source, and tells those that join them: names, subscribers, map, discovery.
import type { Observation, ObservationKind, ObservationOf } from './types.ts';

/** More rows than any small network has are a device's mistake, or an attack. */
const MAX_ROWS = 50_000;

export type Observed<K extends ObservationKind = ObservationKind> = {
  readonly deviceId: string;
  readonly atMs: number;
  readonly observation: ObservationOf<K>;
};

const isOf = <K extends ObservationKind>(kind: K, observed: Observed): observed is Observed & Observed<K> =>
  observed.observation.kind === kind;

export interface ObservationHub {
  /** Takes the place of what this device told before of the same kind and source. A throwing listener stops no other. */
  publish(deviceId: string, atMs: number, observation: Observation): void;
  /** The device is not watched any more. */
  forget(deviceId: string): void;
  /** What each device told last. */
  latest<K extends ObservationKind>(kind: K): Observed<K>[];
  /** Called with each observation of the kind; returns what ends it. */
  subscribe<K extends ObservationKind>(kind: K, listener: (observed: Observed<K>) => void): () => void;
}

export function createObservationHub(onError: (error: unknown) => void): ObservationHub {
  const kept = new Map<string, Observed>();
  const listeners = new Map<ObservationKind, Set<(observed: Observed) => void>>();
  return {
    publish(deviceId, atMs, observation) {
      const rows = observation.rows.slice(0, MAX_ROWS);
      const observed = { deviceId, atMs, observation: { ...observation, rows } as Observation } as Observed;
      kept.set(`${deviceId}\n${observation.kind}\n${observation.source}`, observed);
      for (const listener of listeners.get(observation.kind) ?? []) {
        try {
          listener(observed);
        } catch (error) {
          onError(error);
        }
      }
    },
    forget(deviceId) {
      for (const [key, observed] of kept) if (observed.deviceId === deviceId) kept.delete(key);
    },
    latest: (kind) => [...kept.values()].filter((observed) => isOf(kind, observed)),
    subscribe(kind, listener) {
      const ofKind = listeners.get(kind) ?? new Set();
      listeners.set(kind, ofKind);
      const own = (observed: Observed): void => {
        if (isOf(kind, observed)) listener(observed);
      };
      ofKind.add(own);
      return () => ofKind.delete(own);
    },
  };
}
