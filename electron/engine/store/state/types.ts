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

/** What a device was before; also of devices that the file provides. */
export type IdentityRow = {
  readonly id: string;
  /** Null until it told one. */
  readonly serial: string | null;
  /** It answers with this one now, and nobody has said yet what that means. */
  readonly otherSerial: string | null;
  /** The latest first. */
  readonly formerNames: readonly string[];
  readonly formerAddresses: readonly string[];
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

export interface Identities {
  list(): IdentityRow[];
  put(row: IdentityRow): void;
  /** Whether there was one. */
  delete(id: string): boolean;
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
  /** The same, the newest first, at most so many. */
  newest(sinceMs: number, limit: number): AlertRow[];
  /** Each time that the alert was active, the newest first, at most so many. */
  times(fingerprint: string, limit: number): AlertRow[];
}

/** What one way out was told of a group last; fingerprints. */
export type NotifiedRow = {
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly atMs: number;
};

/** `way` names one way out of one receiver; data is JSON. */
export interface Notifications {
  silences(): { readonly id: string; readonly data: unknown }[];
  saveSilence(id: string, data: unknown): void;
  removeSilence(id: string): void;
  notified(groupKey: string, way: string): NotifiedRow | undefined;
  setNotified(groupKey: string, way: string, row: NotifiedRow): void;
  forgetNotified(beforeMs: number): void;
  /** The one that waits longest first. */
  queued(): { readonly groupKey: string; readonly way: string; readonly data: unknown }[];
  /** Takes the place of what waits for the same. */
  putQueued(groupKey: string, way: string, data: unknown, queuedMs: number): void;
  dropQueued(groupKey: string, way: string): void;
  /** Drops it and notes what was told, in one transaction. */
  delivered(groupKey: string, way: string, row: NotifiedRow): void;
}

/** What one teller calls an address. */
export type NameRow = {
  readonly address: string;
  readonly source: string;
  readonly deviceId: string;
  readonly name: string;
  readonly seenMs: number;
};

export type InterfaceNamesRow = {
  readonly deviceId: string;
  readonly seenMs: number;
  readonly interfaces: readonly { readonly index: number; readonly name: string; readonly comment: string }[];
};

export interface Names {
  /** Those seen at that time or later. Nothing else may be asked of the file while they are iterated. */
  list(afterMs: number): Iterable<NameRow>;
  write(changes: { readonly saved: readonly NameRow[]; readonly dropped: readonly NameRow[] }): void;
  forgetBefore(beforeMs: number): void;
  interfaces(): InterfaceNamesRow[];
  saveInterfaces(row: InterfaceNamesRow): void;
  deleteInterfaces(deviceId: string): void;
}

export type SubscriberRow = {
  readonly key: string;
  /** JSON. */
  readonly record: unknown;
};

/** A connection that is over; bytes as the customer sees them. */
export type SubscriberSessionRow = {
  readonly key: string;
  readonly deviceId: string;
  readonly service: string;
  readonly address: string;
  readonly callerId: string;
  readonly beganMs: number;
  readonly endedMs: number;
  readonly rxBytes: number;
  readonly txBytes: number;
};

export interface Subscribers {
  /** In the order in which they came. */
  list(): SubscriberRow[];
  /** All of it or nothing. What is removed goes with its sessions; of very many sessions the oldest go. */
  save(changes: {
    readonly rows: readonly SubscriberRow[];
    readonly removed: readonly string[];
    readonly sessions: readonly SubscriberSessionRow[];
  }): void;
  /** The latest first. */
  sessions(key: string, most: number): SubscriberSessionRow[];
  /** Those of any customer that lasted in that time, the latest ended first. */
  sessionsBetween(startMs: number, endMs: number, most: number): SubscriberSessionRow[];
}

/** A machine that was found in the network. */
export type FoundRow = {
  readonly id: string;
  /** JSON. */
  readonly data: unknown;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly isIgnored: boolean;
};

export interface Found {
  list(): FoundRow[];
  write(changes: { readonly saved: readonly FoundRow[]; readonly dropped: readonly string[] }): void;
}

/** Records are JSON. */
export interface Pushed {
  clients(): { readonly id: string; readonly record: unknown }[];
  saveClient(row: { readonly id: string; readonly record: unknown }): void;
  removeClient(id: string): void;
  held(): { readonly kind: string; readonly id: string; readonly record: unknown }[];
  saveHeld(rows: readonly { readonly kind: string; readonly id: string; readonly record: unknown }[]): void;
  removeHeld(kind: string, id: string): void;
}

/** Something that happened to a device, told by whoever saw it. */
export type DeviceEventRow = {
  readonly deviceId: string;
  readonly atMs: number;
  readonly kind: string;
  readonly words: string;
};

export interface DeviceEvents {
  add(events: readonly DeviceEventRow[]): void;
  /** The newest so many of those within these times, oldest first. */
  list(deviceId: string, fromMs: number, toMs: number, most: number): DeviceEventRow[];
}

/** Synchronous; every call that returns has been stored in a transaction of its own. */
export interface StateStore {
  readonly settings: Settings;
  readonly devices: Devices;
  readonly identities: Identities;
  readonly secrets: Secrets;
  readonly alerts: Alerts;
  readonly notifications: Notifications;
  readonly subscribers: Subscribers;
  readonly names: Names;
  readonly found: Found;
  readonly pushed: Pushed;
  readonly deviceEvents: DeviceEvents;
  close(): void;
}
