// The contract, implemented over the engine's services.
import { ORPCError, implement } from '@orpc/server';
import { contract } from '../../../../shared/contract/index.ts';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { QueryError } from '../../promql/index.ts';
import { tryRule } from '../../alerting/index.ts';
import { alertPage } from './alert-page/index.ts';
import { createExplore } from './explore/index.ts';
import { liveTraffic } from './live-traffic.ts';
import { toGraph, toVector } from './graph.ts';
import { mqttStatus } from './mqtt.ts';
import { remoteState } from './remote.ts';
import { lookUpNames } from './names.ts';
import { pushStatus } from './push.ts';
import type { RpcServices } from './services.ts';
import { pause } from '../../clock.ts';

/** More points than a screen has pixels are a mistake of the caller. */
const MAX_STEPS = 11_000;
const QUERY_TIMEOUT_MS = 30_000;
const WATCH_BEAT_MS = 10_000;
const MOST_EVENTS = 500;

/** Expected failures cross to the page with their code, sentence and hint; undefined for anything else. */
function crossing(error: unknown): ORPCError<string, unknown> | undefined {
  if (error instanceof ORPCError) return error;
  if (error instanceof QueryError) {
    return new ORPCError('QUERY_FAILED', { status: 422, message: error.message, data: { type: error.type } });
  }
  if (error instanceof LinewardenError) {
    return new ORPCError('BAD_REQUEST', { message: error.message, data: { code: error.code, hint: error.hint } });
  }
  return undefined;
}

function checkGrid(startMs: number, endMs: number, stepMs: number): void {
  if (endMs >= startMs && (endMs - startMs) / stepMs <= MAX_STEPS) return;
  throw new ORPCError('BAD_REQUEST', {
    message: `A graph has at most ${MAX_STEPS} points and ends after its start.`,
  });
}

export function createRpcRouter(services: RpcServices) {
  const { devices, logger } = services;
  const explore = createExplore(services);
  const os = implement(contract).use(async ({ next, path }) => {
    try {
      return await next();
    } catch (error) {
      const told = crossing(error);
      if (told !== undefined) throw told;
      // The page is told no more than that it failed.
      logger.error({ err: error, call: path.join('.') }, 'a call of a page failed unexpectedly');
      throw error;
    }
  });
  const known = (id: string) => {
    const device = devices.get(id);
    if (device === undefined) throw new ORPCError('NOT_FOUND', { message: 'This device is not known here any more.' });
    return device;
  };
  return os.router({
    system: {
      info: os.system.info.handler(() => services.info()),
      health: os.system.health.handler(() => services.health()),
      ticks: os.system.ticks.handler(({ signal }) => services.ticks.subscribe(signal)),
      notifications: os.system.notifications.handler(({ signal }) => services.notifications(signal)),
    },
    metrics: {
      range: os.metrics.range.handler(async ({ input, signal }) => {
        const { query, startMs, endMs, stepMs, lookbackMs } = input;
        checkGrid(startMs, endMs, stepMs);
        const options = {
          timeoutMs: QUERY_TIMEOUT_MS,
          ...(signal && { signal }),
          ...(lookbackMs !== undefined && { lookbackMs }),
        };
        const outcome = await services.ownQueries.range(query, startMs, endMs, stepMs, options);
        return toGraph(outcome, startMs, endMs, stepMs);
      }),
      instant: os.metrics.instant.handler(async ({ input, signal }) => {
        const options = { timeoutMs: QUERY_TIMEOUT_MS, ...(signal && { signal }) };
        return toVector(await services.ownQueries.instant(input.query, input.timeMs ?? Date.now(), options));
      }),
    },
    explore: {
      check: os.explore.check.handler(({ input }) => explore.check(input.query)),
      format: os.explore.format.handler(({ input }) => explore.format(input.query)),
      estimate: os.explore.estimate.handler(({ input, signal }) => explore.estimate(input, signal)),
      graph: os.explore.graph.handler(({ input, signal }) => {
        checkGrid(input.startMs, input.endMs, input.stepMs);
        return explore.graph(input, signal);
      }),
      table: os.explore.table.handler(({ input, signal }) => explore.table(input, signal)),
      metrics: os.explore.metrics.handler(({ input }) => explore.metrics(input)),
      metricLabels: os.explore.metricLabels.handler(({ input }) => explore.metricLabels(input)),
      labelNames: os.explore.labelNames.handler(({ input }) => explore.labelNames(input)),
      labelValues: os.explore.labelValues.handler(({ input }) => explore.labelValues(input)),
    },
    devices: {
      list: os.devices.list.handler(() => devices.list()),
      get: os.devices.get.handler(({ input }) => ({
        ...known(input.id),
        collectors: devices.collectors(input.id),
        facts: devices.facts(input.id),
      })),
      watch: os.devices.watch.handler(async function* ({ input, signal }) {
        known(input.id);
        const watch = devices.watch(input.id);
        try {
          const gone = (): boolean => signal?.aborted === true;
          // The beat notices a page that vanished without closing its stream.
          while (!gone()) {
            yield { intervalMs: watch.intervalMs };
            await pause(WATCH_BEAT_MS, signal);
          }
        } finally {
          watch.release();
        }
      }),
      liveTraffic: os.devices.liveTraffic.handler(({ input, signal }) => {
        known(input.id);
        return liveTraffic((viewer) => devices.watchTraffic(input.id, input.interfaces, viewer), signal);
      }),
      events: os.devices.events.handler(({ input: { id, fromMs, toMs } }) =>
        services.deviceEvents.list(id, fromMs, toMs, MOST_EVENTS),
      ),
      setCollector: os.devices.setCollector.handler(({ input }) => devices.setCollector(input)),
      testRouter: os.devices.testRouter.handler(({ input, signal }) => devices.testRouter(input, signal)),
      addRouter: os.devices.addRouter.handler(({ input }) => devices.addRouter(input)),
      testTarget: os.devices.testTarget.handler(({ input, signal }) => devices.testTarget(input, signal)),
      addTarget: os.devices.addTarget.handler(({ input }) => devices.addTarget(input)),
      remove: os.devices.remove.handler(async ({ input }) => ({ removed: await devices.remove(input.id) })),
      routerForm: os.devices.routerForm.handler(({ input }) => devices.routerForm(input.id)),
      testEdit: os.devices.testEdit.handler(({ input, signal }) => devices.testEdit(input.id, input.form, signal)),
      editRouter: os.devices.editRouter.handler(({ input }) => devices.editRouter(input)),
      acceptSerial: os.devices.acceptSerial.handler(({ input }) => ({ accepted: devices.acceptSerial(input) })),
      setFormer: os.devices.setFormer.handler(({ input }) => devices.setFormer(input)),
      exportCsv: os.devices.exportCsv.handler(() => ({ text: services.csv.export() })),
      previewImport: os.devices.previewImport.handler(({ input }) => services.csv.preview(input)),
      applyImport: os.devices.applyImport.handler(({ input }) => services.csv.apply(input)),
    },
    onboarding: {
      machine: os.onboarding.machine.handler(({ input }) => services.onboarding.machine(input.router)),
      checkAccess: os.onboarding.checkAccess.handler(({ input, signal }) =>
        services.onboarding.checkAccess(input, signal),
      ),
      checkFlows: os.onboarding.checkFlows.handler(({ input, signal }) =>
        services.onboarding.checkFlows(input, signal),
      ),
      flowArrivals: os.onboarding.flowArrivals.handler(({ input }) =>
        services.onboarding.flowArrivals(input.addresses),
      ),
      checkLogs: os.onboarding.checkLogs.handler(({ input, signal }) => services.onboarding.checkLogs(input, signal)),
    },
    flows: {
      exporters: os.flows.exporters.handler(() => services.flowExporters()),
      exporterHealth: os.flows.exporterHealth.handler(() => services.exporterHealth()),
      ask: os.flows.ask.handler(({ input, signal }) => services.flows.ask(input, signal)),
      sankey: os.flows.sankey.handler(({ input, signal }) => services.flows.sankey(input, signal)),
      check: os.flows.check.handler(({ input }) => services.flows.check(input.filter)),
      complete: os.flows.complete.handler(({ input }) => services.flows.complete(input)),
      live: os.flows.live.handler(({ input, signal }) => services.flows.live(input, signal)),
    },
    names: {
      lookUp: os.names.lookUp.handler(({ input }) => lookUpNames(services.names, input)),
      interfaces: os.names.interfaces.handler(({ input }) => [...services.names.interfaces(input.device)]),
    },
    discovery: {
      list: os.discovery.list.handler(({ input }) => services.discovery.list(input)),
      search: os.discovery.search.handler(async () => ({ sentTo: await services.discovery.search() })),
      setIgnored: os.discovery.setIgnored.handler(({ input }) => {
        services.discovery.setIgnored(input.ids, input.ignored);
        return {};
      }),
      add: os.discovery.add.handler(({ input, signal }) => services.discovery.add(input, signal)),
    },
    mqtt: {
      status: os.mqtt.status.handler(() => mqttStatus(services.mqttBrokers(), Date.now())),
    },
    targets: {
      list: os.targets.list.handler(() => services.scrapeTargets()),
    },
    senders: {
      unknown: os.senders.unknown.handler(() => services.senders.unknown()),
      accept: os.senders.accept.handler(({ input }) => known(services.senders.accept(input))),
      dismiss: os.senders.dismiss.handler(({ input }) => ({ dismissed: services.senders.dismiss(input) })),
    },
    push: {
      get: os.push.get.handler(() => pushStatus(services.push, services.metricsTokens, services.info().listen)),
      addClient: os.push.addClient.handler(({ input }) => ({ key: services.push.addClient(input).key })),
      rotateKey: os.push.rotateKey.handler(({ input }) => ({
        key: services.push.rotateKey(input.id, input.overlapMs).key,
      })),
      revokeKey: os.push.revokeKey.handler(({ input }) => {
        services.push.revokeKey(input.id, input.keyId);
        return {};
      }),
      removeClient: os.push.removeClient.handler(({ input }) => {
        services.push.removeClient(input.id);
        return {};
      }),
      rotateMetricsToken: os.push.rotateMetricsToken.handler(({ input }) => ({
        key: services.metricsTokens.rotate(input.overlapMs),
      })),
      revokeMetricsToken: os.push.revokeMetricsToken.handler(({ input }) => {
        services.metricsTokens.revoke(input.id);
        return {};
      }),
    },
    profiles: {
      list: os.profiles.list.handler(() => services.profiles.list()),
      save: os.profiles.save.handler(({ input }) => services.profiles.save(input)),
      remove: os.profiles.remove.handler(async ({ input }) => ({ removed: await services.profiles.remove(input.id) })),
    },
    alerts: {
      list: os.alerts.list.handler(({ input }) => services.alertDesk.list(input)),
      rules: os.alerts.rules.handler(() => services.rules()),
      board: os.alerts.board.handler(({ input }) => services.alertDesk.board(input)),
      summary: os.alerts.summary.handler(() => services.alertDesk.summary()),
      history: os.alerts.history.handler(({ input }) => services.alertDesk.history(input)),
      page: os.alerts.page.handler(({ input, signal }) => alertPage(services.alertPage, input, signal)),
    },
    silences: {
      list: os.silences.list.handler(() => services.alertDesk.silences()),
      save: os.silences.save.handler(({ input }) => services.alertDesk.saveSilence(input)),
      expire: os.silences.expire.handler(({ input }) => services.alertDesk.expireSilence(input.id)),
      preview: os.silences.preview.handler(({ input }) => services.alertDesk.previewSilence(input.matchers)),
    },
    maintenance: {
      list: os.maintenance.list.handler(() => services.maintenance.list()),
      save: os.maintenance.save.handler(({ input }) => services.maintenance.save(input)),
      remove: os.maintenance.remove.handler(({ input }) => ({ removed: services.maintenance.remove(input.id) })),
      preview: os.maintenance.preview.handler(({ input }) => services.alertDesk.previewMaintenance(input)),
    },
    heartbeat: {
      get: os.heartbeat.get.handler(() => services.heartbeat.shown()),
      change: os.heartbeat.change.handler(({ input }) => services.heartbeat.change(input)),
    },
    routing: {
      get: os.routing.get.handler(() => services.alertDesk.routing()),
      trace: os.routing.trace.handler(({ input }) => services.alertDesk.trace(input.labels)),
    },
    alerting: {
      tryRule: os.alerting.tryRule.handler(({ input, signal }) => tryRule(services.queries, input, signal)),
    },
    ownRules: {
      save: os.ownRules.save.handler(({ input }) => services.ownRules.save(input)),
      remove: os.ownRules.remove.handler(({ input }) => services.ownRules.remove(input.pack, input.name)),
    },
    rulePacks: {
      list: os.rulePacks.list.handler(() => services.rulePacks.list()),
      change: os.rulePacks.change.handler(({ input }) => services.rulePacks.change(input)),
      import: os.rulePacks.import.handler(({ input }) => services.rulePacks.import(input)),
      remove: os.rulePacks.remove.handler(({ input }) => services.rulePacks.remove(input.packId)),
    },
    receivers: {
      list: os.receivers.list.handler(() => services.receivers.list()),
      save: os.receivers.save.handler(({ input }) => services.receivers.save(input)),
      remove: os.receivers.remove.handler(async ({ input }) => ({
        removed: await services.receivers.remove(input.id),
      })),
      sendTest: os.receivers.sendTest.handler(({ input, signal }) => services.receivers.sendTest(input, signal)),
    },
    dashboards: {
      list: os.dashboards.list.handler(() => services.dashboards.list()),
      get: os.dashboards.get.handler(async ({ input }) => {
        const found = await services.dashboards.get(input.id);
        if (found === undefined) throw new ORPCError('NOT_FOUND', { message: 'There is no such dashboard.' });
        return found;
      }),
    },
    storage: {
      status: os.storage.status.handler(() => services.storage.status()),
      remote: os.storage.remote.handler(() => remoteState(services.remote.status(), Date.now())),
      report: os.storage.report.handler(({ input }) => services.storage.report(input.fresh)),
      change: os.storage.change.handler(({ input }) => services.storage.change(input)),
      previewDeletion: os.storage.previewDeletion.handler(({ input }) => services.storage.previewDeletion(input)),
      deleteSeries: os.storage.deleteSeries.handler(({ input }) => services.storage.deleteSeries(input)),
    },
    subscribers: {
      list: os.subscribers.list.handler(() => services.subscribers.list()),
      get: os.subscribers.get.handler(({ input }) => {
        const found = services.subscribers.get(input.key);
        if (found === undefined)
          throw new ORPCError('NOT_FOUND', { message: 'This subscriber is not known any more.' });
        return found;
      }),
      forget: os.subscribers.forget.handler(({ input }) => ({ forgotten: services.subscribers.forget(input.key) })),
      settings: os.subscribers.settings.handler(() => services.subscribers.settings()),
      changeRules: os.subscribers.changeRules.handler(({ input }) => services.subscribers.changeRules(input.rules)),
    },
    map: {
      get: os.map.get.handler(() => services.topology.map()),
      rates: os.map.rates.handler(() => services.topology.rates()),
      place: os.map.place.handler(({ input }) => {
        services.topology.place(input.positions, input.clear);
        return {};
      }),
      setParent: os.map.setParent.handler(({ input }) => {
        services.topology.setParent(input.id, input.parent);
        return {};
      }),
    },
    lab: {
      start: os.lab.start.handler(async () => ({ running: true, devices: await services.lab.start() })),
      stop: os.lab.stop.handler(async () => {
        await services.lab.stop();
        return { running: false };
      }),
    },
  });
}

export type RpcRouter = ReturnType<typeof createRpcRouter>;
