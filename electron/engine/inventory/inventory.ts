// The registry of devices in memory: who is watched, what is known of them, and their presence second by second.
import type { DeviceSummary } from '../../../shared/contract/index.ts';
import { Labels } from '../../../shared/model/labels.ts';
import type { Clock } from '../clock.ts';
import type { MetricAppender, MetricQueries } from '../store/metrics/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { DeviceDefinition } from './device.ts';
import { createDeviceJoin } from './join.ts';
import type { DeviceJoin } from './join.ts';
import { loadLastSeen } from './last-seen.ts';
import type { LastSeenState } from './last-seen.ts';
import type { PresenceSink } from './presence-sink.ts';
import { limitsWith, presenceOf, presenceWindowMs, typeOfKind } from './presence.ts';
import type { Gap, Presence, PresenceLimit, PresenceType } from './presence.ts';
import { createPresenceSeries } from './series.ts';
import { createTelemetryLookup } from './telemetry-lookup.ts';

export type InventoryOptions = {
  readonly clock: Clock;
  readonly state: LastSeenState;
  readonly queries: Pick<MetricQueries, 'instant'>;
  readonly appender: MetricAppender;
  readonly logger: Logger;
  /** Something that `list()` shows has changed. */
  readonly onChange: () => void;
  /** How each write of the last answers ended: undefined, or what refused it. */
  readonly onWritten?: (error: unknown) => void;
  /** The limit of every type that has a fixed one of five minutes: routers, exporters, edges, headends. */
  readonly offlineAfterMs?: number;
  /** Overrides of the limits by type. */
  readonly limits?: Partial<Readonly<Record<PresenceType, PresenceLimit>>>;
};

export interface Inventory {
  /** Adds the device, or replaces its definition and keeps what is known of it. */
  register(device: DeviceDefinition): void;
  unregister(id: string): void;
  list(): DeviceSummary[];
  get(id: string): DeviceSummary | undefined;
  /** The device that a series or an alert with these labels is about, when one can be told. */
  findByLabels(labels: Labels): string | undefined;
  readonly presence: PresenceSink;
  setFacts(id: string, facts: { model?: string; version?: string }): void;
  /** Call it each second: recomputes states, appends the presence series, writes last answers. */
  tick(): void;
  /** Another limit for every type that has the fixed one, from now on. */
  setOfflineAfter(offlineAfterMs: number, limits?: InventoryOptions['limits']): void;
  /** This machine could not listen between the two times: nobody goes offline for that. */
  markGap(fromMs: number, toMs: number): void;
  /** Writes the times of last answers that are not yet written. */
  flush(): void;
  /** The same, and ends the presence series and all questions to the store. */
  stop(): Promise<void>;
}

type Entry = {
  device: DeviceDefinition;
  windowMs: number;
  knownSinceMs: number;
  lastSeenMs: number | null;
  lastTelemetryMs: number | null;
  lastError: DeviceSummary['lastError'];
  model: string;
  version: string;
  presence: Presence;
};

const APPEND_INTERVAL_MS = 15_000;
const FLUSH_INTERVAL_MS = 5_000;
const GAP_MS = 30_000;
/** Slow corrections of the clock need no care. */
const CLOCK_SET_BACK_MS = 2_000;
const MAX_GAPS = 16;

export function createInventory(options: InventoryOptions): Inventory {
  const { clock, appender, logger } = options;
  let limits = { ...limitsWith(options.offlineAfterMs), ...options.limits };
  const entries = new Map<string, Entry>();
  const startedMs = clock.now();
  const lastSeen = loadLastSeen(options.state);
  const series = createPresenceSeries(appender, logger);
  const stoppedMs = Math.min(lastSeen.runningUntilMs ?? startedMs, startedMs);
  let gaps: Gap[] = [{ fromMs: stoppedMs, toMs: startedMs, cause: 'restart' }];
  let join: DeviceJoin | undefined;
  let changed = false;
  let seenChanged = false;
  let lastTick = { wallMs: startedMs, monotonicMs: clock.monotonic() };
  let appendedMs = Number.NEGATIVE_INFINITY;
  let flushedMs = startedMs;

  const lookup = createTelemetryLookup(options.queries, logger, (id, atMs) => presence.telemetry(id, atMs));

  const windowOf = ({ type, kind, intervalMs }: DeviceDefinition): number =>
    presenceWindowMs(limits[type ?? typeOfKind(kind)], intervalMs);

  const assess = (entry: Entry, nowMs: number): Presence => {
    const { kind, name, telemetry, heartbeatMs } = entry.device;
    return presenceOf({ ...entry, kind, name, telemetry, heartbeatMs }, nowMs, gaps, entry.presence);
  };

  const presence: PresenceSink = {
    seen(id, atMs) {
      const entry = entries.get(id);
      if (entry === undefined) return;
      const seenMs = Math.min(atMs, clock.now());
      if (entry.lastSeenMs === null) entry.knownSinceMs = Math.max(entry.knownSinceMs, seenMs);
      entry.lastSeenMs = Math.max(entry.lastSeenMs ?? 0, seenMs);
      lastSeen.set(id, entry.lastSeenMs);
      seenChanged = true;
    },
    telemetry(id, atMs) {
      const entry = entries.get(id);
      if (entry === undefined) return;
      entry.lastTelemetryMs = Math.max(entry.lastTelemetryMs ?? 0, Math.min(atMs, clock.now()));
      seenChanged = true;
    },
    failed(id, atMs, { code, message }) {
      const entry = entries.get(id);
      if (entry === undefined) return;
      changed ||= entry.lastError?.message !== message;
      entry.lastError = { code, message, atMs };
    },
  };

  /** All stamps moved by the same time: how long each signal is silent does not depend on the wall clock. */
  const moveStamps = (byMs: number): void => {
    const move = (atMs: number | null): number | null => (atMs === null ? null : atMs + byMs);
    for (const [id, entry] of entries) {
      entry.lastSeenMs = move(entry.lastSeenMs);
      entry.lastTelemetryMs = move(entry.lastTelemetryMs);
      entry.knownSinceMs += byMs;
      entry.presence = { ...entry.presence, sinceMs: entry.presence.sinceMs + byMs };
      if (entry.lastError !== null) entry.lastError = { ...entry.lastError, atMs: entry.lastError.atMs + byMs };
      if (entry.lastSeenMs !== null) lastSeen.set(id, entry.lastSeenMs);
    }
    gaps = gaps.map((gap) => ({ ...gap, fromMs: gap.fromMs + byMs, toMs: gap.toMs + byMs }));
  };

  const addGap = (gap: Gap): void => {
    gaps = [...gaps, gap].toSorted((a, b) => a.fromMs - b.fromMs).slice(-MAX_GAPS);
  };

  const watchClock = (wallMs: number): void => {
    const monotonicMs = clock.monotonic();
    const elapsedMs = monotonicMs - lastTick.monotonicMs;
    const jumpMs = wallMs - lastTick.wallMs - elapsedMs;
    if (jumpMs < -CLOCK_SET_BACK_MS) {
      moveStamps(jumpMs);
      appendedMs = Number.NEGATIVE_INFINITY;
      flushedMs = Math.min(flushedMs, wallMs);
      logger.warn({ jumpMs }, 'the clock was set back');
      if (elapsedMs > GAP_MS) addGap({ fromMs: wallMs - elapsedMs, toMs: wallMs, cause: 'sleep' });
    } else if (wallMs - lastTick.wallMs > GAP_MS) {
      addGap({ fromMs: lastTick.wallMs, toMs: wallMs, cause: 'sleep' });
      logger.info({ fromMs: lastTick.wallMs, toMs: wallMs }, 'this machine slept or its clock jumped');
    }
    lastTick = { wallMs, monotonicMs };
  };

  const devicesChanged = (): void => {
    join = undefined;
    changed = true;
    appendedMs = Number.NEGATIVE_INFINITY;
  };

  let flushFailed = false;

  /** A state.db that refuses (a full disk, most often) must not end the watching: the stamps stay, the next flush tries again. */
  const flush = (nowMs: number): void => {
    try {
      lastSeen.flush(nowMs, (id) => entries.has(id));
      flushFailed = false;
      options.onWritten?.(undefined);
    } catch (error) {
      if (!flushFailed) logger.warn({ err: error }, 'the times of last answers could not be written');
      flushFailed = true;
      options.onWritten?.(error);
    }
  };

  /** A stored stamp from the future tells nothing but that the clock was wrong: it gets the age of the last chance. */
  const storedLastSeen = (id: string, nowMs: number, windowMs: number): number | null => {
    const storedMs = lastSeen.get(id);
    return storedMs !== null && storedMs > nowMs ? nowMs - windowMs : storedMs;
  };

  const summary = ({ device, presence: now, ...entry }: Entry): DeviceSummary => ({
    id: device.id,
    name: device.name,
    kind: device.kind,
    ...(device.type !== undefined && device.type !== device.kind && { type: device.type }),
    address: device.address,
    state: now.state,
    reason: now.reason,
    stateSinceMs: now.sinceMs,
    lastSeenMs: entry.lastSeenMs,
    lastTelemetryMs: entry.lastTelemetryMs,
    lastError: entry.lastError,
    model: entry.model,
    version: entry.version,
    provisioned: device.provisioned,
    sample: device.sample,
    selector: device.selector,
    intervalMs: device.intervalMs,
    ...(device.formerNames !== undefined && { formerNames: [...device.formerNames] }),
    ...(device.formerAddresses !== undefined && { formerAddresses: [...device.formerAddresses] }),
  });

  return {
    register(device) {
      const nowMs = clock.now();
      const known = entries.get(device.id);
      const windowMs = windowOf(device);
      const entry: Entry = {
        knownSinceMs: nowMs,
        lastSeenMs: storedLastSeen(device.id, nowMs, windowMs),
        lastTelemetryMs: null,
        lastError: null,
        model: '',
        version: '',
        presence: { state: 'unknown', reason: 'Never seen yet', sinceMs: nowMs },
        ...known,
        device,
        windowMs,
      };
      entry.presence = assess(entry, nowMs);
      entries.set(device.id, entry);
      devicesChanged();
      if (entry.lastTelemetryMs === null && device.telemetry === 'required') {
        lookup.lookUp(device.id, device.telemetrySelector, nowMs, entry.windowMs);
      }
    },
    unregister(id) {
      if (!entries.delete(id)) return;
      lastSeen.forget(id);
      devicesChanged();
    },
    list: () => [...entries.values()].map(summary),
    get(id) {
      const entry = entries.get(id);
      return entry === undefined ? undefined : summary(entry);
    },
    findByLabels(labels) {
      join ??= createDeviceJoin([...entries.values()].map(({ device }) => device));
      return join(labels);
    },
    presence,
    setOfflineAfter(offlineAfterMs, own = options.limits) {
      limits = { ...limitsWith(offlineAfterMs), ...own };
      for (const entry of entries.values()) entry.windowMs = windowOf(entry.device);
    },
    setFacts(id, { model, version }) {
      const entry = entries.get(id);
      if (entry === undefined) return;
      changed ||= (model ?? entry.model) !== entry.model || (version ?? entry.version) !== entry.version;
      entry.model = model ?? entry.model;
      entry.version = version ?? entry.version;
    },
    markGap: (fromMs, toMs) => addGap({ fromMs, toMs, cause: 'sleep' }),
    tick() {
      const nowMs = clock.now();
      watchClock(nowMs);
      let stateChanged = false;
      for (const entry of entries.values()) {
        const next = assess(entry, nowMs);
        stateChanged ||= next.state !== entry.presence.state;
        changed ||= next.reason !== entry.presence.reason;
        entry.presence = next;
      }
      if (stateChanged || nowMs - appendedMs >= APPEND_INTERVAL_MS) {
        appendedMs = nowMs;
        const states = [...entries.values()].map(({ device, presence: { state } }) => ({ id: device.id, state }));
        series.append(nowMs, states);
      }
      if (nowMs - flushedMs >= FLUSH_INTERVAL_MS) {
        flushedMs = nowMs;
        flush(nowMs);
        changed ||= seenChanged;
        seenChanged = false;
      }
      if (stateChanged || changed) {
        changed = false;
        options.onChange();
      }
    },
    flush: () => flush(clock.now()),
    async stop() {
      await lookup.stop();
      flush(clock.now());
      await series.end(clock.now());
    },
  };
}
