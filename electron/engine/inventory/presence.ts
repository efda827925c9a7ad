// Decides from two independent signals whether a device is online, and says why: a function of values and a time.
import type { DeviceKind, DeviceState, DeviceType } from '../../../shared/contract/index.ts';
import { clockTime, spokenDuration } from './words.ts';

/** Kinds of devices whose limits differ; a device's type is its kind unless its definition says otherwise. */
export type PresenceType = DeviceType;

/** How old a signal may become: a fixed time, or a multiple of the device's own interval. */
export type PresenceLimit = { readonly ms: number } | { readonly intervals: number };

const FIVE_MINUTES = { ms: 300_000 } as const;
const FIVE_INTERVALS = { intervals: 5 } as const;

export const DEFAULT_LIMITS: Readonly<Record<PresenceType, PresenceLimit>> = {
  host: FIVE_INTERVALS,
  target: FIVE_INTERVALS,
  ping: FIVE_INTERVALS,
  docker: FIVE_INTERVALS,
  router: FIVE_MINUTES,
  exporter: FIVE_MINUTES,
  'dedicated-edge': FIVE_MINUTES,
  mtge: FIVE_MINUTES,
  connector: FIVE_MINUTES,
  headend: FIVE_MINUTES,
  sender: FIVE_MINUTES,
  // It reports every one to five minutes.
  'push-client': { ms: 900_000 },
};

/** What a device is whose definition does not say it. */
export const typeOfKind = (kind: DeviceKind): PresenceType =>
  kind === 'edge' ? 'dedicated-edge' : kind === 'client' ? 'push-client' : kind;

const FIXED = ['router', 'exporter', 'dedicated-edge', 'mtge', 'connector', 'headend', 'sender'] as const;

/** The limits, with another time in the place of the five minutes. */
export function limitsWith(offlineAfterMs: number = FIVE_MINUTES.ms): Record<PresenceType, PresenceLimit> {
  const limits = { ...DEFAULT_LIMITS };
  for (const type of FIXED) {
    limits[type] = { ms: offlineAfterMs };
  }
  return limits;
}

const MIN_INTERVALS = 3;
const MISSED_HEARTBEATS = 2;

/** The oldest that either signal may be: the type's limit, and never less than three intervals. */
export function presenceWindowMs(limit: PresenceLimit, intervalMs: number): number {
  const limitMs = 'ms' in limit ? limit.ms : limit.intervals * intervalMs;
  return Math.max(limitMs, MIN_INTERVALS * intervalMs);
}

/** A time in which this machine could not listen: it slept, its clock jumped, its network or the program was down. */
export type Gap = { readonly fromMs: number; readonly toMs: number; readonly cause: 'sleep' | 'restart' };

export type PresenceFacts = {
  readonly kind: DeviceKind;
  readonly name: string;
  readonly telemetry: 'required' | 'none';
  readonly windowMs: number;
  /** Expected time between two answers; 0 when nothing is expected at a fixed pace. */
  readonly heartbeatMs: number;
  /** When the device was added, the program started or its very first answer came, whichever is latest. */
  readonly knownSinceMs: number;
  readonly lastSeenMs: number | null;
  readonly lastTelemetryMs: number | null;
  readonly lastError: { readonly code: string; readonly message: string; readonly atMs: number } | null;
};

export type Presence = { readonly state: DeviceState; readonly reason: string; readonly sinceMs: number };

type Waiting = { readonly atMs: number; readonly cause: Gap['cause'] | undefined };

/**
 * The presence of a device at `nowMs`. Both signals must hold: an answer within the window, and (unless the type has
 * none) telemetry in the store within the window. `previous` is only used to say since when an unchanged state holds.
 */
export function presenceOf(
  facts: PresenceFacts,
  nowMs: number,
  gaps: readonly Gap[],
  previous: Presence | undefined,
  timeZone?: string,
): Presence {
  const found = judge(facts, nowMs, gaps, timeZone);
  const sinceMs = previous?.state === found.state ? previous.sinceMs : Math.min(found.sinceMs ?? nowMs, nowMs);
  return { state: found.state, reason: found.reason, sinceMs };
}

type Verdict = { readonly state: DeviceState; readonly reason: string; readonly sinceMs?: number };

function judge(facts: PresenceFacts, nowMs: number, gaps: readonly Gap[], timeZone: string | undefined): Verdict {
  const { name, windowMs, heartbeatMs, lastSeenMs, lastTelemetryMs } = facts;
  if (lastSeenMs === null) {
    return { state: 'unknown', reason: `Never seen yet${lastErrorOf(facts)}`, sinceMs: facts.knownSinceMs };
  }
  // A stamp from before the clock was set back lies in the future; it is no proof that the device answers now.
  const seenMs = Math.min(lastSeenMs, nowMs);
  const seen = waitingSince(seenMs, gaps, windowMs);
  const silenceMs = nowMs - seenMs;
  const lastSeen = `last seen ${clockTime(seenMs, nowMs, timeZone)}`;
  if (nowMs - seen.atMs > windowMs) {
    const reason = `No data from ${name} for ${spokenDuration(silenceMs)}; ${lastSeen}${lastErrorOf(facts)}`;
    return { state: 'offline', reason, sinceMs: seen.atMs + windowMs };
  }
  if (silenceMs > windowMs && seen.cause === 'restart') {
    const reason = `Waiting for its first answer since Linewarden started; ${lastSeen}${lastErrorOf(facts)}`;
    return { state: 'unknown', reason, sinceMs: seen.atMs };
  }
  const quiet = judgeTelemetry(facts, nowMs, gaps);
  if (quiet !== undefined) return quiet;
  const missedAtMs = seen.atMs + MISSED_HEARTBEATS * heartbeatMs;
  if (heartbeatMs > 0 && nowMs > missedAtMs) {
    const error = isLastAttemptFailed(facts) ? `: ${facts.lastError?.message}` : '';
    const reason = refusal(facts) ?? `${silentWords(facts)} for ${spokenDuration(nowMs - seen.atMs)}${error}`;
    return { state: 'degraded', reason, sinceMs: missedAtMs };
  }
  const refused = facts.telemetry === 'none' ? undefined : judgeRefusal(facts, nowMs, gaps);
  if (refused !== undefined) return refused;
  if (silenceMs > windowMs) return { state: 'online', reason: `Waiting for its answer after a pause; ${lastSeen}` };
  const telemetryMs = facts.telemetry === 'none' ? seenMs : Math.min(lastTelemetryMs ?? seenMs, nowMs);
  if (nowMs - telemetryMs > windowMs) return { state: 'online', reason: 'Answers; waiting for its data after a pause' };
  return { state: 'online', reason: facts.telemetry === 'none' ? aliveWords(facts) : 'Answers and sends data' };
}

/** Who writes by remote write is never asked. */
const aliveWords = ({ kind }: PresenceFacts): string => (kind === 'sender' ? 'Sends samples' : 'Answers');
const silentWords = ({ kind }: PresenceFacts): string => (kind === 'sender' ? 'Sent nothing' : 'Not answering');

/** What a device of each kind sends, in the words of its kind. */
const DATA: Readonly<Record<DeviceKind, string>> = {
  host: 'CPU or uptime data',
  router: 'CPU or uptime data',
  target: 'metrics',
  exporter: 'flows',
  edge: 'CPU or uptime data',
  headend: 'metrics',
  client: 'metrics',
  sender: 'metrics',
  docker: 'data of its containers',
};

/** What is wrong with the telemetry of a device that answers; undefined when all is well. */
function judgeTelemetry(facts: PresenceFacts, nowMs: number, gaps: readonly Gap[]): Verdict | undefined {
  if (facts.telemetry === 'none') return undefined;
  const { windowMs, lastTelemetryMs, knownSinceMs } = facts;
  const data = DATA[facts.kind];
  const refused = refusal(facts);
  const waiting = refused ?? `Answers; waiting for its first ${data}`;
  if (lastTelemetryMs === null) {
    const sinceMs = waitingSince(knownSinceMs, gaps, windowMs).atMs;
    if (nowMs - sinceMs <= windowMs) return { state: 'unknown', reason: waiting, sinceMs: knownSinceMs };
    const reason = refused ?? `Answers, but has sent no ${data} yet${lastErrorOf(facts)}`;
    return { state: 'offline', reason, sinceMs: sinceMs + windowMs };
  }
  const telemetryMs = Math.min(lastTelemetryMs, nowMs);
  const telemetry = waitingSince(telemetryMs, gaps, windowMs);
  const ageMs = nowMs - telemetryMs;
  if (nowMs - telemetry.atMs > windowMs) {
    const reason = refused ?? `Answers, but no ${data} for ${spokenDuration(ageMs)}${lastErrorOf(facts)}`;
    return { state: 'offline', reason, sinceMs: telemetry.atMs + windowMs };
  }
  if (ageMs > windowMs && telemetry.cause === 'restart') {
    return { state: 'unknown', reason: waiting, sinceMs: telemetry.atMs };
  }
  return undefined;
}

/** A device that answers each attempt with a refusal gives no telemetry: that is told as soon as missed heartbeats are. */
function judgeRefusal(facts: PresenceFacts, nowMs: number, gaps: readonly Gap[]): Verdict | undefined {
  const { heartbeatMs, lastTelemetryMs, windowMs } = facts;
  const reason = refusal(facts);
  if (reason === undefined || lastTelemetryMs === null || heartbeatMs === 0) return undefined;
  const missedAtMs = waitingSince(lastTelemetryMs, gaps, windowMs).atMs + MISSED_HEARTBEATS * heartbeatMs;
  return nowMs > missedAtMs ? { state: 'degraded', reason, sinceMs: missedAtMs } : undefined;
}

/** So long after an answer a failure is what the answer said, not a silence that followed it. */
const REFUSAL_MS = 2_000;

/** Why the device gives nothing although it answers; undefined when its last attempt did not end so. */
function refusal(facts: PresenceFacts): string | undefined {
  const { kind, lastError, lastSeenMs } = facts;
  if (lastError === null || lastSeenMs === null || !isLastAttemptFailed(facts)) return undefined;
  if (lastError.atMs - lastSeenMs > REFUSAL_MS) return undefined;
  const what = lastError.code === 'LW_ROUTEROS_LOGIN_FAILED' ? 'the login is refused' : `no ${DATA[kind]}`;
  return `Answers, but ${what}: ${lastError.message}`;
}

/**
 * From when on the silence counts: a signal that was fresh when a gap began gets a whole window from the gap's end.
 * One that had run out before stays run out, so that nothing looks alive because this machine slept.
 */
function waitingSince(signalMs: number, gaps: readonly Gap[], windowMs: number): Waiting {
  let waiting: Waiting = { atMs: signalMs, cause: undefined };
  for (const gap of gaps) {
    if (waiting.atMs >= gap.toMs || gap.fromMs - waiting.atMs > windowMs) continue;
    waiting = { atMs: gap.toMs, cause: waiting.cause === 'restart' ? 'restart' : gap.cause };
  }
  return waiting;
}

/** The answer in which a device refuses carries the time of the refusal. */
const isLastAttemptFailed = ({ lastError, lastSeenMs }: PresenceFacts): boolean =>
  lastError !== null && lastError.atMs >= (lastSeenMs ?? 0);

const lastErrorOf = (facts: PresenceFacts): string =>
  isLastAttemptFailed(facts) ? `. Last error: ${facts.lastError?.message}` : '';
