// What the inventory is told about a device by whoever watches it.
import type { DeviceKind } from '../../../shared/contract/index.ts';
import type { PresenceType } from './presence.ts';

export type DeviceDefinition = {
  readonly id: string;
  readonly kind: DeviceKind;
  /** Decides the limits of presence; the kind when left out. */
  readonly type?: PresenceType;
  readonly name: string;
  readonly address: string;
  /** From the config file: shown read-only. */
  readonly provisioned: boolean;
  readonly sample: boolean;
  /** PromQL matchers that select the device's own series, such as `routerboard_name="core"`; empty: none. */
  readonly selector: string;
  /** 'none': a type without telemetry by nature, for which only its answers count. */
  readonly telemetry: 'required' | 'none';
  /** A PromQL vector selector whose newest sample proves telemetry; empty with telemetry 'none'. */
  readonly telemetrySelector: string;
  /** Expected time between two answers; 0 when nothing is expected at a fixed pace. */
  readonly heartbeatMs: number;
  readonly intervalMs: number;
  readonly labels: Readonly<Record<string, string>>;
  /** What it was called and where it was before; the selector matches the names too. */
  readonly formerNames?: readonly string[];
  readonly formerAddresses?: readonly string[];
};
