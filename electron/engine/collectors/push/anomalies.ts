// What is odd about a report beside the one before: told, counted, and stored all the same. Pure.
import { CPU_KEY, FIELDS, type SenderKind, UPTIME_KEY } from './families.ts';

export type AnomalyReason =
  /** A total went back although the sender says that it did not restart. */
  | 'counter_back'
  /** A value that cannot be. */
  | 'impossible'
  /** Its clock is off. */
  | 'clock'
  /** Much more than it ever sent. */
  | 'jump';

export type Anomaly = { readonly reason: AnomalyReason; readonly sentence: string };

export const ANOMALY_REASONS: readonly AnomalyReason[] = ['counter_back', 'impossible', 'clock', 'jump'];

/** What is remembered of a sender between its reports. */
export type Known = {
  /** Unix ms of the values. */
  readonly atMs: number;
  readonly values: Readonly<Record<string, number>>;
  /** The usual rate of each total, per second. */
  readonly rates: Readonly<Record<string, number>>;
};

const MAX_CLOCK_AHEAD_MS = 60_000;
/** Uptimes are read and sent a moment apart. */
const UPTIME_SLACK_S = 60;
/** 100 Gbit/s, and as many packets of 64 bytes as that holds. */
const MAX_RATES: Readonly<Record<string, number>> = {
  bytes_sent: 12.5e9,
  bytes_received: 12.5e9,
  packets_sent: 150e6,
  packets_received: 150e6,
};
const JUMP_FACTOR = 100;
/** What is small may jump: a first download is no anomaly. */
const JUMP_FLOORS: Readonly<Record<string, number>> = {
  bytes_sent: 10e6,
  bytes_received: 10e6,
  packets_sent: 10e3,
  packets_received: 10e3,
};
const NEW_SHARE = 0.2;

export type Judged = { readonly anomalies: readonly Anomaly[]; readonly known: Known };

/** `atMs` is when the values were true, `toldMs` what the sender said about that. */
export function judge(
  kind: SenderKind,
  before: Known | undefined,
  report: { readonly atMs: number; readonly toldMs: number | undefined; readonly values: ReadonlyMap<string, number> },
  nowMs: number,
): Judged {
  const { atMs, toldMs, values } = report;
  const anomalies: Anomaly[] = [];
  const tell = (reason: AnomalyReason, sentence: string): void => void anomalies.push({ reason, sentence });
  if (toldMs !== undefined && toldMs - nowMs > MAX_CLOCK_AHEAD_MS) {
    tell('clock', `its clock is ${Math.round((toldMs - nowMs) / 1_000)} s ahead`);
  }
  const cpu = values.get(CPU_KEY);
  if (kind === 'headend' && cpu !== undefined && cpu > 100) tell('impossible', `cpu_usage is ${cpu} percent`);

  const rates: Record<string, number> = { ...before?.rates };
  const seconds = before === undefined ? 0 : (atMs - before.atMs) / 1_000;
  const uptime = values.get(UPTIME_KEY);
  const uptimeBefore = before?.values[UPTIME_KEY];
  const hasRestarted = uptime !== undefined && uptimeBefore !== undefined && uptime < uptimeBefore;
  if (uptime !== undefined && uptimeBefore !== undefined && uptime - uptimeBefore > seconds + UPTIME_SLACK_S) {
    tell('impossible', `${UPTIME_KEY} grew by ${Math.round(uptime - uptimeBefore)} s within ${Math.round(seconds)} s`);
  }
  for (const { key, isTotal } of FIELDS[kind]) {
    const value = values.get(key);
    const last = before?.values[key];
    if (!isTotal || value === undefined || last === undefined) continue;
    if (value < last) {
      delete rates[key];
      if (!hasRestarted) tell('counter_back', `${key} went back from ${last} to ${value} without a restart`);
      continue;
    }
    // Two reports at once tell no rate.
    if (seconds < 1) continue;
    const rate = (value - last) / seconds;
    const usual = rates[key];
    if (rate > (MAX_RATES[key] ?? Infinity))
      tell('impossible', `${key} grew by ${value - last} in ${Math.round(seconds)} s`);
    else if (usual !== undefined && rate > Math.max(usual * JUMP_FACTOR, JUMP_FLOORS[key] ?? 0)) {
      tell('jump', `${key} grew ${Math.round(rate)} a second, usually ${Math.round(usual)}`);
    }
    rates[key] = usual === undefined ? rate : usual * (1 - NEW_SHARE) + rate * NEW_SHARE;
  }
  return { anomalies, known: { atMs, values: { ...before?.values, ...Object.fromEntries(values) }, rates } };
}
