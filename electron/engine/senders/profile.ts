// What is expected of each type of device that sends by itself: its series, its pace, and what proves that it lives.
import type { DeviceType, SenderKind } from '../../../shared/contract/index.ts';
import type { DeviceDefinition } from '../inventory/index.ts';

export type Profile = Pick<
  DeviceDefinition,
  'kind' | 'selector' | 'telemetry' | 'telemetrySelector' | 'heartbeatMs' | 'intervalMs'
>;

/** The label by which the series of each kind tell whose they are; a device of the config names its key by the same. */
export const KEY_LABELS: Readonly<Record<SenderKind, string>> = {
  edge: 'edge_id',
  client: 'client_id',
  headend: 'headend_id',
  sender: 'sender',
};

export const SENDER_KINDS: readonly SenderKind[] = ['edge', 'client', 'headend', 'sender'];

/** The type of whoever did not say it. */
export const DEFAULT_TYPES: Readonly<Record<SenderKind, DeviceType>> = {
  edge: 'dedicated-edge',
  client: 'push-client',
  headend: 'headend',
  sender: 'sender',
};

const KINDS: Partial<Readonly<Record<DeviceType, SenderKind>>> = {
  'dedicated-edge': 'edge',
  mtge: 'edge',
  connector: 'edge',
  'push-client': 'client',
  headend: 'headend',
};

/** How a device of this type comes in when it sends by itself. */
export const kindOf = (type: DeviceType): SenderKind => KINDS[type] ?? 'sender';

const MINUTE_MS = 60_000;

/** The slowest message that is expected of each. */
const HEARTBEATS: Partial<Readonly<Record<DeviceType, number>>> = {
  'dedicated-edge': MINUTE_MS,
  mtge: MINUTE_MS / 2,
  connector: MINUTE_MS / 2,
  'push-client': 5 * MINUTE_MS,
};

export function profileOf(type: DeviceType, key: string): Profile {
  const kind = kindOf(type);
  // Of a sender by remote write these are what is counted of it: what it sends has labels of its own.
  const selector = `${KEY_LABELS[kind]}=${JSON.stringify(key)}`;
  const telemetrySelector = telemetryOf(kind, type, selector);
  const heartbeatMs = HEARTBEATS[type] ?? MINUTE_MS;
  return {
    kind,
    selector,
    telemetry: telemetrySelector === '' ? 'none' : 'required',
    telemetrySelector,
    heartbeatMs,
    intervalMs: heartbeatMs,
  };
}

/** Empty: only that it is heard counts. */
function telemetryOf(kind: SenderKind, type: DeviceType, selector: string): string {
  if (type === 'connector' || kind === 'sender') return '';
  if (kind === 'client') return `tobogganing_client_last_check_in_timestamp{${selector}}`;
  if (kind === 'headend') return `tobogganing_headend_last_check_in_timestamp{${selector}}`;
  // Not what is only told about an edge, such as its flows and alerts.
  return `{${selector},__name__=~".*(cpu|uptime).*"}`;
}
