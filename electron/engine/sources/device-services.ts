// What the window can ask and do about devices.
import type {
  CollectorChange,
  CollectorState,
  ConnectionTest,
  DeviceSummary,
  Former,
  RouterEdit,
  RouterForm,
  SerialAnswer,
  StoredRouterForm,
  TargetForm,
} from '../../../shared/contract/index.ts';
import type { TrafficViewer } from '../collectors/routeros/index.ts';
import type { Fact } from './source-set.ts';
import type { StoredDevice } from './stored.ts';

export interface DeviceServices {
  list(): DeviceSummary[];
  get(id: string): DeviceSummary | undefined;
  collectors(id: string): CollectorState[];
  facts(id: string): Fact[];
  /** Of a router that the window added; takes effect with its next poll. */
  setCollector(change: CollectorChange): Promise<CollectorState[]>;
  /** Fast polling of the device until the returned function is called; the interval that it now has, ms. */
  watch(id: string): { intervalMs: number; release: () => void };
  /** What a router's interfaces carry, each second until the returned function is called. Throws for what is no router. */
  watchTraffic(id: string, interfaces: readonly string[], viewer: TrafficViewer): () => void;
  testRouter(form: RouterForm, signal?: AbortSignal): Promise<ConnectionTest>;
  addRouter(form: RouterForm): Promise<DeviceSummary>;
  testTarget(form: TargetForm, signal?: AbortSignal): Promise<ConnectionTest>;
  addTarget(form: TargetForm): Promise<DeviceSummary>;
  remove(id: string): Promise<boolean>;
  /** Of a router that the window added, without its password. */
  routerForm(id: string): StoredRouterForm;
  /** An empty password stands for the one that is stored. */
  testEdit(id: string, form: RouterForm, signal?: AbortSignal): Promise<ConnectionTest>;
  editRouter(edit: RouterEdit): Promise<DeviceSummary>;
  /** What the window added, without passwords. */
  stored(): StoredDevice[];
  targetId(form: TargetForm): string;
  /** Of the same job and host. */
  editTarget(form: TargetForm): Promise<DeviceSummary>;
  /** A router that answers with another serial number is taken for what it was. */
  acceptSerial(answer: SerialAnswer): boolean;
  /** Under which names and addresses a router's earlier history is found. */
  setFormer(former: Former): Promise<DeviceSummary>;
}
