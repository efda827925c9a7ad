// Everything of flows behind their receiver, put together: the store of conversations, exporters' health, questions.
import type { FlowReport } from './collectors/netflow/index.ts';
import { RECEIVE_BUFFER_BYTES } from './collectors/netflow/index.ts';
import type { Clock } from './clock.ts';
import type { LoadedConfig } from './config/index.ts';
import { createFlowExporterHealth, type FlowExporterHealth } from './flow-exporters/index.ts';
import { type Customers, createFlowQuestions, type FlowQuestions } from './flows/index.ts';
import type { Inventory } from './inventory/index.ts';
import type { Names } from './names/index.ts';
import { normalizeAddress, type ObservationHub } from './observations/index.ts';
import type { Sources } from './sources/index.ts';
import { flowRoom, storageSettings, storedFlows } from './storage/index.ts';
import { type ClosedConversations, createFlowStore } from './store/flows/index.ts';
import type { MetricStore } from './store/metrics/index.ts';
import type { Settings } from './store/state/index.ts';
import type { Logger, Registry } from './telemetry/index.ts';

type StorageSection = LoadedConfig['config']['storage'];

export type FlowPartsOptions = {
  readonly dataDir: string;
  readonly section: StorageSection;
  readonly store: MetricStore;
  readonly settings: Settings;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onProblem: (area: string, sentence: string | undefined) => void;
};

/** What flows are joined with, once it is there. */
export type FlowSurroundingParts = {
  readonly sources: Sources;
  readonly inventory: Inventory;
  readonly observations: ObservationHub;
  readonly names: Names;
};

export type FlowParts = {
  write(closed: ClosedConversations): void;
  tell(report: FlowReport): void;
  /** Joins flows with devices and names. Called once, before flows come. */
  watch(parts: FlowSurroundingParts): FlowExporterHealth;
  questions(customers: Customers): FlowQuestions;
  stored(): Promise<ReturnType<typeof storedFlows>>;
  apply(section: StorageSection): void;
  close(): Promise<void>;
};

export function createFlowParts(options: FlowPartsOptions): FlowParts {
  const { store, settings, clock, logger, onProblem } = options;
  let { section } = options;
  const flowStore = createFlowStore({
    dir: options.dataDir,
    retention: section.flows,
    maxBytes: () => flowRoom(store, storageSettings(section, settings).maxBytes.value),
    clock,
    onProblem: (sentence) => onProblem('flow store', sentence),
    onNote: (sentence) => logger.warn({}, sentence),
  });
  options.registry.add({
    name: 'linewarden_flow_unstored_buckets_total',
    help: 'Minutes of conversations that could not be stored.',
    type: 'counter',
    value: () => flowStore.lostMinutes,
  });
  let health: FlowExporterHealth | undefined;
  let around: FlowSurroundingParts | undefined;
  return {
    write: (closed) => flowStore.write(closed),
    tell(report) {
      health?.tell(report);
      onProblem('flow conversations', health?.problem());
    },
    watch(parts) {
      around = parts;
      health = createFlowExporterHealth({
        observations: parts.observations,
        ...parts.sources.flows,
        device: (id) => parts.inventory.get(id),
        interfaceName: (id, index) => parts.names.interfaceName(id, index),
        wantedBufferBytes: RECEIVE_BUFFER_BYTES,
      });
      return health;
    },
    questions(customers) {
      if (around === undefined) throw new Error('flows are joined with devices before questions are asked');
      const { sources, inventory, names } = around;
      return createFlowQuestions({
        answer: (plan, signal) => flowStore.ask(plan, signal),
        names,
        exporters: () => [
          ...new Set(
            [...sources.flowExporters(), ...inventory.list()].flatMap(({ address }) => normalizeAddress(address) ?? []),
          ),
        ],
        devices: () => inventory.list(),
        deviceOfExporter: (address) => sources.flows.resolve(address).deviceId,
        customers,
        live: {
          watch: (listener) => sources.flows.watchLive(listener),
          problem: () => (sources.flowListen().length === 0 ? 'No port for flows is open.' : null),
        },
        now: () => clock.now(),
      });
    },
    stored: async () => storedFlows(await flowStore.status(), section.flows, clock.now()),
    apply(next) {
      section = next;
      flowStore.setRetention(section.flows);
    },
    close: () => flowStore.close(),
  };
}
