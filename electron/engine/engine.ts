// The engine, put together: store, inventory, sources, alerting, and the two surfaces of the API.
import { hostname } from 'node:os';
import path from 'node:path';
import type { EngineHealth, SystemInfo } from '../../shared/contract/index.ts';
import { Arrivals } from './alerting/index.ts';
import { createAlertingParts } from './alerting-parts.ts';
import type { HealthCounts } from './api/http/index.ts';
import { createRpcPorts, createRpcRouter, scrapeTargets } from './api/rpc/index.ts';
import { systemClock } from './clock.ts';
import { configFileIn, loadConfig } from './config/index.ts';
import type { LoadedConfig } from './config/index.ts';
import { createDashboards } from './dashboards/index.ts';
import type { Engine, EngineOptions } from './engine-types.ts';
import { RECEIVE_BUFFER_BYTES } from './collectors/netflow/index.ts';
import { createFlowExporterHealth, type FlowExporterHealth } from './flow-exporters/index.ts';
import { createFlowQuestions } from './flows/index.ts';
import { createDeviceEvents, createInventory } from './inventory/index.ts';
import type { InventoryOptions } from './inventory/index.ts';
import { MNDP_PORT, createDiscovery, createProfiles, registerDiscoveryMetrics } from './discovery/index.ts';
import { createNames } from './names/index.ts';
import type { Names } from './names/index.ts';
import { needsRestart } from './needs-restart.ts';
import { createCsvExchange, createOnboarding } from './onboarding/index.ts';
import { createObservationHub, normalizeAddress } from './observations/index.ts';
import { createPushParts } from './push-parts.ts';
import { createSenders, registerSenderMetrics, senderRows } from './senders/index.ts';
import { createSecretStore } from './secrets/index.ts';
import { createSampleDoors } from './sample-doors.ts';
import { createSelfScrape } from './self-scrape.ts';
import { registerMqttMetrics } from './collectors/mqtt/index.ts';
import { createMqttSource, createSources } from './sources/index.ts';
import { createStorage, flowRoom, storageSettings, storedFlows, storeRetentionOf } from './storage/index.ts';
import { createRemoteParts, remoteNamesOf } from './remote-parts.ts';
import { rowsToKeepAfter } from './remote-write-sender/index.ts';
import { createFlowStore } from './store/flows/index.ts';
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
    let storageSection = loaded.config.storage;
    const flowStore = createFlowStore({
      dir: options.dataDir,
      retention: loaded.config.storage.flows,
      maxBytes: () => flowRoom(store, storageSettings(storageSection, state.settings).maxBytes.value),
      clock,
      onProblem: (sentence) => problem('flow store', sentence),
      onNote: (sentence) => logger.warn({}, sentence),
    });
    closers.push(() => flowStore.close());
    registry.add({
      name: 'linewarden_flow_unstored_buckets_total',
      help: 'Minutes of conversations that could not be stored.',
      type: 'counter',
      value: () => flowStore.lostMinutes,
    });

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
    const mqttOptions = {
      appender,
      edges: senders,
      presence: inventory.presence,
      settings: state.settings,
      clock,
      logger,
      onProblem: (sentence: string | undefined) => problem('mqtt', sentence),
      onChange: () => ticks.changed('settings'),
    };
    const mqtt = createMqttSource(mqttOptions);
    closers.push(() => mqtt.stop());
    const sampleDoors = createSampleDoors({
      senders,
      createMqtt: (embeddedName) =>
        createMqttSource({ ...mqttOptions, embeddedName, onProblem: (sentence) => problem('lab edges', sentence) }),
      push: () => pushParts.push,
      httpUrl: () => httpUrl,
    });
    const brokers = () => [...mqtt.brokers(), ...sampleDoors.brokers()];
    registerMqttMetrics(registry, brokers);
    let flowHealth: FlowExporterHealth | undefined;
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
      sampleDoors,
      dataDir: options.dataDir,
      onConversations: (closed) => flowStore.write(closed),
      onFlowReport: (report) => {
        flowHealth?.tell(report);
        problem('flow conversations', flowHealth?.problem());
      },
      onChange: () => ticks.changed('devices', 'settings'),
      onProblem: problem,
    });
    closers.push(() => sources.stop());
    const exporterHealth = createFlowExporterHealth({
      observations,
      ...sources.flows,
      device: (id) => inventory.get(id),
      interfaceName: (id, index) => named.interfaceName(id, index),
      wantedBufferBytes: RECEIVE_BUFFER_BYTES,
    });
    flowHealth = exporterHealth;
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
      flows: async () => storedFlows(await flowStore.status(), storageSection.flows, clock.now()),
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

    const health = async (): Promise<EngineHealth> => {
      // While the store's thread is started again, what is wrong can be told all the more.
      const status = await store.status().catch(() => undefined);
      return {
        ok: problems.size === 0,
        problems: [...problems.values()],
        series: status?.series ?? 0,
        samplesPerSecond: selfScrape.samplesPerSecond(),
        storeBytes: status?.diskBytes ?? 0,
        rssBytes: process.memoryUsage.rss(),
      };
    };
    const healthCounts = async (): Promise<HealthCounts> => {
      const { series, samplesPerSecond } = await health();
      const devices = inventory.list();
      return {
        version: options.version,
        uptime_seconds: Math.round((clock.now() - startedAtMs) / 1_000),
        devices: devices.length,
        devices_online: devices.filter(({ state: now }) => now === 'online' || now === 'degraded').length,
        push_clients: push.counts().clients,
        push_headends: push.counts().headends,
        alerts_firing: alerting.alerts().filter(({ state: now }) => now === 'firing').length,
        series,
        samples_per_second: Math.round(samplesPerSecond),
        problems: problems.size,
      };
    };
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
    const flowQuestions = createFlowQuestions({
      answer: (plan, signal) => flowStore.ask(plan, signal),
      names: named,
      exporters: () => [
        ...new Set(
          [...sources.flowExporters(), ...inventory.list()].flatMap(({ address }) => normalizeAddress(address) ?? []),
        ),
      ],
      devices: () => inventory.list(),
      deviceOfExporter: (address) => sources.flows.resolve(address).deviceId,
      customers: subscribers,
      live: {
        watch: (listener) => sources.flows.watchLive(listener),
        problem: () => (sources.flowListen().length === 0 ? 'No port for flows is open.' : null),
      },
      now: () => clock.now(),
    });
    const router = createRpcRouter({
      info,
      health,
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
      mqttBrokers: brokers,
      senders,
      dashboards: createDashboards({
        shippedDir: path.join(options.resourcesDir, 'dashboards'),
        ownDir: path.join(options.dataDir, 'dashboards'),
      }),
      storage,
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
      storageSection = next.config.storage;
      flowStore.setRetention(storageSection.flows);
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
        metricsTokens,
        healthCounts,
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
