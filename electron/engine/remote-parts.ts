// What goes to other servers, put together with the engine's other parts.
import type { Clock } from './clock.ts';
import type { LoadedConfig } from './config/index.ts';
import { createRemoteWriteSenders, nameOfRemote, type Remote, type RemoteStatus } from './remote-write-sender/index.ts';
import type { MetricMetadata } from './sources/index.ts';
import type { MetricStore } from './store/metrics/index.ts';
import type { Settings } from './store/state/index.ts';
import type { Logger, Registry } from './telemetry/index.ts';

export type RemotePartsOptions = {
  readonly store: MetricStore;
  readonly settings: Settings;
  readonly metadata: () => MetricMetadata;
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly onProblem: (area: string, sentence: string | undefined) => void;
  readonly onChange: () => void;
  readonly onWritten: (error: unknown) => void;
};

export type RemoteParts = {
  apply(loaded: LoadedConfig): Promise<void>;
  status(): readonly RemoteStatus[];
  tick(): void;
  stop(): Promise<void>;
};

const remotesOf = ({ remote_write: entries }: LoadedConfig['config']): Remote[] =>
  entries.map((config) => ({ config, sendsBacklog: false }));

/** By which each place in what is stored is kept. */
export const remoteNamesOf = (config: LoadedConfig['config']): string[] =>
  remotesOf(config).map((remote) => nameOfRemote(remote.config));

export function createRemoteParts(options: RemotePartsOptions): RemoteParts {
  const { store } = options;
  const senders = createRemoteWriteSenders({
    ...options,
    feed: store.feed,
    oldestSampleMs: async () => (await store.status()).oldestSampleMs,
    metadata: () =>
      Object.entries(options.metadata()).flatMap(([name, entries]) => entries.map((entry) => ({ name, ...entry }))),
    onProblem: (sentence) => options.onProblem('remote write', sentence),
  });
  return {
    apply: ({ config, baseDir }) =>
      senders.apply(remotesOf(config), { externalLabels: config.global.external_labels, baseDir }),
    status: () => senders.status(),
    tick: () => senders.tick(),
    stop: () => senders.stop(),
  };
}
