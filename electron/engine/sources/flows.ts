// Flow collection, and the devices that flows come from: a known router, a device of the file, or a new exporter.
import type { FlowExporter } from '../../../shared/contract/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { Clock } from '../clock.ts';
import { startFlowCollector } from '../collectors/netflow/index.ts';
import type { FlowCollector } from '../collectors/netflow/index.ts';
import type { LinewardenConfig } from '../config/index.ts';
import type { Inventory, PresenceSink } from '../inventory/index.ts';
import type { MetricAppender } from '../store/metrics/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { exporterId } from './plans.ts';

/** Routers send flows each active time-out, 1 minute as recommended. */
const EXPORTER_HEARTBEAT_MS = 60_000;
/** Senders' addresses may be forged: beyond this, the one that is silent longest makes room. */
const MAX_DISCOVERED = 1_000;

export type FlowSource = {
  apply(config: LinewardenConfig): Promise<void>;
  listening(): { host: string; port: number }[];
  exporters(): FlowExporter[];
  stop(): Promise<void>;
};

export function createFlowSource(options: {
  appender: MetricAppender;
  clock: Clock;
  logger: Logger;
  inventory: Inventory;
  onProblem: (area: string, sentence: string | undefined) => void;
  /** Replaceable in tests, which send no packets. */
  startCollector?: typeof startFlowCollector;
}): FlowSource {
  const { inventory, clock, logger, appender, startCollector = startFlowCollector } = options;
  let collector: FlowCollector | undefined;
  let key = '';
  let named: LinewardenConfig['devices'] = [];
  /** Ids of the exporters that the file names. */
  const provided = new Set<string>();
  /** Address to id of the exporters that were made when their flows came. */
  const discovered = new Map<string, string>();

  const registerExporter = (id: string, name: string, address: string, provisioned: boolean): void => {
    const selector = `exporter=${JSON.stringify(address)}`;
    inventory.register({
      id,
      name,
      kind: 'exporter',
      address,
      provisioned,
      sample: false,
      selector,
      telemetry: 'required',
      telemetrySelector: `linewarden_flow_last_packet_timestamp_seconds{${selector}}`,
      heartbeatMs: EXPORTER_HEARTBEAT_MS,
      intervalMs: EXPORTER_HEARTBEAT_MS,
      labels: {},
    });
  };

  const routerAt = (address: string) =>
    inventory.list().find((device) => device.kind === 'router' && device.address === address);

  const resolveExporter = (address: string) => {
    const entry = named.find(({ addresses }) => addresses.includes(address));
    const router = routerAt(address);
    const deviceId = router?.id ?? entry?.id ?? exporterId(address);
    return { deviceId, edgeId: entry?.labels['edge_id'] ?? '', customerId: entry?.labels['customer_id'] ?? '' };
  };

  /** Polled devices are not the flows' to make or remove. */
  const isPolled = (id: string): boolean => {
    const kind = inventory.get(id)?.kind;
    return kind !== undefined && kind !== 'exporter';
  };

  const forget = (id: string): void => {
    if (!isPolled(id)) inventory.unregister(id);
  };

  const registerNamed = (): void => {
    const wanted = named.flatMap(({ id, name, addresses: [address = ''] }) =>
      isPolled(id) || routerAt(address) !== undefined ? [] : [{ id, name: name ?? id, address }],
    );
    for (const id of provided) if (wanted.every((entry) => entry.id !== id)) forget(id);
    provided.clear();
    for (const { id, name, address } of wanted) {
      provided.add(id);
      registerExporter(id, name, address, true);
    }
  };

  const discover = (address: string): void => {
    const { deviceId } = resolveExporter(address);
    if (inventory.get(deviceId) !== undefined) return;
    if (discovered.size >= MAX_DISCOVERED && !discovered.has(address)) {
      const seenMs = (id: string): number => inventory.get(id)?.lastSeenMs ?? 0;
      const [silent] = [...discovered].toSorted(([, a], [, b]) => seenMs(a) - seenMs(b));
      if (silent !== undefined) {
        discovered.delete(silent[0]);
        forget(silent[1]);
      }
    }
    discovered.set(address, deviceId);
    registerExporter(deviceId, address, address, false);
  };

  /** Addresses may have become a router's or a named device's, or be so no longer. */
  const rediscover = (): void => {
    for (const [address, id] of discovered) {
      if (resolveExporter(address).deviceId === id) continue;
      discovered.delete(address);
      if (!provided.has(id)) forget(id);
    }
    for (const { address } of collector?.exporters() ?? []) discover(address);
  };

  // Flows prove that a router is alive, but its telemetry is its CPU and uptime, not the flows.
  const presence: PresenceSink = {
    seen: (id, atMs) => inventory.presence.seen(id, atMs),
    failed: (id, atMs, error) => inventory.presence.failed(id, atMs, error),
    telemetry: (id, atMs) => {
      if (inventory.get(id)?.kind === 'exporter') inventory.presence.telemetry(id, atMs);
    },
  };

  const listen = async (section: LinewardenConfig['netflow']): Promise<void> => {
    const nextKey = JSON.stringify(section);
    if (nextKey === key) return;
    const before = collector;
    collector = undefined;
    key = '';
    await before?.stop();
    options.onProblem('flows', undefined);
    try {
      if (section.listen.length > 0) collector = await start(section);
      key = nextKey;
    } catch (error) {
      // Somebody who only polls routers must not be stopped by a port that another collector holds; the next reload tries again.
      if (!(error instanceof LinewardenError)) throw error;
      options.onProblem('flows', error.message);
    }
  };

  const start = async (section: LinewardenConfig['netflow']): Promise<FlowCollector> => {
    const started = await startCollector({
      listen: section.listen,
      flushIntervalMs: section.flush_interval,
      maxPortsPerExporter: section.max_ports,
      templateWaitMs: section.template_wait,
      sampling: section.sampling,
      appender,
      presence,
      clock,
      logger,
      resolveExporter,
    });
    started.onExporter(discover);
    return started;
  };

  return {
    async apply(config) {
      named = config.devices;
      registerNamed();
      await listen(config.netflow);
      rediscover();
    },
    listening: () => collector?.listening ?? [],
    exporters: () => collector?.exporters() ?? [],
    async stop() {
      await collector?.stop();
      collector = undefined;
    },
  };
}
