// What the RPC router asks of the engine.
import type {
  EngineHealth,
  FlowExporter,
  FlowExporters,
  Notification,
  Rule,
  ScrapeTargets,
  SystemInfo,
} from '../../../../shared/contract/index.ts';
import type { AlertDesk, Heartbeat, Maintenance, OwnRules, RulePacks } from '../../alerting/index.ts';
import type { Receivers } from '../../alerting/index.ts';
import type { Dashboards } from '../../dashboards/index.ts';
import type { AlertPageServices } from './alert-page/index.ts';
import type { ExploreServices } from './explore/index.ts';
import type { Push } from '../../collectors/push/index.ts';
import type { MetricsTokens } from '../../keys/index.ts';
import type { Discovery, Profiles } from '../../discovery/index.ts';
import type { FlowQuestions } from '../../flows/index.ts';
import type { DeviceEvents } from '../../inventory/index.ts';
import type { Names } from '../../names/index.ts';
import type { CsvExchange, Onboarding } from '../../onboarding/index.ts';
import type { MqttBroker } from '../../collectors/mqtt/index.ts';
import type { RemoteParts } from '../../remote-parts.ts';
import type { Senders } from '../../senders/index.ts';
import type { DeviceServices } from '../../sources/index.ts';
import type { MetricQueries } from '../../store/metrics/index.ts';
import type { StorageService } from '../../storage/index.ts';
import type { SubscribersService } from '../../subscribers/index.ts';
import type { Topology } from '../../topology/index.ts';
import type { TickHub } from '../../streams/index.ts';
import type { Logger } from '../../telemetry/index.ts';

export type RpcServices = ExploreServices & {
  /** For the window's own panels, which do not wait for queries that somebody typed. */
  readonly ownQueries: Pick<MetricQueries, 'instant' | 'range'>;
  readonly info: () => SystemInfo;
  readonly health: () => Promise<EngineHealth>;
  readonly ticks: TickHub;
  readonly notifications: (signal: AbortSignal | undefined) => AsyncGenerator<Notification>;
  readonly devices: DeviceServices;
  readonly push: Push;
  readonly metricsTokens: MetricsTokens;
  readonly deviceEvents: Pick<DeviceEvents, 'list'>;
  readonly onboarding: Onboarding;
  readonly csv: CsvExchange;
  readonly flowExporters: () => FlowExporter[];
  readonly exporterHealth: () => FlowExporters;
  readonly flows: FlowQuestions;
  readonly names: Pick<Names, 'nameOf' | 'interfaces'>;
  readonly discovery: Pick<Discovery, 'list' | 'search' | 'setIgnored' | 'add'>;
  readonly profiles: Pick<Profiles, 'list' | 'save' | 'remove'>;
  readonly mqttBrokers: () => readonly MqttBroker[];
  readonly scrapeTargets: () => ScrapeTargets;
  readonly senders: Pick<Senders, 'unknown' | 'accept' | 'dismiss'>;
  readonly rules: () => Rule[];
  readonly alertDesk: AlertDesk;
  readonly alertPage: AlertPageServices;
  readonly maintenance: Pick<Maintenance, 'list' | 'save' | 'remove'>;
  readonly heartbeat: Pick<Heartbeat, 'shown' | 'change'>;
  readonly ownRules: OwnRules;
  readonly rulePacks: Pick<RulePacks, 'list' | 'change' | 'import' | 'remove'>;
  readonly receivers: Pick<Receivers, 'list' | 'save' | 'remove' | 'sendTest'>;
  readonly dashboards: Dashboards;
  readonly storage: Pick<StorageService, 'status' | 'report' | 'change' | 'previewDeletion' | 'deleteSeries'>;
  readonly remote: Pick<RemoteParts, 'status'>;
  readonly subscribers: Pick<SubscribersService, 'list' | 'get' | 'forget' | 'settings' | 'changeRules'>;
  readonly topology: Pick<Topology, 'map' | 'rates' | 'place' | 'setParent'>;
  readonly logger: Logger;
  readonly lab: { start(): Promise<number>; stop(): Promise<void> };
};
