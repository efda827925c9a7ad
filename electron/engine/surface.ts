// The HTTP surface put together from the engine's parts; loaded only where something is served.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Alerting, AlertRouter } from './alerting/index.ts';
import { loadOrMakeToken, readTokens, startHttpServer } from './api/http/index.ts';
import type { HealthCounts, PrometheusApi } from './api/http/index.ts';
import type { RpcRouter } from './api/rpc/index.ts';
import { createRemoteWriteReceiver, registerAccounts } from './collectors/remote-write/index.ts';
import type { Push } from './collectors/push/index.ts';
import { redactConfig } from './config/index.ts';
import type { LoadedConfig } from './config/index.ts';
import type { FlowQuestions } from './flows/index.ts';
import type { MetricsTokens } from './keys/index.ts';
import { mergeMetadata } from './sources/index.ts';
import type { Sources } from './sources/index.ts';
import type { Senders } from './senders/index.ts';
import type { MetricAppender, MetricQueries, MetricStore } from './store/metrics/index.ts';
import type { Logger, Registry } from './telemetry/index.ts';

export type ConfigInForce = { readonly loaded: LoadedConfig; readonly readAtMs: number; readonly isGood: boolean };

export type SurfaceOptions = {
  readonly listen: { readonly host: string; readonly port: number };
  readonly tokenFile: string;
  readonly dataDir: string;
  readonly version: string;
  readonly startedAtMs: number;
  readonly rendererDir?: string | undefined;
  readonly config: () => ConfigInForce;
  readonly retentionMs: () => number;
  readonly router: RpcRouter;
  readonly store: MetricStore;
  /** With what the long-term store has. */
  readonly queries: MetricQueries;
  readonly appender: MetricAppender;
  readonly sources: Pick<Sources, 'metadata' | 'targetJobs' | 'targets'>;
  readonly alerting: Pick<Alerting, 'groups'>;
  readonly alertRouter: AlertRouter;
  readonly flows: FlowQuestions;
  readonly registry: Registry;
  readonly push: Push;
  readonly senders: Pick<Senders, 'contact'>;
  readonly metricsTokens: MetricsTokens;
  readonly healthCounts: () => Promise<HealthCounts>;
  readonly onTlsProblem: (sentence: string | undefined) => void;
  readonly logger: Logger;
  readonly notReady: () => string | undefined;
  readonly reload: () => Promise<void>;
};

export type Surface = { readonly url: string; readonly token: string; close(): Promise<void> };

export async function startSurface(options: SurfaceOptions): Promise<Surface> {
  const { store, sources, registry, logger } = options;
  const { loaded } = options.config();
  const { http, remote_write_receiver: receiving } = loaded.config;
  const token = loadOrMakeToken(options.tokenFile);
  const remoteWrite = createRemoteWriteReceiver({
    appender: options.appender,
    now: () => Date.now(),
    maxSeriesPerSender: receiving.series_limit,
    contact: ({ name, from }) =>
      void options.senders.contact({ kind: 'sender', key: name, from, mayCreate: receiving.new_devices }),
    logger,
  });
  registerAccounts(registry, () => remoteWrite.senders());
  const prometheus: PrometheusApi = {
    queries: options.queries,
    metadata: () => mergeMetadata([sources.metadata(), ...remoteWrite.metadata()]),
    ruleGroups: () => options.alerting.groups(),
    targets: () => sources.targets(),
    targetJobs: () => sources.targetJobs(),
    state: {
      version: options.version,
      startedAtMs: options.startedAtMs,
      config: () => options.config(),
      retentionMs: options.retentionMs,
      damagedFiles: () =>
        readdirSync(path.join(options.dataDir, 'metrics')).filter((name) => name.endsWith('.corrupt')).length,
      cardinality: (limit) => store.cardinality(limit),
      head: async () => {
        const { tiers, oldestSampleMs } = await store.status();
        return { minTimeMs: oldestSampleMs ?? 0, maxTimeMs: tiers[0]?.newestMs ?? 0, chunks: 0 };
      },
    },
    admin: {
      configYaml: () => Promise.resolve(redactConfig(options.config().loaded.text)),
      flags: () => ({
        'config.file': loaded.file ?? '',
        'query.timeout': '2m',
        'storage.tsdb.path': options.dataDir,
        'storage.tsdb.retention.time': `${options.retentionMs() / 1000}s`,
        'web.enable-admin-api': 'true',
        'web.enable-lifecycle': 'true',
        'web.enable-remote-write-receiver': 'true',
        'web.listen-address': `${options.listen.host}:${options.listen.port}`,
      }),
      deleteSeries: (selectors, startMs, endMs) => store.deleteSeries(selectors, startMs, endMs),
    },
    logger,
  };
  const server = await startHttpServer({
    listen: options.listen,
    token,
    tokens: readTokens(http.tokens, loaded.baseDir),
    allowedHosts: http.allowed_hosts,
    tls: http.tls && {
      certFile: path.resolve(loaded.baseDir, http.tls.cert_file),
      keyFile: path.resolve(loaded.baseDir, http.tls.key_file),
    },
    rendererDir: options.rendererDir,
    router: options.router,
    ownMetrics: { families: () => [...registry.families, ...options.push.metrics()], tokens: options.metricsTokens },
    push: options.push,
    healthCounts: options.healthCounts,
    onTlsProblem: options.onTlsProblem,
    prometheus,
    flows: { questions: options.flows, logger },
    alertmanager: {
      router: options.alertRouter,
      version: options.version,
      startedAtMs: options.startedAtMs,
      now: () => Date.now(),
    },
    remoteWrite: receiving.enabled ? remoteWrite : undefined,
    logger,
    notReady: options.notReady,
    reload: options.reload,
  });
  // For the command line, which knows the data dir alone.
  const urlFile = path.join(options.dataDir, 'engine.url');
  writeFileSync(urlFile, `${server.url}\n`);
  return {
    url: server.url,
    token,
    close() {
      rmSync(urlFile, { force: true });
      return server.close();
    },
  };
}
