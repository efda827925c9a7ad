// What goes to other servers, put together with the engine's other parts.
import type { Clock } from './clock.ts';
import type { LoadedConfig } from './config/index.ts';
import { createRemoteWriteSenders, nameOfRemote, type Remote, type RemoteStatus } from './remote-write-sender/index.ts';
import { HttpSession, httpSettings } from './http-client/index.ts';
import {
  type Away,
  type Cluster,
  ClusterClient,
  ClusterState,
  queryUrlOf,
  REMOTE_STORAGE_NAME,
  remoteQueries,
  type RemoteStorageConfig,
  remoteWriteOf,
} from './remote-storage/index.ts';
import type { MetricMetadata } from './sources/index.ts';
import type { MetricQueries, MetricStore } from './store/metrics/index.ts';
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

export type RemotePartsStatus = {
  readonly senders: readonly RemoteStatus[];
  /** The long-term store, as who asks it finds it. */
  readonly cluster:
    | (Pick<RemoteStorageConfig, 'url' | 'read'> & {
        readonly answersSinceMs: number | undefined;
        readonly away: Away | undefined;
      })
    | undefined;
};

export type RemoteParts = {
  /** With what the long-term store has, where there is one. */
  readonly queries: MetricQueries;
  /** The same in the thread of what the product asks by itself. */
  readonly ownQueries: MetricQueries;
  apply(loaded: LoadedConfig): Promise<void>;
  status(): RemotePartsStatus;
  tick(): void;
  stop(): Promise<void>;
};

/** Requests that may be under way at once: panels ask together. */
const QUERY_CONNECTIONS = 6;
/** Nothing stays out of the files for longer. */
const UNSEALED_MS = 3 * 3_600_000;
const LOOK_EVERY_MS = 30_000;
/** A cluster that was away for a moment is nobody's concern. */
const TOLD_AFTER_MS = 60_000;

const remotesOf = ({ remote_write: entries, storage }: LoadedConfig['config']): Remote[] => [
  ...entries.map((config) => ({ config, sendsBacklog: false })),
  ...(storage.remote === undefined ? [] : [{ config: remoteWriteOf(storage.remote), sendsBacklog: true }]),
];

/** By which each place in what is stored is kept. */
export const remoteNamesOf = (config: LoadedConfig['config']): string[] =>
  remotesOf(config).map((remote) => nameOfRemote(remote.config));

export function createRemoteParts(options: RemotePartsOptions): RemoteParts {
  const { store } = options;
  const senders = createRemoteWriteSenders({
    ...options,
    feed: store.feed,
    oldestSampleMs: async () => {
      const { oldestSampleMs = Infinity } = await store.status();
      // What is not in files yet is younger than that.
      return Math.min(oldestSampleMs, options.clock.now() - UNSEALED_MS);
    },
    metadata: () =>
      Object.entries(options.metadata()).flatMap(([name, entries]) => entries.map((entry) => ({ name, ...entry }))),
    onProblem: (sentence) => options.onProblem('remote write', sentence),
  });
  let running: { readonly key: string; readonly cluster: Cluster; readonly config: RemoteStorageConfig } | undefined;
  let away: Away | undefined;
  const localFromMs = createLocalReach(store, options.clock);
  const start = (config: RemoteStorageConfig, baseDir: string, externalLabels: Cluster['externalLabels']): Cluster => ({
    client: new ClusterClient({
      session: new HttpSession(httpSettings(config, baseDir), config.query_timeout, QUERY_CONNECTIONS),
      urlOf: (path) => queryUrlOf(config, path),
      timeoutMs: config.query_timeout,
    }),
    host: new URL(queryUrlOf(config, '')).host,
    read: config.read,
    externalLabels,
    unsentFromMs: () => senders.status().find(({ name }) => name === REMOTE_STORAGE_NAME)?.unsentFromMs,
  });
  const tell = (): void => {
    const isTold = away !== undefined && options.clock.now() - away.sinceMs >= TOLD_AFTER_MS;
    const host = running?.cluster.host ?? '';
    const sentence = `The long-term store ${host} ${away?.sentence ?? ''}. Queries are answered from what is stored here.`;
    options.onProblem('long-term store', isTold ? sentence : undefined);
  };
  const state = new ClusterState();
  const asked = (local: MetricQueries): MetricQueries =>
    remoteQueries(local, state, {
      cluster: () => running?.cluster,
      localFromMs,
      now: () => options.clock.now(),
      onAway(now) {
        away = now;
        tell();
      },
    });
  const apply = async ({ config, baseDir }: LoadedConfig): Promise<void> => {
    const { external_labels: externalLabels } = config.global;
    await senders.apply(remotesOf(config), { externalLabels, baseDir });
    const { remote } = config.storage;
    const key = JSON.stringify([remote, externalLabels, baseDir]);
    if (running?.key === key) return;
    const before = running;
    running =
      remote === undefined ? undefined : { key, config: remote, cluster: start(remote, baseDir, externalLabels) };
    state.away = undefined;
    state.answersSinceMs = undefined;
    away = undefined;
    tell();
    await before?.cluster.client.close();
  };
  return {
    queries: asked(store),
    ownQueries: asked(store.ownQueries),
    apply,
    status: () => ({
      senders: senders.status(),
      cluster: running && {
        url: queryUrlOf(running.config, ''),
        read: running.config.read,
        answersSinceMs: state.answersSinceMs,
        away: state.away,
      },
    }),
    tick: () => senders.tick(),
    async stop() {
      await senders.stop();
      await running?.cluster.client.close();
    },
  };
}

/** From when on something is stored here, samples or summaries; looked at now and then. */
function createLocalReach(store: Pick<MetricStore, 'status' | 'feed'>, clock: Clock): () => Promise<number> {
  let seen: { readonly atMs: number; readonly fromMs: number } | undefined;
  return async () => {
    if (seen !== undefined && clock.monotonic() - seen.atMs < LOOK_EVERY_MS) return seen.fromMs;
    const { tiers } = await store.status();
    // A store that is new has rows only, and nothing in files yet.
    const { rows } = await store.feed.rows(0, 1);
    const oldest = [rows[0]?.timeMs, ...tiers.map(({ oldestMs }) => oldestMs)].filter((atMs) => atMs !== undefined);
    const fromMs = oldest.length === 0 ? clock.now() : Math.min(...oldest);
    seen = { atMs: clock.monotonic(), fromMs };
    return fromMs;
  };
}
