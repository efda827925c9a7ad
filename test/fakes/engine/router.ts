// The whole contract over the fake network, with answers that take a moment as real ones do.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ORPCError, implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { ConnectionTest, DeviceSummary, RouterForm } from '../../../shared/contract/index.ts';
import { createRulePacks } from '../../../electron/engine/alerting/index.ts';
import { flowExporters } from './flow-exporters.ts';
import { createFakeReceivers } from './receivers.ts';
import { alertPage } from '../../../electron/engine/api/rpc/alert-page/index.ts';
import { createDashboards } from '../../../electron/engine/dashboards/index.ts';
import { fakeAlertPage } from './alert-page.ts';
import { createFakeAlerting } from './alerting.ts';
import { createFakeDiscovery } from './discovery.ts';
import { createFakeExplore } from './explore.ts';
import { createFakeFlows } from './flows.ts';
import { evaluate } from './promql.ts';
import { importPreview, onboarding } from './onboarding.ts';
import { createFakePush } from './push.ts';
import { createFakeStorage } from './storage.ts';
import { createWorld } from './world.ts';
import type { World } from './world.ts';
import { scrapeTargets } from './targets.ts';

const MAX_STEPS = 11_000;

function testResult(form: RouterForm): ConnectionTest {
  if (form.address.startsWith('10.255.')) {
    return {
      ok: false,
      durationMs: 5_003,
      code: 'LW_ROUTEROS_TIMEOUT',
      message: `No answer from ${form.address}:${form.port} within 5 s.`,
      hint: 'Check the address, and that no firewall drops the API port.',
    };
  }
  if (form.password === 'wrong') {
    return {
      ok: false,
      durationMs: 41,
      code: 'LW_ROUTEROS_LOGIN',
      message: `The router did not accept the user name or the password of ${form.username}.`,
      hint: 'Try them in WinBox; the user needs the policies api and read.',
    };
  }
  return {
    ok: true,
    durationMs: 38,
    facts: [
      { name: 'Identity', value: form.name },
      { name: 'Board', value: 'CCR2004-1G-12S+2XS' },
      { name: 'Version', value: '7.16.2 (stable)' },
    ],
    warnings:
      form.tls === 'off'
        ? ['The password crosses the network in the clear. Use TLS where the router has a certificate.']
        : [],
  };
}

const untilAborted = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));

export function createFakeRouter(options: { empty: boolean }) {
  const startedAtMs = Date.now();
  let world: World = createWorld(startedAtMs, options.empty);
  const added: DeviceSummary[] = [];
  let labRunning = false;
  let changed: ('devices' | 'alerts' | 'settings')[] = [];
  const os = implement(contract);
  const list = (): DeviceSummary[] =>
    [...world.devices, ...added].map((device) =>
      device.state === 'online' ? { ...device, lastSeenMs: Date.now() - ((Date.now() % 15_000) % 9_000) } : device,
    );
  const storage = createFakeStorage(list, options.empty);
  const discovery = createFakeDiscovery();
  const flows = createFakeFlows();
  const alerting = createFakeAlerting(
    () => world.alerts,
    () => {
      changed = ['alerts'];
    },
  );
  const receivers = createFakeReceivers(() => {
    changed = ['alerts'];
  });
  const kept = new Map<string, unknown>();
  const rulePacks = createRulePacks({
    shippedDir: path.resolve(import.meta.dirname, '../../../resources/rules'),
    ownDir: '/nowhere',
    settings: { get: (key) => kept.get(key), set: (key, value) => void kept.set(key, value) },
    apply: () => {},
  });
  const dashboards = createDashboards({
    shippedDir: path.resolve(import.meta.dirname, '../../../resources/dashboards'),
    ownDir: '/nowhere',
  });
  const find = (id: string): DeviceSummary => {
    const device = list().find((one) => one.id === id);
    if (device === undefined) throw new ORPCError('NOT_FOUND', { message: 'There is no such device.' });
    return device;
  };
  const add = (part: Pick<DeviceSummary, 'id' | 'name' | 'kind' | 'address' | 'intervalMs'>): DeviceSummary => {
    if (list().some((one) => one.name === part.name)) {
      throw new ORPCError('CONFLICT', {
        message: `There is already a device called ${part.name}.`,
        data: { code: 'LW_DEVICE_NAME_TAKEN', hint: 'Give this one another name.' },
      });
    }
    const device: DeviceSummary = {
      ...part,
      state: 'unknown',
      reason: 'Not asked yet.',
      stateSinceMs: Date.now(),
      lastSeenMs: null,
      lastTelemetryMs: null,
      lastError: null,
      model: '',
      version: '',
      provisioned: false,
      sample: false,
      selector: '',
    };
    added.push(device);
    changed = ['devices', 'settings'];
    return device;
  };

  const explore = createFakeExplore(() => world.series);
  const push = createFakePush(options.empty);
  return os.router({
    system: {
      info: os.system.info.handler(() => ({
        version: '0.1.0',
        startedAtMs,
        hostname: 'ops-laptop',
        platform: 'linux x64',
        dataDir: '/home/ops/.local/share/linewarden',
        configFile: options.empty ? null : '/home/ops/linewarden.yml',
        mode: 'serve' as const,
        hostDeviceId: 'host',
        listen: 'http://127.0.0.1:22000',
        flowListen: ['0.0.0.0:2055'],
        retentionDays: 30,
        labRunning,
      })),
      health: os.system.health.handler(() => ({
        ok: options.empty,
        problems: options.empty ? [] : ['rules/site.yml: LinkSaturated cannot be evaluated.'],
        series: 4_812,
        samplesPerSecond: 318.4,
        storeBytes: 412 * 2 ** 20,
        rssBytes: 186 * 2 ** 20,
      })),
      ticks: os.system.ticks.handler(async function* ({ signal }) {
        for (;;) {
          if (signal?.aborted === true) return;
          const what = [...changed, 'metrics' as const];
          changed = [];
          yield { atMs: Date.now(), changed: what };
          await sleep(1_000);
        }
      }),
      notifications: os.system.notifications.handler(async function* ({ signal }) {
        await sleep(20_000);
        if (signal?.aborted === true || options.empty) return;
        yield {
          id: '9c5e1f3ab2d4e6f8',
          title: 'Mill street is offline',
          body: 'No data for more than 5 minutes.',
          severity: 'critical' as const,
          resolved: false,
          atMs: Date.now(),
          route: '/alerts',
        };
        await untilAborted(signal);
      }),
    },
    metrics: {
      range: os.metrics.range.handler(async ({ input }) => {
        const steps = Math.floor((input.endMs - input.startMs) / input.stepMs) + 1;
        if (steps > MAX_STEPS)
          throw new ORPCError('QUERY_FAILED', { message: `${steps} steps are more than ${MAX_STEPS}.` });
        await sleep(5 + Math.random() * 40);
        try {
          const found = evaluate(input.query, world.series, input.endMs);
          return {
            startMs: input.startMs,
            stepMs: input.stepMs,
            steps,
            series: found
              .map((one) => ({
                labels: { ...one.labels },
                values: Array.from({ length: steps }, (_, i) => one.at(input.startMs + i * input.stepMs)),
              }))
              .filter((one) => one.values.some((value) => value !== null)),
            warnings: [],
            infos: [],
          };
        } catch (error) {
          throw new ORPCError('QUERY_FAILED', { message: error instanceof Error ? error.message : String(error) });
        }
      }),
      instant: os.metrics.instant.handler(async ({ input }) => {
        await sleep(5);
        const timeMs = input.timeMs ?? Date.now();
        try {
          const samples = evaluate(input.query, world.series, timeMs).flatMap((one) => {
            const value = one.at(timeMs);
            return value === null ? [] : [{ labels: { ...one.labels }, timeMs, value }];
          });
          return { samples, warnings: [], infos: [] };
        } catch (error) {
          throw new ORPCError('QUERY_FAILED', { message: error instanceof Error ? error.message : String(error) });
        }
      }),
    },
    push: {
      get: os.push.get.handler(() => push.status()),
      addClient: os.push.addClient.handler(({ input }) => push.addClient(input)),
      rotateKey: os.push.rotateKey.handler(({ input }) => push.rotateKey(input.id, input.overlapMs)),
      revokeKey: os.push.revokeKey.handler(({ input }) => {
        push.revokeKey(input.id, input.keyId);
        return {};
      }),
      removeClient: os.push.removeClient.handler(({ input }) => {
        push.removeClient(input.id);
        return {};
      }),
      rotateMetricsToken: os.push.rotateMetricsToken.handler(({ input }) => push.rotateToken(input.overlapMs)),
      revokeMetricsToken: os.push.revokeMetricsToken.handler(({ input }) => {
        push.revokeToken(input.id);
        return {};
      }),
    },
    explore: {
      check: os.explore.check.handler(({ input }) => explore.check(input.query)),
      format: os.explore.format.handler(({ input }) => explore.format(input.query)),
      estimate: os.explore.estimate.handler(({ input }) => explore.estimate(input)),
      graph: os.explore.graph.handler(({ input }) => explore.graph(input, input.limit)),
      table: os.explore.table.handler(({ input }) => explore.table(input.query, input.timeMs)),
      metrics: os.explore.metrics.handler(() => explore.metrics()),
      metricLabels: os.explore.metricLabels.handler(({ input }) => explore.metricLabels(input.metric)),
      labelNames: os.explore.labelNames.handler(({ input }) => explore.labelNames(input.selector)),
      labelValues: os.explore.labelValues.handler(({ input }) => explore.labelValues(input.label, input.selector)),
    },
    devices: {
      list: os.devices.list.handler(() => list()),
      events: os.devices.events.handler(() => []),
      get: os.devices.get.handler(({ input }) => {
        const device = find(input.id);
        return {
          ...device,
          collectors: world.collectorsOf(device),
          facts:
            device.kind === 'router' && device.model !== ''
              ? [
                  { name: 'Serial number', value: 'HDG08ABCDEF' },
                  { name: 'Architecture', value: 'arm64' },
                ]
              : [],
        };
      }),
      watch: os.devices.watch.handler(async function* ({ input, signal }) {
        find(input.id);
        yield { intervalMs: 1_000 };
        await untilAborted(signal);
      }),
      liveTraffic: os.devices.liveTraffic.handler(async function* ({ input, signal }) {
        find(input.id);
        let second = 0;
        for (;;) {
          if (signal?.aborted === true) return;
          const wave = 1 + 0.3 * Math.sin(second++ / 3);
          const rates = input.interfaces.map((name, i) => ({
            name,
            rxBps: Math.round(48e6 * wave) / (i + 1),
            txBps: Math.round(9e6 * wave) / (i + 1),
          }));
          yield { atMs: Date.now(), rates, problem: null };
          await sleep(1_000);
        }
      }),
      setCollector: os.devices.setCollector.handler(({ input }) =>
        world.collectorsOf(find(input.id)).map((each) =>
          each.name === input.collector
            ? {
                ...each,
                enabled: input.to !== false,
                ...(typeof input.to === 'number' && { intervalMs: input.to }),
              }
            : each,
        ),
      ),
      testRouter: os.devices.testRouter.handler(async ({ input }) => {
        await sleep(600);
        return testResult(input);
      }),
      addRouter: os.devices.addRouter.handler(({ input }) =>
        add({
          id: `router:${input.name}`,
          name: input.name,
          kind: 'router',
          address: input.address,
          intervalMs: input.intervalMs,
        }),
      ),
      testTarget: os.devices.testTarget.handler(async ({ input }) => {
        await sleep(400);
        return input.url.includes('10.255.')
          ? {
              ok: false as const,
              durationMs: 3,
              code: 'LW_SCRAPE_REFUSED',
              message: `${new URL(input.url).host} refused the connection.`,
              hint: 'Is the exporter running, and on this port?',
            }
          : { ok: true as const, durationMs: 14, facts: [{ name: 'Samples', value: '1182' }], warnings: [] };
      }),
      addTarget: os.devices.addTarget.handler(({ input }) => {
        const address = new URL(input.url).host;
        return add({
          id: `target:${address}`,
          name: `${input.job} ${address}`,
          kind: 'target',
          address,
          intervalMs: input.intervalMs,
        });
      }),
      remove: os.devices.remove.handler(({ input }) => {
        find(input.id);
        const index = added.findIndex((one) => one.id === input.id);
        if (index >= 0) added.splice(index, 1);
        else world = { ...world, devices: world.devices.filter((one) => one.id !== input.id) };
        changed = ['devices', 'settings'];
        return { removed: true };
      }),
      routerForm: os.devices.routerForm.handler(({ input }) => {
        const { name, address, intervalMs } = find(input.id);
        return { name, address, port: 8729, tls: 'insecure' as const, pin: '', username: 'linewarden', intervalMs };
      }),
      testEdit: os.devices.testEdit.handler(async ({ input }) => {
        await sleep(600);
        return testResult(input.form);
      }),
      editRouter: os.devices.editRouter.handler(({ input }) => {
        const { name, address, intervalMs } = input.form;
        const before = find(input.id);
        const after = { ...before, name, address, intervalMs };
        if (input.keepHistory && name !== before.name) after.formerNames = [before.name];
        world = { ...world, devices: world.devices.map((one) => (one.id === input.id ? after : one)) };
        changed = ['devices', 'settings'];
        return after;
      }),
      acceptSerial: os.devices.acceptSerial.handler(() => ({ accepted: true })),
      setFormer: os.devices.setFormer.handler(({ input }) => ({
        ...find(input.id),
        formerNames: input.names,
        formerAddresses: input.addresses,
      })),
      exportCsv: os.devices.exportCsv.handler(() => ({ text: 'kind,name,address\r\nrouter,core,10.0.0.1\r\n' })),
      previewImport: os.devices.previewImport.handler(() => importPreview),
      applyImport: os.devices.applyImport.handler(() => importPreview),
    },
    onboarding: {
      machine: os.onboarding.machine.handler(() => onboarding.machine),
      checkAccess: os.onboarding.checkAccess.handler(async ({ input }) => {
        await sleep(600);
        return onboarding.access(input.form);
      }),
      checkFlows: os.onboarding.checkFlows.handler(async ({ input }) => {
        await sleep(600);
        return onboarding.flows(input.form.address);
      }),
      flowArrivals: os.onboarding.flowArrivals.handler(({ input }) => onboarding.arrivals(input.addresses[0] ?? '')),
      checkLogs: os.onboarding.checkLogs.handler(() => onboarding.logs),
    },
    flows: {
      exporters: os.flows.exporters.handler(() =>
        world.devices
          .filter((device) => device.kind === 'exporter')
          .map((device) => ({
            address: device.address,
            versions: [device.version === 'IPFIX' ? 10 : 9],
            packets: 184_233,
            flows: 4_402_118,
            lost: 37,
            dropped: 2,
            templates: 6,
            lastPacketMs: Date.now() - 900,
          })),
      ),
      exporterHealth: os.flows.exporterHealth.handler(() => flowExporters(Date.now())),
      ask: os.flows.ask.handler(({ input }) => flows.ask(input)),
      sankey: os.flows.sankey.handler(({ input }) => flows.sankey(input)),
      check: os.flows.check.handler(({ input }) => flows.check(input.filter)),
      complete: os.flows.complete.handler(({ input }) => flows.complete(input.filter, input.offset)),
      live: os.flows.live.handler(({ input, signal }) => flows.live(input, signal)),
    },
    names: { lookUp: os.names.lookUp.handler(() => []), interfaces: os.names.interfaces.handler(() => []) },
    discovery: {
      list: os.discovery.list.handler(({ input }) => discovery.list(input)),
      search: os.discovery.search.handler(() => discovery.search()),
      setIgnored: os.discovery.setIgnored.handler(({ input }) => discovery.setIgnored(input.ids, input.ignored)),
      add: os.discovery.add.handler(({ input }) => discovery.add(input)),
    },
    mqtt: { status: os.mqtt.status.handler(() => ({ brokers: [] })) },
    targets: { list: os.targets.list.handler(() => scrapeTargets(Date.now())) },
    senders: {
      unknown: os.senders.unknown.handler(() => ({ senders: [], dropped: 0 })),
      accept: os.senders.accept.handler(() => {
        throw new ORPCError('BAD_REQUEST', { message: 'This sender is no longer in the list.' });
      }),
      dismiss: os.senders.dismiss.handler(() => ({ dismissed: false })),
    },
    profiles: {
      list: os.profiles.list.handler(() => discovery.profiles.list()),
      save: os.profiles.save.handler(({ input }) => discovery.profiles.save(input)),
      remove: os.profiles.remove.handler(({ input }) => discovery.profiles.remove(input.id)),
    },
    alerts: {
      list: os.alerts.list.handler(({ input }) => alerting.desk.list(input)),
      rules: os.alerts.rules.handler(() => [...world.rules]),
      board: os.alerts.board.handler(({ input }) => alerting.desk.board(input)),
      summary: os.alerts.summary.handler(() => alerting.desk.summary()),
      history: os.alerts.history.handler(({ input }) => alerting.desk.history(input)),
      page: os.alerts.page.handler(({ input }) => alertPage(fakeAlertPage(world, alerting.desk), input)),
    },
    silences: {
      list: os.silences.list.handler(() => alerting.desk.silences()),
      save: os.silences.save.handler(({ input }) => alerting.desk.saveSilence(input)),
      expire: os.silences.expire.handler(({ input }) => alerting.desk.expireSilence(input.id)),
      preview: os.silences.preview.handler(({ input }) => alerting.desk.previewSilence(input.matchers)),
    },
    maintenance: {
      list: os.maintenance.list.handler(() => alerting.maintenance.list()),
      save: os.maintenance.save.handler(({ input }) => alerting.maintenance.save(input)),
      remove: os.maintenance.remove.handler(({ input }) => ({ removed: alerting.maintenance.remove(input.id) })),
      preview: os.maintenance.preview.handler(({ input }) => alerting.desk.previewMaintenance(input)),
    },
    heartbeat: {
      get: os.heartbeat.get.handler(() => alerting.heartbeat.shown()),
      change: os.heartbeat.change.handler(({ input }) => alerting.heartbeat.change(input)),
    },
    routing: {
      get: os.routing.get.handler(() => alerting.desk.routing()),
      trace: os.routing.trace.handler(({ input }) => alerting.desk.trace(input.labels)),
    },
    alerting: {
      tryRule: os.alerting.tryRule.handler(({ input: { startMs, endMs, stepMs } }) => ({
        alerts: [
          {
            labels: { routerboard_name: 'Mill street' },
            firings: [{ activeAtMs: startMs, firedAtMs: startMs + stepMs, resolvedAtMs: endMs, value: 97 }],
            pendingOnly: 3,
          },
        ],
        labelSets: 4,
        firings: 1,
        firingMs: endMs - startMs - stepMs,
        evaluations: Math.floor((endMs - startMs) / stepMs) + 1,
        warnings: [],
      })),
    },
    ownRules: {
      save: os.ownRules.save.handler(() => rulePacks.list()),
      remove: os.ownRules.remove.handler(() => rulePacks.list()),
    },
    rulePacks: {
      list: os.rulePacks.list.handler(() => rulePacks.list()),
      change: os.rulePacks.change.handler(({ input }) => rulePacks.change(input)),
      import: os.rulePacks.import.handler(({ input }) => rulePacks.import(input)),
      remove: os.rulePacks.remove.handler(({ input }) => rulePacks.remove(input.packId)),
    },
    receivers: {
      list: os.receivers.list.handler(() => receivers.list()),
      save: os.receivers.save.handler(({ input }) => receivers.save(input)),
      remove: os.receivers.remove.handler(async ({ input }) => ({ removed: await receivers.remove(input.id) })),
      sendTest: os.receivers.sendTest.handler(({ input }) => receivers.sendTest(input)),
    },
    dashboards: {
      list: os.dashboards.list.handler(() => dashboards.list()),
      get: os.dashboards.get.handler(async ({ input }) => {
        const found = await dashboards.get(input.id);
        if (found === undefined) throw new ORPCError('NOT_FOUND', { message: 'There is no such dashboard.' });
        return found;
      }),
    },
    storage: {
      status: os.storage.status.handler(() => storage.status()),
      remote: os.storage.remote.handler(() => ({ writers: [], longTermStore: null })),
      report: os.storage.report.handler(async () => {
        await sleep(600);
        return storage.report();
      }),
      change: os.storage.change.handler(({ input }) => storage.change(input)),
      previewDeletion: os.storage.previewDeletion.handler(async ({ input }) => {
        await sleep(150);
        return storage.preview(input);
      }),
      deleteSeries: os.storage.deleteSeries.handler(async ({ input }) => {
        await sleep(300);
        return storage.delete(input);
      }),
    },
    subscribers: {
      list: os.subscribers.list.handler(() => ({ atMs: Date.now(), rows: [], refused: 0 })),
      get: os.subscribers.get.handler(() => {
        throw new ORPCError('NOT_FOUND', { message: 'There is no such subscriber.' });
      }),
      forget: os.subscribers.forget.handler(() => ({ forgotten: false })),
      settings: os.subscribers.settings.handler(() => ({
        enabled: true,
        fileRules: [],
        windowRules: [],
        latency: { from: 'off' as const, words: 'Latency is not measured.' },
      })),
      changeRules: os.subscribers.changeRules.handler(({ input }) => ({
        enabled: true,
        fileRules: [],
        windowRules: input.rules,
        latency: { from: 'off' as const, words: 'Latency is not measured.' },
      })),
    },
    map: {
      get: os.map.get.handler(() => ({ nodes: [], links: [], positions: [], parents: {}, tops: [], left: 0 })),
      rates: os.map.rates.handler(() => ({ atMs: Date.now(), rates: [] })),
      place: os.map.place.handler(() => ({})),
      setParent: os.map.setParent.handler(() => ({})),
    },
    lab: {
      start: os.lab.start.handler(async () => {
        await sleep(800);
        labRunning = true;
        world = createWorld(Date.now(), false);
        changed = ['devices', 'alerts', 'settings'];
        return { running: true, devices: world.devices.length - 1 };
      }),
      stop: os.lab.stop.handler(async () => {
        await sleep(300);
        labRunning = false;
        world = createWorld(Date.now(), options.empty);
        changed = ['devices', 'alerts', 'settings'];
        return { running: false };
      }),
    },
  });
}
