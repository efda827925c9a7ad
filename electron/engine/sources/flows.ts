// Flow collection: the port is opened and tried again, and what comes in finds its device.
import type { FlowExporter } from '../../../shared/contract/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { Clock } from '../clock.ts';
import { startFlowCollector } from '../collectors/netflow/index.ts';
import type { FlowCollector, FlowReport, LiveMessage, WaitingSender } from '../collectors/netflow/index.ts';
import type { LinewardenConfig } from '../config/index.ts';
import type { Inventory, PresenceSink } from '../inventory/index.ts';
import type { ObservationHub } from '../observations/index.ts';
import type { ClosedConversations } from '../store/flows/index.ts';
import type { MetricAppender } from '../store/metrics/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { createExporterDevices } from './exporter-devices.ts';
import type { ExporterIdentity, ExporterRows } from './exporter-devices.ts';
import { LiveFlows } from './live-flows.ts';
import { createTurns } from '../turns.ts';

type Endpoint = { readonly host: string; readonly port: number };

const FIRST_RETRY_MS = 5_000;
const MAX_RETRY_MS = 60_000;

export type FlowSource = {
  apply(config: LinewardenConfig): Promise<void>;
  /**
   * The UDP port on loopback to which the sample network's flows go: where nothing could be bound, one of its own.
   * Undefined when flows are switched off.
   */
  samplePort(): Promise<number | undefined>;
  /** The sample network has ended: its own port, if there was one, is closed. */
  sampleEnded(): Promise<void>;
  listening(): { host: string; port: number }[];
  exporters(): FlowExporter[];
  /** Senders whose packets could not be read yet. */
  waiting(): readonly WaitingSender[];
  /** The last minute each second, while somebody watches; returns what ends it. */
  watchLive(listener: (message: LiveMessage) => void): () => void;
  /** What exporters' interfaces can carry, bit/s by address and number. */
  setSpeeds(speeds: ReadonlyMap<string, ReadonlyMap<number, number>>): void;
  /** The device behind an exporter's address. */
  resolve(address: string): ExporterIdentity;
  section(): Pick<LinewardenConfig['netflow'], 'exporters' | 'sampling'>;
  /** Forgets an exporter that was found by its flows; false when the id is none. Throws while it still sends. */
  forget(id: string): boolean;
  stop(): Promise<void>;
};

export function createFlowSource(options: {
  appender: MetricAppender;
  clock: Clock;
  logger: Logger;
  inventory: Inventory;
  onProblem: (area: string, sentence: string | undefined) => void;
  /** What is listened on has changed without apply(). */
  onChange?: () => void;
  /** Where exporters that were found by their flows are kept over a restart. */
  rows?: ExporterRows;
  /** Where templates are kept over a restart. */
  keptFile?: string;
  observations?: Pick<ObservationHub, 'publish'>;
  onReport?: (report: FlowReport) => void;
  /** Each minute of conversations when it is over. */
  onClosed?: (closed: ClosedConversations) => void;
  /** Replaceable in tests, which send no packets. */
  startCollector?: typeof startFlowCollector;
}): FlowSource {
  const { inventory, clock, logger, appender, startCollector = startFlowCollector } = options;
  let collector: FlowCollector | undefined;
  let section: LinewardenConfig['netflow'] | undefined;
  /** What the collector runs with; empty when the config's addresses could not be bound. */
  let bound = '';
  /** The sample network's own port; it goes on sending there whatever becomes of the others. */
  let sample: Endpoint | undefined;
  let retryMs = FIRST_RETRY_MS;
  let retryTimer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const devices = createExporterDevices({
    inventory,
    clock,
    logger,
    rows: options.rows,
    heard: () => collector?.exporters().map(({ address }) => address) ?? [],
    onProblem: options.onProblem,
  });

  const inTurn = createTurns();
  const live = new LiveFlows();
  let speeds: ReadonlyMap<string, ReadonlyMap<number, number>> = new Map();

  // Flows prove that a router is alive, but its telemetry is its CPU and uptime, not the flows.
  const presence: PresenceSink = {
    seen(id, atMs) {
      devices.heardAgain(id);
      inventory.presence.seen(id, atMs);
    },
    failed: (id, atMs, error) => inventory.presence.failed(id, atMs, error),
    telemetry: (id, atMs) => {
      if (inventory.get(id)?.kind === 'exporter') inventory.presence.telemetry(id, atMs);
    },
  };

  const open = async (wanted: LinewardenConfig['netflow'], listen: readonly Endpoint[]): Promise<FlowCollector> => {
    const started = await startCollector({
      listen,
      flushIntervalMs: wanted.flush_interval,
      maxPortsPerExporter: wanted.max_ports,
      maxConversations: wanted.max_conversations,
      ...(options.onClosed !== undefined && { onClosed: options.onClosed }),
      templateWaitMs: wanted.template_wait,
      sampling: wanted.sampling,
      allowed: wanted.exporters,
      ...(options.keptFile !== undefined && { keptFile: options.keptFile }),
      ...(options.onReport !== undefined && { onReport: options.onReport }),
      onNames(address, { interfaces }, atMs) {
        const { deviceId } = devices.resolve(address);
        // A device that is polled knows its interfaces better.
        if (interfaces.length === 0 || inventory.get(deviceId)?.kind !== 'exporter') return;
        options.observations?.publish(deviceId, atMs, { kind: 'interfaces', source: 'flows', rows: interfaces });
      },
      appender,
      presence,
      clock,
      logger,
      resolveExporter: (address) => devices.resolve(address),
    });
    collector = started;
    live.collectorIs(started);
    if (speeds.size > 0) started.setSpeeds(speeds);
    started.onExporter((address) => devices.discover(address));
    return started;
  };

  const close = async (): Promise<void> => {
    const before = collector;
    collector = undefined;
    live.collectorIs(undefined);
    bound = '';
    await before?.stop();
  };

  const listen = async (wanted: LinewardenConfig['netflow']): Promise<void> => {
    clearTimeout(retryTimer);
    const key = JSON.stringify([wanted, sample]);
    if (isStopped || bound === key) return;
    await close();
    const own = sample === undefined ? [] : [sample];
    try {
      if (wanted.listen.length > 0) await open(wanted, [...wanted.listen, ...own]);
      bound = key;
      retryMs = FIRST_RETRY_MS;
      options.onProblem('flows', undefined);
    } catch (error) {
      // Somebody who only polls routers must not be stopped by a port that another collector holds.
      if (!(error instanceof LinewardenError)) throw error;
      options.onProblem('flows', error.message);
      tryLater();
      if (own.length > 0) await open(wanted, own);
    }
  };

  const tryLater = (): void => {
    retryTimer = setTimeout(() => {
      inTurn(async () => {
        // The sample network holds a port of its own meanwhile: its flows are not cut off for an attempt.
        if (isStopped || section === undefined || collector !== undefined) return;
        await listen(section);
        if (collector !== undefined) options.onChange?.();
      }).catch((error: unknown) => logger.error({ err: error }, 'flows cannot be received'));
    }, retryMs);
    retryTimer.unref();
    retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
  };

  return {
    apply: (config) =>
      inTurn(async () => {
        section = config.netflow;
        devices.setNamed(config.devices);
        await listen(config.netflow);
        devices.rediscover();
      }),
    samplePort: () =>
      inTurn(async () => {
        if (collector === undefined && section !== undefined && section.listen.length > 0) {
          const opened = await open(section, [{ host: '127.0.0.1', port: 0 }]);
          sample = opened.listening[0];
        }
        return collector?.listening[0]?.port;
      }),
    sampleEnded: () =>
      inTurn(async () => {
        if (sample === undefined) return;
        sample = undefined;
        if (section !== undefined) await listen(section);
      }),
    listening: () => collector?.listening ?? [],
    exporters: () => collector?.exporters() ?? [],
    waiting: () => collector?.waiting() ?? [],
    watchLive: (listener) => live.watch(listener),
    setSpeeds(known) {
      speeds = known;
      collector?.setSpeeds(known);
    },
    resolve: (address) => devices.resolve(address),
    section: () => section ?? { exporters: [], sampling: {} },
    forget: (id) => devices.remove(id),
    stop() {
      isStopped = true;
      clearTimeout(retryTimer);
      return inTurn(close);
    },
  };
}
