// What the window can ask and do about devices.
import type {
  CollectorState,
  ConnectionTest,
  DeviceSummary,
  RouterForm,
  TargetForm,
} from '../../../shared/contract/index.ts';
import type { Fact } from './source-set.ts';

export interface DeviceServices {
  list(): DeviceSummary[];
  get(id: string): DeviceSummary | undefined;
  collectors(id: string): CollectorState[];
  facts(id: string): Fact[];
  /** Fast polling of the device until the returned function is called; the interval that it now has, ms. */
  watch(id: string): { intervalMs: number; release: () => void };
  testRouter(form: RouterForm, signal?: AbortSignal): Promise<ConnectionTest>;
  addRouter(form: RouterForm): Promise<DeviceSummary>;
  testTarget(form: TargetForm, signal?: AbortSignal): Promise<ConnectionTest>;
  addTarget(form: TargetForm): Promise<DeviceSummary>;
  remove(id: string): Promise<boolean>;
}
