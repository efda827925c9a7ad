// What state.db keeps: the few rows that change when a person acts or an alert moves.

export type DeviceRow = {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly address: string;
  /** JSON. */
  readonly config: unknown;
  /** Unix milliseconds. */
  readonly createdMs: number;
  readonly lastSeenMs: number | null;
  readonly labels: Record<string, string>;
};

/** One time that an alert was active, from pending to resolved. */
export type AlertRow = {
  readonly fingerprint: string;
  readonly ruleKey: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly activeAtMs: number;
  readonly firedAtMs: number | null;
  readonly resolvedAtMs: number | null;
  readonly value: number;
  readonly expr: string;
};

export type LastSeen = { readonly id: string; readonly atMs: number };

export interface Settings {
  /** Undefined when the key was never set. */
  get(key: string): unknown;
  /** Any JSON value; undefined deletes the key. */
  set(key: string, value: unknown): void;
}

export interface Devices {
  list(): DeviceRow[];
  upsert(row: DeviceRow): void;
  /** Whether there was one. */
  delete(id: string): boolean;
  /** Ids without a row are left out. */
  setLastSeen(id: string, atMs: number): void;
  setLastSeen(entries: readonly LastSeen[]): void;
}

export interface Secrets {
  put(name: string, sealed: Uint8Array): void;
  get(name: string): Uint8Array | undefined;
  /** Whether there was one. */
  delete(name: string): boolean;
  names(): string[];
}

export interface Alerts {
  /** Adds rows, or replaces those of the same fingerprint and activeAtMs. The oldest of very many resolved ones go. */
  save(rows: readonly AlertRow[]): void;
  /** Alerts that are active, or resolved at sinceMs or later, the oldest first. */
  list(sinceMs: number): AlertRow[];
}

/** Synchronous; every call that returns has been stored in a transaction of its own. */
export interface StateStore {
  readonly settings: Settings;
  readonly devices: Devices;
  readonly secrets: Secrets;
  readonly alerts: Alerts;
  close(): void;
}
