// Devices that the window added: kept in state.db, their passwords in the secret store.
import { z } from 'zod';
import { collectorSwitchesSchema, routerFormSchema, targetFormSchema } from '../../../shared/contract/index.ts';
import type { RouterForm, TargetForm } from '../../../shared/contract/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { RouterConfig } from '../collectors/routeros/index.ts';
import type { SecretStore } from '../secrets/index.ts';
import type { StateStore } from '../store/state/index.ts';
import type { ExporterRows } from './exporter-devices.ts';
import { exporterId, routerId, targetId } from './plans.ts';

const storedRouterSchema = routerFormSchema.omit({ password: true }).extend({
  /** What the window chose to read. */
  collectors: collectorSwitchesSchema.optional(),
});
type StoredRouter = z.infer<typeof storedRouterSchema>;

export const passwordName = (id: string): string => `router/${id}/password`;

export type StoredDevice =
  | { readonly kind: 'router'; readonly id: string; readonly form: StoredRouter }
  | { readonly kind: 'target'; readonly id: string; readonly form: TargetForm };

/** Rows that this version cannot read are left alone and told of by their id. */
export function readStored(state: Pick<StateStore, 'devices'>, onUnreadable: (id: string) => void): StoredDevice[] {
  return state.devices.list().flatMap((row): StoredDevice[] => {
    if (row.kind === 'router') {
      const form = storedRouterSchema.safeParse(row.config);
      if (form.success) return [{ kind: 'router', id: row.id, form: form.data }];
    } else if (row.kind === 'target') {
      const form = targetFormSchema.safeParse(row.config);
      if (form.success) return [{ kind: 'target', id: row.id, form: form.data }];
    } else {
      return [];
    }
    onUnreadable(row.id);
    return [];
  });
}

export async function storeRouter(
  state: StateStore,
  secrets: SecretStore,
  form: RouterForm,
  nowMs: number,
): Promise<string> {
  const { password, ...config } = form;
  const id = routerId(form.name);
  // The password first: a router without one would only produce failed logins.
  await secrets.set(passwordName(id), password);
  state.devices.upsert({
    id,
    kind: 'router',
    name: form.name,
    address: form.address,
    config,
    createdMs: nowMs,
    lastSeenMs: null,
    labels: {},
  });
  return id;
}

export function storeTarget(state: StateStore, form: TargetForm, nowMs: number): string {
  const id = targetId(form.job, new URL(form.url).host);
  state.devices.upsert({
    id,
    kind: 'target',
    name: new URL(form.url).host,
    address: form.url,
    config: form,
    createdMs: nowMs,
    lastSeenMs: null,
    labels: {},
  });
  return id;
}

/** The same job and host with another path or interval. Throws LW_DEVICE_GONE. */
export function editStoredTarget(state: StateStore, form: TargetForm): string {
  const id = targetId(form.job, new URL(form.url).host);
  const row = state.devices.list().find((one) => one.id === id && one.kind === 'target');
  if (row === undefined) throw new LinewardenError('LW_DEVICE_GONE', 'The window has added no such target.');
  state.devices.upsert({ ...row, address: form.url, config: form });
  return id;
}

export async function removeStored(state: StateStore, secrets: SecretStore, id: string): Promise<void> {
  await secrets.delete(passwordName(id));
  state.devices.delete(id);
}

export function toRouterConfig(form: StoredRouter): Omit<RouterConfig, 'id'> {
  if (form.tls === 'pin' && form.pin === '') {
    throw new LinewardenError('LW_ROUTEROS_PIN_MISSING', 'A pinned certificate needs its SHA-256 fingerprint.');
  }
  return {
    name: form.name,
    address: form.address,
    port: form.port,
    tls: form.tls === 'pin' ? { pin: form.pin } : form.tls,
    username: form.username,
    intervalMs: form.intervalMs,
    collectors: form.collectors ?? {},
    labels: form.labels ?? {},
  };
}

/** Exporters that were found by their flows, as rows of their own kind. */
export const exporterRows = ({ devices }: Pick<StateStore, 'devices'>): ExporterRows => ({
  list: () =>
    devices
      .list()
      .filter(({ kind }) => kind === 'exporter')
      .map(({ address, createdMs, lastSeenMs }) => ({ address, heardMs: lastSeenMs ?? createdMs })),
  save(address, nowMs) {
    devices.upsert({
      id: exporterId(address),
      kind: 'exporter',
      name: address,
      address,
      config: null,
      createdMs: nowMs,
      lastSeenMs: null,
      labels: {},
    });
  },
  delete: (address) => void devices.delete(exporterId(address)),
});
