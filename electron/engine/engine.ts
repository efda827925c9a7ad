// The engine, put together: store, inventory, sources, alerting, and the two surfaces of the API.
import { hostname } from 'node:os';
import path from 'node:path';
import type { SystemInfo } from '../../shared/contract/index.ts';
import { Arrivals } from './alerting/index.ts';
import { createAlertingParts } from './alerting-parts.ts';
import { createRpcPorts, createRpcRouter, scrapeTargets } from './api/rpc/index.ts';
import { systemClock } from './clock.ts';
import { configFileIn, loadConfig } from './config/index.ts';
import type { LoadedConfig } from './config/index.ts';
import { createDashboards } from './dashboards/index.ts';
import type { Engine, EngineOptions } from './engine-types.ts';
import { createEngineHealth } from './engine-health.ts';
import { createFlowParts } from './flow-parts.ts';
import { createDeviceEvents, createInventory } from './inventory/index.ts';
import type { InventoryOptions } from './inventory/index.ts';
import { MNDP_PORT, createDiscovery, createProfiles, registerDiscoveryMetrics } from './discovery/index.ts';
import { createNames } from './names/index.ts';
import type { Names } from './names/index.ts';
import { createMqttParts } from './mqtt-parts.ts';
import { needsRestart } from './needs-restart.ts';
import { createCsvExchange, createOnboarding } from './onboarding/index.ts';
import { createObservationHub } from './observations/index.ts';
import { createPushParts } from './push-parts.ts';
import { createSenders, registerSenderMetrics, senderRows } from './senders/index.ts';
import { createSecretStore } from './secrets/index.ts';
import { createSelfScrape } from './self-scrape.ts';
import { createSources } from './sources/index.ts';
import { createStorage, storageSettings, storeRetentionOf } from './storage/index.ts';
import { createRemoteParts, remoteNamesOf } from './remote-parts.ts';
import { rowsToKeepAfter } from './remote-write-sender/index.ts';
import { openMetricStore } from './store/metrics/index.ts';
import { NotificationFeed, TickHub } from './streams/index.ts';
import { createSubscribers } from './subscribers/index.ts';
import { createWriteTrouble, lockDataDir, openState } from './store/state/index.ts';
import { createTopology, parentsOf } from './topology/index.ts';
import type { Topology } from './topology/index.ts';
import { createLogger, createRegistry } from './telemetry/index.ts';
import { collectAfterStart } from './threads/index.ts';

export type { Engine, EngineOptions } from './engine-types.ts';

const TICK_MS = 1_000;

/** Starts everything; rejects with a LinewardenError (config, lock, port, format) whose sentence the caller shows. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const loaded = loadConfig(options.configFile ?? configFileIn(options.dataDir));
  const lock = lockDataDir(options.dataDir);
  const closers: (() => unknown)[] = [() => lock.release()];
  let closing: Promise<void> | undefined;
  const closeAll = (): Promise<void> => (closing ??= closeInTurn(closers));
  try {
    const logger = createLogger(process.env['LINEWARDEN_LOG'] ?? 'warn');
    const clock = systemClock;
    const startedAtMs = clock.now();
    const registry = createRegistry();
    const ticks = new TickHub();
    const problems = new Map<string, string>();
    let storePaused: string | undefined;
    const problem = (area: string, sentence: string | undefined): void => {
      if (problems.get(area) === sentence) return;
      if (sentence === undefined) problems.delete(area);
      else problems.set(area, sentence);
      ticks.changed('engine');
    };

    const state = openState(options.dataDir, { onDamage: (sentence) => problem('state file', sentence) });
    closers.push(() => state.close());
    const writes = createWriteTrouble((sentence) => problem('state', sentence));
    const kept = storageSettings(loaded.config.storage, state.settings);
    let subqueryStepMs = loaded.config.global.evaluation_interval;
    const store = await openMetricStore({
      dir: options.dataDir,
      retention: storeRetentionOf(kept.retention.value),
      maxBytes: kept.maxBytes.value,
      maxSeries: kept.maxSeries,
      maxSeriesPerTarget: loaded.config.storage.max_series_per_target,
      subqueryStepMs: () => subqueryStepMs,
      keepRowsAfter: rowsToKeepAfter(state.settings, remoteNamesOf(loaded.config)),
      onProblem: (sentence, isPaused) => {
        storePaused = isPaused ? sentence : undefined;
        problem('store', sentence);
      },
    });
    closers.push(() => store.close());
    const flows = createFlowParts({
      dataDir: options.dataDir,
      section: loaded.config.storage,
      store,
      settings: state.settings,
      registry,
      clock,
      logger,
      onProblem: problem,
    });
    closers.push(() => flows.close());

    const arrivals = new Arrivals();
    const appender = arrivals.watch(store);

    const secrets = createSecretStore({ cipher: options.cipher, table: state.secrets });
    let names: Names | undefined;
    let topology: Topology | undefined;
    const inventory = createInventory({
      clock,
      state,
      queries: store.ownQueries,
      appender,
      logger,
      offlineAfterMs: loaded.config.presence.offline_after,
      limits: presenceLimitsOf(loaded),
      onChange: () => {
        names?.devicesChanged();
        topology?.devicesChanged();
        ticks.changed('devices');
      },
      onWritten: (error) => writes.report('inventory', error),
    });
    closers.push(() => inventory.stop());
    const feed = new NotificationFeed();
    let httpUrl: string | undefined;
    const alertingParts = createAlertingParts({
      loaded,
      inForce: () => inForce.loaded,
      dataDir: options.dataDir,
      resourcesDir: options.resourcesDir,
      state,
      store,
      arrivals,
      inventory,
      secrets,
      parentOf: (id) => topology?.parentOf(id)?.id,
      httpUrl: () => httpUrl,
      toPages: (notification) => feed.toPages(notification),
      toDesktop: options.notify,
      clock,
      logger,
      registry,
      onChange: (area) => ticks.changed(area),
      onProblem: problem,
      onWritten: (area, error) => writes.report(area, error),
    });
    const { alerting } = alertingParts;

    const observations = createObservationHub((error) => logger.error({ err: error }, 'an observation was not taken'));
    names = createNames({
      observations,
      state,
      devices: () => inventory.list(),
      section: loaded.config.names,
      clock,
      logger,
      onWritten: (error) => writes.report('names', error),
    });
    const named = names;
    closers.push(() => named.stop());
    const senders = createSenders({ inventory, clock, logger, rows: senderRows(state), onProblem: problem });
    registerSenderMetrics(registry, senders);
    const mqtt = createMqttParts({
      appender,
      senders,
      presence: inventory.presence,
      settings: state.settings,
      registry,
      push: () => pushParts.push,
      httpUrl: () => httpUrl,
      clock,
      logger,
      onProblem: problem,
      onChange: () => ticks.changed('settings'),
    });
    closers.push(() => mqtt.stop());
    const deviceEvents = createDeviceEvents({
      table: state.deviceEvents,
      clock,
      onWritten: (error) => writes.report('device events', error),
    });
    const sources = createSources({
      deviceEvents,
      appender,
      clock,
      logger,
      inventory,
      observations,
      state,
      secrets,
      senders,
      labDay: options.lab,
      sampleDoors: mqtt.sampleDoors,
      dataDir: options.dataDir,
      onConversations: (closed) => flows.write(closed),
      onFlowReport: (report) => flows.tell(report),
      onChange: () => ticks.changed('devices', 'settings'),
      onProblem: problem,
    });
    closers.push(() => sources.stop());
    const exporterHealth = flows.watch({ sources, inventory, observations, names: named });
    closers.push(() => exporterHealth.stop());
    const map = createTopology({
      observations,
      devices: () => inventory.list(),
      hereId: () => sources.hostDeviceId() ?? hostname(),
      settings: state.settings,
      fileParents: parentsOf(loaded.config),
      clock,
      logger,
      onChange: () => ticks.changed('map'),
      onWritten: (error) => writes.report('map', error),
    });
    topology = map;
    closers.push(() => map.stop());
    const profiles = createProfiles({ settings: state.settings, secrets });
    const discovery = createDiscovery({
      section: loaded.config.discovery,
      defaultListen: options.mode === 'desktop' ? { host: '0.0.0.0', port: MNDP_PORT } : undefined,
      observations,
      state,
      profiles,
      devices: sources.devices,
      hereId: () => sources.hostDeviceId() ?? hostname(),
      nameOf: (address) => named.nameOf(address)?.name,
      clock,
      logger,
      onWritten: (error) => writes.report('discovery', error),
    });
    closers.push(() => discovery.stop());
    registerDiscoveryMetrics(registry, () => discovery.counts);
    await sources.apply(loaded);
    const pushParts = createPushParts({
      loaded,
      inForce: () => inForce.loaded,
      state,
      appender,
      inventory,
      senders,
      devices: sources.devices,
      registry,
      clock,
      logger,
      onChange: () => ticks.changed('settings', 'devices'),
      onWritten: (error) => writes.report('push', error),
    });
    const { push, metricsTokens } = pushParts;
    closers.push(() => push.stop());
    await mqtt.apply(loaded.config.mqtt, loaded.baseDir);
    const subscribers = createSubscribers({
      observations,
      appender,
      queries: store.ownQueries,
      state,
      clock,
      logger,
      section: loaded.config.subscribers,
      device(id) {
        const device = inventory.get(id);
        return device && { isSample: device.sample };
      },
      pingFrom: (id, address, signal) => sources.pingFrom(id, address, signal),
      onProblem: (sentence) => problem('subscribers', sentence),
      onWritten: (error) => writes.report('subscribers', error),
    });
    closers.push(() => subscribers.stop());
    alertingParts.start(closers);

    const storage = createStorage({
      store,
      flows: () => flows.stored(),
      stored: state.settings,
      section: loaded.config.storage,
      dataDir: options.dataDir,
      devices: () => inventory.list(),
      clock,
      logger,
      registry,
      onProblem: (sentence) => problem('storage', sentence),
      onChange: () => ticks.changed('settings', 'engine'),
    });
    const remote = createRemoteParts({
      store,
      settings: state.settings,
      metadata: () => sources.metadata(),
      version: options.version,
      clock,
      logger,
      registry,
      onProblem: problem,
      onChange: () => ticks.changed('settings'),
      onWritten: (error) => writes.report('remote write', error),
    });
    closers.push(() => remote.stop());
    await remote.apply(loaded);
    const selfScrape = createSelfScrape({
      registry,
      store,
      clock,
      logger,
      problems: () => problems.size,
      onStatus: (status) => storage.watch(status),
    });
    closers.push(() => selfScrape.stop());
    const timer = setInterval(() => {
      inventory.tick();
      remote.tick();
      ticks.changed('metrics');
    }, TICK_MS);
    closers.push(() => clearInterval(timer));
    closers.push(collectAfterStart());

    const told = createEngineHealth({
      problems,
      store,
      samplesPerSecond: () => selfScrape.samplesPerSecond(),
      version: options.version,
      startedAtMs,
      clock,
      inventory,
      push,
      alerting,
    });
    const info = (): SystemInfo => ({
      version: options.version,
      startedAtMs,
      hostname: hostname(),
      platform: process.platform,
      dataDir: options.dataDir,
      configFile: loaded.file ?? null,
      mode: options.mode,
      hostDeviceId: sources.hostDeviceId() ?? null,
      listen: httpUrl ?? null,
      flowListen: sources.flowListen(),
      retentionDays: (storage.settings().retention.value[0]?.keepMs ?? 0) / 86_400_000,
      labRunning: sources.lab.running(),
    });
    const flowQuestions = flows.questions(subscribers);
    const router = createRpcRouter({
      info,
      health: () => told.health(),
      ticks,
      notifications: (signal) => feed.subscribe(signal),
      queries: remote.queries,
      ownQueries: remote.ownQueries,
      metadata: () => sources.metadata(),
      devices: pushParts.devices,
      push,
      metricsTokens,
      csv: createCsvExchange(sources.devices, {
        list: () => profiles.list(),
        password: async (id) => (await profiles.credentials(id)).password,
      }),
      onboarding: createOnboarding({
        clock,
        flows: {
          port: () => sources.flowPort(),
          exporters: () => sources.flowExporters(),
          waiting: () => sources.waitingFlowSenders(),
        },
        passwordOf: (id) => sources.storedPassword(id),
        isKnownAddress: (address) => inventory.list().some((device) => device.address === address),
      }),
      deviceEvents,
      flowExporters: () => sources.flowExporters(),
      scrapeTargets: () => scrapeTargets(sources),
      exporterHealth: () => exporterHealth.list(),
      flows: flowQuestions,
      names: named,
      discovery,
      profiles,
      ...alertingParts.services,
      mqttBrokers: () => mqtt.brokers(),
      senders,
      dashboards: createDashboards({
        shippedDir: path.join(options.resourcesDir, 'dashboards'),
        ownDir: path.join(options.dataDir, 'dashboards'),
      }),
      storage,
      remote,
      lab: sources.lab,
      subscribers,
      topology: map,
      logger,
    });

    let inForce = { loaded, readAtMs: clock.now(), isGood: true };
    const reload = async (): Promise<void> => {
      if (closing !== undefined) return;
      inForce = { ...inForce, isGood: false };
      const next = loadConfig(options.configFile ?? configFileIn(options.dataDir));
      push.apply(next.config.push, next.baseDir);
      alertingParts.apply(next);
      subqueryStepMs = next.config.global.evaluation_interval;
      problem('reload', needsRestart(loaded.config, next.config));
      inventory.setOfflineAfter(next.config.presence.offline_after, presenceLimitsOf(next));
      named.apply(next.config.names);
      discovery.apply(next.config.discovery);
      map.apply(parentsOf(next.config));
      await sources.apply(next);
      await mqtt.apply(next.config.mqtt, next.baseDir);
      subscribers.apply(next.config.subscribers);
      await storage.apply(next.config.storage);
      flows.apply(next.config.storage);
      await remote.apply(next);
      store.maxSeriesPerTarget = next.config.storage.max_series_per_target;
      ticks.changed('settings', 'devices', 'alerts');
      inForce = { loaded: next, readAtMs: clock.now(), isGood: true };
    };

    const listen = options.listen ?? loaded.config.http.listen ?? options.defaultListen;
    let token: string | undefined;
    if (listen !== undefined) {
      // Only now: a desktop engine that serves nobody else does without it.
      const { startSurface } = await import('./surface.ts');
      const surface = await startSurface({
        listen,
        tokenFile: options.tokenFile ?? path.join(options.dataDir, 'admin-token'),
        dataDir: options.dataDir,
        version: options.version,
        startedAtMs,
        rendererDir: options.rendererDir,
        config: () => inForce,
        retentionMs: () => storage.settings().retention.value[0]?.keepMs ?? 0,
        router,
        store,
        queries: remote.queries,
        appender,
        sources,
        alerting,
        alertRouter: alertingParts.router,
        flows: flowQuestions,
        registry,
        push,
        senders,
        metricsTokens,
        healthCounts: () => told.counts(),
        onTlsProblem: (sentence) => problem('certificate', sentence),
        logger,
        notReady: () => storePaused,
        reload: () => reload(),
      });
      closers.push(() => surface.close());
      ({ token, url: httpUrl } = surface);
    }

    const ports = createRpcPorts(router, logger);
    let suspendedAtMs: number | undefined;
    return {
      attachPort: (port) => ports.attach(port),
      get httpUrl() {
        return httpUrl;
      },
      token,
      health: () => ({ ok: problems.size === 0, problems: [...problems.values()] }),
      suspend() {
        suspendedAtMs = clock.now();
      },
      resume() {
        alerting.gap(suspendedAtMs ?? clock.now(), clock.now());
        suspendedAtMs = undefined;
      },
      startLab: async () => {
        await sources.lab.start();
      },
      reload,
      stop: closeAll,
    };
  } catch (error) {
    await closeAll().catch(() => {
      // Why it did not start says more.
    });
    throw error;
  }
}

const presenceLimitsOf = ({ config: { presence } }: LoadedConfig): NonNullable<InventoryOptions['limits']> =>
  Object.fromEntries(Object.entries(presence.types).map(([type, ms]) => [type, { ms }]));

/** The last opened first. Each gets its chance, whatever the others do: a lock that is kept would keep the next start out. */
async function closeInTurn(closers: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers.toReversed()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
