// Puts the plans together, keeps the running sources equal to them, and serves the window's device calls.
import { hostname } from 'node:os';
import path from 'node:path';
import type { DeviceSummary, FlowExporter, RouterForm, TargetForm } from '../../../shared/contract/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { Clock } from '../clock.ts';
import type { FlowReport } from '../collectors/netflow/index.ts';
import { testRouterConnection } from '../collectors/routeros/index.ts';
import {
  checkFormUrl,
  createTargetPools,
  formTarget,
  testTarget,
  withGlobalLimits,
} from '../collectors/scrape/index.ts';
import type { JobState, ScrapeTarget, TargetConfig } from '../collectors/scrape/index.ts';
import type { LoadedConfig } from '../config/index.ts';
import type { DeviceEvents, Inventory } from '../inventory/index.ts';
import type { ObservationHub } from '../observations/index.ts';
import type { Senders } from '../senders/index.ts';
import type { SecretStore } from '../secrets/index.ts';
import type { ClosedConversations } from '../store/flows/index.ts';
import type { MetricAppender } from '../store/metrics/index.ts';
import type { StateStore } from '../store/state/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { MetricMetadata } from '../collectors/scrape/index.ts';
import { storeCollectorSwitch } from './collector-switches.ts';
import type { DeviceServices } from './device-services.ts';
import { createRouterEdits } from './edit-router.ts';
import { createFlowSource } from './flows.ts';
import type { FlowSource } from './flows.ts';
import { createIdentities, withHistory } from './identities.ts';
import { startLabThread } from './lab.ts';
import type { LabDay } from './lab.ts';
import { dockerPlan, filePassword, hostPlan, routerId, routerPlan, targetId, targetPlan } from './plans.ts';
import type { PasswordSource, SourceContext } from './plans.ts';
import { createSampleNetwork } from './sample-network.ts';
import type { SampleDoors } from './sample-network.ts';
import { SourceSet } from './source-set.ts';
import type { SourcePlan } from './source-set.ts';
import {
  editStoredTarget,
  exporterRows,
  passwordName,
  readStored,
  removeStored,
  storeRouter,
  storeTarget,
  toRouterConfig,
} from './stored.ts';
import { createTurns } from '../turns.ts';

/** While its page is open, this computer is read each second. */
const WATCHED_INTERVAL_MS = 1_000;
const SAMPLE_INTERVAL_MS = 5_000;
const FACTS_EVERY_MS = 2_000;

export type SourcesOptions = {
  readonly appender: MetricAppender;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly inventory: Inventory;
  readonly deviceEvents: Pick<DeviceEvents, 'add'>;
  readonly observations: ObservationHub;
  readonly state: StateStore;
  readonly secrets: SecretStore;
  readonly senders: Pick<Senders, 'setNamed' | 'remove'>;
  readonly labDay?: LabDay | undefined;
  /** Through which those of the sample network come that send by themselves. */
  readonly sampleDoors: SampleDoors;
  readonly dataDir: string;
  /** What the flow receiver sees, with each flush. */
  readonly onFlowReport: (report: FlowReport) => void;
  /** A minute of conversations is over. */
  readonly onConversations: (closed: ClosedConversations) => void;
  readonly onChange: () => void;
  readonly onProblem: (area: string, sentence: string | undefined) => void;
};

/** A scrape target as it is configured and as it went. */
export type ScrapedTarget = {
  readonly deviceId: string;
  readonly target: TargetConfig;
  readonly status: ReturnType<ScrapeTarget['status']>;
  readonly metadata: () => MetricMetadata;
};

export type Sources = {
  apply(loaded: LoadedConfig): Promise<void>;
  stop(): Promise<void>;
  readonly devices: DeviceServices;
  readonly lab: { start(): Promise<number>; stop(): Promise<void>; running(): boolean };
  hostDeviceId(): string | undefined;
  /** A router's own ping: seconds, undefined for no answer. */
  pingFrom(id: string, address: string, signal: AbortSignal): Promise<number | undefined>;
  flowListen(): string[];
  flowExporters(): FlowExporter[];
  /** The first of the flow ports; undefined where none is open. */
  flowPort(): number | undefined;
  /** Of a router that the window added; '' for none. */
  storedPassword(id: string): Promise<string>;
  waitingFlowSenders(): ReturnType<FlowSource['waiting']>;
  /** The flow receiver's part for questions about exporters and the last minute. */
  readonly flows: Pick<FlowSource, 'watchLive' | 'setSpeeds' | 'resolve' | 'section'>;
  metadata(): MetricMetadata;
  targets(): ScrapedTarget[];
  /** Of the config's jobs: what was dropped of what they found, and what went wrong. */
  targetJobs(): JobState[];
};

export function createSources(options: SourcesOptions): Sources {
  const { appender, clock, logger, inventory, observations, state, secrets } = options;
  const targets = new Map<string, { target: TargetConfig; scrape: ScrapeTarget }>();
  const context: SourceContext = {
    appender,
    presence: inventory.presence,
    observations,
    clock,
    logger,
    onContainerEvent: (deviceId, { atMs, action, words }) =>
      options.deviceEvents.add({ deviceId, atMs, kind: action, words }),
    onTarget: (id, target, scrape) => targets.set(id, { target, scrape }),
  };
  const set = new SourceSet({
    register: (device) => inventory.register(device),
    unregister: (id) => {
      targets.delete(id);
      inventory.unregister(id);
    },
    logger,
  });
  const flows = createFlowSource({
    appender,
    clock,
    logger,
    inventory,
    onProblem: options.onProblem,
    onChange: options.onChange,
    rows: exporterRows(state),
    keptFile: path.join(options.dataDir, 'flow-templates.json'),
    observations,
    onReport: (report) => options.onFlowReport(report),
    onClosed: (closed) => options.onConversations(closed),
  });
  const lab = createSampleNetwork({
    startThread: (to, onExit) => startLabThread(to, onExit, undefined, options.labDay),
    async flowPort() {
      const port = await flows.samplePort();
      const told =
        port === undefined ? 'The sample network sends no flows: netflow is switched off in the config.' : undefined;
      options.onProblem('lab flows', told);
      return port;
    },
    async onChange() {
      await reconcile();
      if (lab.description() !== undefined) return;
      options.onProblem('lab flows', undefined);
      await flows.sampleEnded();
    },
    doors: options.sampleDoors,
    onProblem: (sentence) => options.onProblem('lab', sentence),
    logger,
  });
  const identities = createIdentities(state.identities, logger);
  let loaded: LoadedConfig | undefined;
  let isStopped = false;
  let hostId: string | undefined;
  const pools = createTargetPools({
    logger,
    onChange: () => {
      reconcile().catch((error: unknown) => logger.error({ err: error }, 'discovered targets were not taken'));
    },
  });

  const applyPools = ({ config, baseDir }: LoadedConfig): Promise<void> => {
    const { global } = config;
    const times = { scrapeIntervalMs: global.scrape_interval, scrapeTimeoutMs: global.scrape_timeout };
    return pools.apply(withGlobalLimits(config.scrape_configs, global), { ...times, baseDir });
  };

  /** Each job whose targets are those of before, because a discovery fails. */
  const tellDiscovery = (): void => {
    const failing = pools
      .jobs()
      .flatMap(({ job, errors: [error] }) => (error === undefined ? [] : [`${job}: ${error}`]));
    const more = failing.length > 3 ? ` And ${failing.length - 3} more jobs.` : '';
    options.onProblem(
      'discovery',
      failing.length === 0
        ? undefined
        : `The targets of a job cannot be looked up. ${failing.slice(0, 3).join(' ')}${more}`,
    );
  };

  const filePlans = ({ config, baseDir }: LoadedConfig): SourcePlan[] => {
    return [
      ...config.routeros.map(({ password_file: file, parent: _parent, ...entry }) =>
        routerPlan({ ...entry, intervalMs: entry.interval }, filePassword(baseDir, file), 'file', context),
      ),
      ...pools.targets().map((target) => targetPlan(target, 'file', context)),
      ...config.docker.map((engine) => dockerPlan(engine, baseDir, context)),
    ];
  };

  const windowPlans = (): SourcePlan[] =>
    readStored(state, (id) => logger.warn({ device: id }, 'a stored device cannot be read by this version')).map(
      (device) =>
        device.kind === 'router'
          ? routerPlan(toRouterConfig(device.form), storedPassword(device.id), 'window', context)
          : targetPlan(formTarget(device.form), 'window', context),
    );

  const storedPassword = (id: string): PasswordSource => ({
    from: 'the secret store',
    async read() {
      const password = await secrets.get(passwordName(id));
      if (password !== undefined) return password;
      throw new LinewardenError('LW_SECRETS_MISSING', 'The password of this router is not stored here.', {
        hint: 'Remove the router in Settings and add it again.',
      });
    },
  });

  /** Model and version are learnt from the device itself, some time after the first answer. */
  const refreshFacts = (): void => {
    for (const { id, sample } of inventory.list()) {
      const facts = new Map(
        set
          .get(id)
          ?.running.facts()
          .map(({ name, value }) => [name, value]),
      );
      const [model, version, serial] = [facts.get('model'), facts.get('version'), facts.get('serial')];
      if (serial !== undefined && !sample && identities.heardSerial(id, serial)) options.onChange();
      if (model !== undefined || version !== undefined) {
        inventory.setFacts(id, { ...(model !== undefined && { model }), ...(version !== undefined && { version }) });
      }
    }
  };
  const factsTimer = setInterval(refreshFacts, FACTS_EVERY_MS);

  const samplePlans = (): SourcePlan[] => {
    const description = lab.description();
    if (description === undefined) return [];
    const routers = description.routers.map(({ password, ...router }) =>
      routerPlan(
        { ...router, tls: 'off', intervalMs: SAMPLE_INTERVAL_MS, collectors: {}, labels: {} },
        { from: 'the sample network', read: () => Promise.resolve(password) },
        'sample',
        context,
      ),
    );
    const scraped = description.targets.map((target) =>
      targetPlan(formTarget({ ...target, intervalMs: SAMPLE_INTERVAL_MS }), 'sample', context),
    );
    return [...routers, ...scraped];
  };

  const inTurn = createTurns();
  /** Makes what runs equal to what is wanted now. Calls queue up: two never interleave. */
  const reconcile = (): Promise<void> => inTurn(reconcileNow);

  const reconcileNow = async (): Promise<void> => {
    if (loaded === undefined || isStopped) return;
    const { host } = loaded.config;
    const plans = [...filePlans(loaded), ...windowPlans(), ...samplePlans()];
    const unique = new Map<string, SourcePlan>();
    const doubled: string[] = [];
    for (const plan of plans) {
      if (unique.has(plan.device.id)) doubled.push(plan.device.id);
      else unique.set(plan.device.id, plan);
    }
    const doubledText = doubled.map((id) => JSON.stringify(id)).join(', ');
    options.onProblem(
      'sources',
      doubled.length === 0 ? undefined : `Two devices are called ${doubledText}; the second is not watched.`,
    );
    hostId = undefined;
    if (host.enabled) {
      const name = hostname();
      hostId = unique.has(name) ? `host/${name}` : name;
      unique.set(hostId, hostPlan(name, host.interval, hostId, context));
    }
    await set.apply(withHistory([...unique.values()], identities));
    options.senders.setNamed(loaded.config.devices);
    await flows.apply(loaded.config);
    tellUnknownParents(loaded.config);
    tellDiscovery();
    options.onChange();
  };

  const tellUnknownParents = ({ routeros, devices: named }: LoadedConfig['config']): void => {
    const parents = [...routeros, ...named].flatMap(({ parent }) => (parent === undefined ? [] : [parent]));
    const missing = [...new Set(parents)].filter((id) => inventory.get(id) === undefined);
    options.onProblem(
      'parents',
      missing.length === 0
        ? undefined
        : `The config names parents that are no devices: ${missing.map((id) => JSON.stringify(id)).join(', ')}. Give the id of a device that is watched.`,
    );
  };

  const withSerial = (device: DeviceSummary): DeviceSummary => {
    const otherSerial = identities.otherSerial(device.id);
    return otherSerial === undefined ? device : { ...device, otherSerial };
  };

  const present = (id: string): DeviceSummary => {
    const device = inventory.get(id);
    if (device === undefined) throw new LinewardenError('LW_DEVICE_GONE', 'The device was removed meanwhile.');
    return device;
  };

  const refuseTaken = (id: string, what: string): void => {
    if (inventory.get(id) === undefined) return;
    throw new LinewardenError('LW_DEVICE_NAME_TAKEN', `There is already a device called ${JSON.stringify(id)}.`, {
      hint: `Choose another ${what}.`,
    });
  };

  const edits = createRouterEdits({ state, secrets, identities, refuseTaken: (id) => refuseTaken(id, 'name') });

  const devices: DeviceServices = {
    list: () => inventory.list().map(withSerial),
    get(id) {
      const device = inventory.get(id);
      return device && withSerial(device);
    },
    collectors: (id) => set.get(id)?.running.collectors() ?? [],
    facts: (id) => set.get(id)?.running.facts() ?? [],
    async setCollector(change) {
      storeCollectorSwitch(state, change);
      await reconcile();
      return set.get(change.id)?.running.collectors() ?? [];
    },
    watch: (id) => set.watch(id, WATCHED_INTERVAL_MS),
    watchTraffic(id, interfaces, viewer) {
      const watchTraffic = set.get(id)?.running.watchTraffic;
      if (watchTraffic !== undefined) return watchTraffic(interfaces, viewer);
      throw new LinewardenError('LW_DEVICE_NO_ROUTER', 'Only routers tell what their interfaces carry at this second.');
    },
    testRouter: (form, signal) => testRouterConnection(form, signal),
    async addRouter(form: RouterForm) {
      refuseTaken(routerId(form.name), 'name');
      toRouterConfig(form);
      const id = await storeRouter(state, secrets, form, clock.now());
      await reconcile();
      return present(id);
    },
    testTarget: (form, signal) => testTarget(form, signal),
    async addTarget(form: TargetForm) {
      checkFormUrl(form);
      refuseTaken(targetId(form.job, new URL(form.url).host), 'job name');
      const id = storeTarget(state, form, clock.now());
      await reconcile();
      return present(id);
    },
    async remove(id) {
      const device = inventory.get(id);
      if (device === undefined) return false;
      if (device.provisioned || device.sample) {
        const where = device.provisioned ? 'the config file' : 'the sample network';
        throw new LinewardenError('LW_DEVICE_PROVISIONED', `${device.name} comes from ${where} and is removed there.`);
      }
      if (!options.senders.remove(id) && !flows.forget(id)) {
        await removeStored(state, secrets, id);
        identities.forget(id);
        await reconcile();
        if (inventory.get(id) !== undefined) inventory.unregister(id);
      }
      options.onChange();
      return true;
    },
    stored: () => readStored(state, () => {}),
    targetId: (form) => targetId(form.job, new URL(form.url).host),
    async editTarget(form) {
      checkFormUrl(form);
      const id = editStoredTarget(state, form);
      await reconcile();
      return present(id);
    },
    routerForm: (id) => edits.form(id),
    async testEdit(id, form, signal) {
      edits.form(id);
      return testRouterConnection({ ...form, password: await edits.passwordFor(id, form.password) }, signal);
    },
    async editRouter(edit) {
      const id = await edits.edit(edit);
      await reconcile();
      return withSerial(present(id));
    },
    acceptSerial({ id, serial }) {
      const accepted = identities.acceptSerial(id, serial);
      if (accepted) options.onChange();
      return accepted;
    },
    async setFormer({ id, names, addresses }) {
      if (present(id).kind !== 'router') {
        throw new LinewardenError('LW_DEVICE_NO_ROUTER', 'Only a router has a history under former names.');
      }
      identities.setFormer(id, { names, addresses });
      await reconcile();
      return withSerial(present(id));
    },
  };

  return {
    async apply(next) {
      await applyPools(next);
      loaded = next;
      await reconcile();
      set.retryNow();
    },
    async stop() {
      isStopped = true;
      clearInterval(factsTimer);
      // What is under way ends first.
      await inTurn(async () => {});
      await pools.stop();
      await set.stop();
      await flows.stop();
      // Last: routers that vanish under their pollers would be logged as failures.
      await lab.end();
    },
    devices,
    lab: { start: () => lab.start(), stop: () => lab.stop(), running: () => lab.description() !== undefined },
    hostDeviceId: () => hostId,
    async pingFrom(id, address, signal) {
      const ping = set.get(id)?.running.ping;
      if (ping === undefined)
        throw new LinewardenError('LW_DEVICE_CANNOT_PING', 'This device is no router that could ask.');
      return ping(address, signal);
    },
    flowListen: () => flows.listening().map(({ host, port }) => `${host}:${port}`),
    flowExporters: () => flows.exporters(),
    waitingFlowSenders: () => flows.waiting(),
    flows,
    flowPort: () => flows.listening()[0]?.port,
    storedPassword: (id) => edits.passwordFor(id, ''),
    metadata: () => mergeMetadata([...targets.values()].map(({ scrape }) => scrape.metadata())),
    targets: () =>
      [...targets].map(([deviceId, { target, scrape }]) => ({
        deviceId,
        target,
        status: scrape.status(),
        metadata: () => scrape.metadata(),
      })),
    targetJobs: () => pools.jobs(),
  };
}

/** One entry for each way in which targets describe a metric, as Prometheus tells it. */
export function mergeMetadata(all: readonly MetricMetadata[]): MetricMetadata {
  const merged = new Map<string, Map<string, MetricMetadata[string][number]>>();
  for (const metadata of all) {
    for (const [name, entries] of Object.entries(metadata)) {
      const known = merged.get(name) ?? new Map<string, MetricMetadata[string][number]>();
      for (const entry of entries) known.set(JSON.stringify(entry), entry);
      merged.set(name, known);
    }
  }
  return Object.fromEntries([...merged].map(([name, known]) => [name, [...known.values()]]));
}
