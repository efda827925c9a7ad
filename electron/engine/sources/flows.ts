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
}): FlowSource {
  const { inventory, clock, logger, appender } = options;
  let collector: FlowCollector | undefined;
  let key = '';
  let named: LinewardenConfig['devices'] = [];

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

  // Flows prove that a router is alive, but its telemetry is its CPU and uptime, not the flows.
  const presence: PresenceSink = {
    seen: (id, atMs) => inventory.presence.seen(id, atMs),
    failed: (id, atMs, error) => inventory.presence.failed(id, atMs, error),
    telemetry: (id, atMs) => {
      if (inventory.get(id)?.kind === 'exporter') inventory.presence.telemetry(id, atMs);
    },
  };

  return {
    async apply(config) {
      named = config.devices;
      for (const entry of named) {
        const [address] = entry.addresses;
        if (address !== undefined && routerAt(address) === undefined) {
          registerExporter(entry.id, entry.name ?? entry.id, address, true);
        }
      }
      const section = config.netflow;
      const nextKey = JSON.stringify(section);
      if (nextKey === key) return;
      key = nextKey;
      await collector?.stop();
      collector = undefined;
      options.onProblem('flows', undefined);
      if (section.listen.length === 0) return;
      try {
        collector = await startFlowCollector({
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
        collector.onExporter((address) => {
          const { deviceId } = resolveExporter(address);
          if (inventory.get(deviceId) === undefined) registerExporter(deviceId, address, address, false);
        });
      } catch (error) {
        // Somebody who only polls routers must not be stopped by a port that another collector holds.
        if (!(error instanceof LinewardenError)) throw error;
        options.onProblem('flows', error.message);
      }
    },
    listening: () => collector?.listening ?? [],
    exporters: () => collector?.exporters() ?? [],
    async stop() {
      await collector?.stop();
      collector = undefined;
    },
  };
}
