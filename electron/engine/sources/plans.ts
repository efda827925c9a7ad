// From configuration to sources: each device that the file, the window or the sample network names, as a plan to run.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { Clock } from '../clock.ts';
import { DOCKER_JOB, startDockerCollector } from '../collectors/docker/index.ts';
import type { ContainerEvent, DockerEngine } from '../collectors/docker/index.ts';
import { startHostCollector } from '../collectors/host/index.ts';
import { startRouterPoller } from '../collectors/routeros/index.ts';
import type { RouterConfig } from '../collectors/routeros/index.ts';
import { startScrapeTarget } from '../collectors/scrape/index.ts';
import type { TargetConfig } from '../collectors/scrape/index.ts';
import type { DeviceDefinition, PresenceSink } from '../inventory/index.ts';
import type { ObservationHub } from '../observations/index.ts';
import type { MetricAppender } from '../store/metrics/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { RunningSource, SourcePlan } from './source-set.ts';

export type SourceContext = {
  readonly appender: MetricAppender;
  readonly presence: PresenceSink;
  readonly observations: ObservationHub;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onContainerEvent: (deviceId: string, event: ContainerEvent) => void;
  /** Every scraped metric's help, type and unit are offered here. */
  readonly onTarget: (id: string, target: TargetConfig, scrape: ReturnType<typeof startScrapeTarget>) => void;
};

/** Where a router's password comes from; `from` is told apart, not shown: another place needs another login. */
export type PasswordSource = { readonly from: string; read(): Promise<string> };

/** Where a device comes from: the file (read-only in the window), the window, or the sample network. */
export type Origin = 'file' | 'window' | 'sample';

const READ_TIMEOUT_MS = 5_000;

const quote = (value: string): string => JSON.stringify(value);

const origin = (from: Origin): Pick<DeviceDefinition, 'provisioned' | 'sample'> => ({
  provisioned: from === 'file',
  sample: from === 'sample',
});

export const routerId = (name: string): string => name;
export const targetId = (job: string, instance: string): string => `${job}/${instance}`;
export const engineId = (name: string): string => `docker/${name}`;
export const exporterId = (address: string): string => `flows/${address}`;

export function hostPlan(hostname: string, intervalMs: number, id: string, context: SourceContext): SourcePlan {
  const selector = `job="node",instance=${quote(hostname)}`;
  const device: DeviceDefinition = {
    id,
    name: hostname,
    kind: 'host',
    address: 'this computer',
    ...origin('file'),
    selector,
    telemetry: 'required',
    telemetrySelector: `node_boot_time_seconds{${selector}}`,
    heartbeatMs: intervalMs,
    intervalMs,
    labels: {},
  };
  return {
    device,
    settings: {},
    start(): RunningSource {
      const { appender, presence, clock, logger } = context;
      const collector = startHostCollector({ deviceId: id, intervalMs, appender, presence, clock, logger });
      return {
        stop: async () => collector.stop(),
        collectors: () => collector.status(),
        facts: () => collector.facts(),
        setIntervalMs: (fastMs) => collector.setIntervalMs(fastMs),
      };
    },
  };
}

export function routerPlan(
  router: Omit<RouterConfig, 'id'>,
  password: PasswordSource,
  from: Origin,
  context: SourceContext,
): SourcePlan {
  const id = routerId(router.name);
  const selector = `routerboard_name=${quote(router.name)}`;
  const device: DeviceDefinition = {
    id,
    name: router.name,
    kind: 'router',
    address: router.address,
    ...origin(from),
    selector,
    telemetry: 'required',
    telemetrySelector: `mktxp_system_uptime{${selector}}`,
    heartbeatMs: router.intervalMs,
    intervalMs: router.intervalMs,
    labels: {},
  };
  return {
    device,
    settings: [{ ...router, collectors: {} }, password.from],
    collectors: router.collectors,
    start(): RunningSource {
      const { appender, presence, observations, clock, logger } = context;
      const poller = startRouterPoller({
        device: { ...router, id },
        password: () => password.read(),
        appender,
        presence,
        observe: (...observed) => observations.publish(...observed),
        clock,
        logger,
      });
      return {
        async stop() {
          await poller.stop();
          observations.forget(id);
        },
        collectors: () => poller.status(),
        facts: () => poller.facts(),
        retryNow: () => poller.retryNow(),
        ping: (address, signal) => poller.ping(address, signal),
        watchTraffic: (names, viewer) => poller.watchTraffic(names, viewer),
        setCollectors: (switches) => poller.setCollectors(switches),
      };
    },
  };
}

export function targetPlan(target: TargetConfig, from: Origin, context: SourceContext): SourcePlan {
  const id = `${targetId(target.job, target.instance)}${target.variant}`;
  const others = /^\{(.*)\}$/s.exec(target.variant)?.[1];
  const selector = `job=${quote(target.job)},instance=${quote(target.instance)}${others === undefined ? '' : `,${others}`}`;
  const device: DeviceDefinition = {
    id,
    name: target.variant === '' ? target.instance : `${target.instance} ${target.variant}`,
    kind: 'target',
    address: target.shownUrl,
    ...origin(from),
    selector,
    telemetry: 'required',
    telemetrySelector: `up{${selector}}`,
    heartbeatMs: target.intervalMs,
    intervalMs: target.intervalMs,
    labels: {},
  };
  return {
    device,
    settings: target,
    start(): RunningSource {
      const { appender, presence, clock, logger } = context;
      const scrape = startScrapeTarget({ target, deviceId: id, appender, presence, clock, logger });
      context.onTarget(id, target, scrape);
      return { stop: async () => scrape.stop(), collectors: () => [scrape.status()], facts: () => [] };
    },
  };
}

export function dockerPlan(engine: DockerEngine, baseDir: string, context: SourceContext): SourcePlan {
  const id = engineId(engine.name);
  const selector = `job="${DOCKER_JOB}",instance=${quote(engine.name)}`;
  const device: DeviceDefinition = {
    id,
    name: engine.name,
    kind: 'docker',
    address: engine.address,
    ...origin('file'),
    selector,
    telemetry: 'required',
    telemetrySelector: `machine_cpu_cores{${selector}}`,
    heartbeatMs: engine.interval,
    intervalMs: engine.interval,
    labels: {},
  };
  return {
    device,
    settings: [engine, baseDir],
    start(): RunningSource {
      const { appender, presence, clock, logger, onContainerEvent } = context;
      const onEvent = (event: ContainerEvent): void => onContainerEvent(id, event);
      const collector = startDockerCollector({
        engine,
        baseDir,
        deviceId: id,
        appender,
        presence,
        clock,
        logger,
        onEvent,
      });
      return {
        stop: () => collector.stop(),
        collectors: () => [collector.status()],
        facts: () => collector.facts(),
      };
    },
  };
}

/** The password in a file, read at each login; its last line end is not part of it. No file: an empty one. */
export function filePassword(baseDir: string, file: string | undefined): PasswordSource {
  if (file === undefined) return { from: 'nowhere', read: () => Promise.resolve('') };
  const absolute = path.resolve(baseDir, file);
  return {
    from: absolute,
    async read() {
      try {
        const text = await readFile(absolute, { encoding: 'utf8', signal: AbortSignal.timeout(READ_TIMEOUT_MS) });
        return text.replace(/\r?\n$/, '');
      } catch (error) {
        throw new LinewardenError('LW_SECRETS_FILE', `the password file ${file} cannot be read`, {
          hint: 'Check the path (relative to the config file) and its permissions.',
          cause: error,
        });
      }
    },
  };
}
