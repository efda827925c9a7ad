// The life of one rule's alerts: what was active, what the expression found now, and the time, to what is active next.
import type { Labels } from '../../../../shared/model/labels.ts';

export type ActiveAlert = {
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, string>>;
  readonly value: number;
  /** 'inactive': it fired and is resolved; kept for a while so that the resolution is told. */
  readonly state: 'pending' | 'firing' | 'inactive';
  readonly activeAtMs: number;
  readonly firedAtMs: number | null;
  readonly resolvedAtMs: number | null;
  /** The first evaluation that no longer found it, while keep_firing_for holds it. */
  readonly keepFiringSinceMs: number | null;
  /** So many evaluations in a row found it, up to the last. */
  readonly badRun: number;
  /** So many in a row did not, up to the last. */
  readonly goodRun: number;
};

export type FoundAlert = Pick<ActiveAlert, 'labels' | 'annotations' | 'value'>;

/** By the key of the alert's labels. */
export type ActiveAlerts = ReadonlyMap<string, ActiveAlert>;

export const RESOLVED_RETENTION_MS = 900_000;

type Timing = {
  readonly forMs: number;
  readonly keepFiringForMs: number;
  /** It fires after so many evaluations in a row that found it, and ends after so many that did not; 1 where absent. */
  readonly badInARow?: number | undefined;
  readonly goodInARow?: number | undefined;
  /** It stays pending although it is due: what it rests on may be old. */
  readonly isHeld?: ((labels: Labels) => boolean) | undefined;
};

/** One evaluation at `ts` of a rule whose expression found these. */
export function stepAlerts(
  active: ActiveAlerts,
  found: readonly FoundAlert[],
  ts: number,
  timing: Timing,
): ActiveAlerts {
  const next = new Map<string, ActiveAlert>();
  for (const alert of found) {
    const known = active.get(alert.labels.key);
    const started: ActiveAlert =
      known === undefined || known.state === 'inactive'
        ? newAlert(alert, ts)
        : {
            ...known,
            value: alert.value,
            annotations: alert.annotations,
            keepFiringSinceMs: null,
            badRun: known.badRun + 1,
            goodRun: 0,
          };
    next.set(alert.labels.key, held(started, ts, timing));
  }
  for (const [key, alert] of active) {
    if (next.has(key)) continue;
    const gone = afterMiss(alert, ts, timing);
    if (gone !== undefined) next.set(key, gone);
  }
  return next;
}

const newAlert = (alert: FoundAlert, ts: number): ActiveAlert => ({
  ...alert,
  state: 'pending',
  activeAtMs: ts,
  firedAtMs: null,
  resolvedAtMs: null,
  keepFiringSinceMs: null,
  badRun: 1,
  goodRun: 0,
});

/** Between two evaluations: what was found and does not fire yet may begin; nothing else changes. */
export function stepFound(
  active: ActiveAlerts,
  found: readonly FoundAlert[],
  ts: number,
  timing: Timing,
): ActiveAlerts {
  const begun = found.filter(({ labels }) => active.get(labels.key)?.state !== 'firing');
  const stepped = stepAlerts(active, begun, ts, timing);
  const next = new Map(active);
  for (const { labels } of begun) {
    const alert = stepped.get(labels.key);
    if (alert !== undefined) next.set(labels.key, alert);
  }
  return next;
}

/** Pending until it has been active for `forMs`; a longer `for` after a reload takes a firing one back. */
function held(alert: ActiveAlert, ts: number, { forMs, isHeld, badInARow = 1 }: Timing): ActiveAlert {
  const due = ts - alert.activeAtMs >= forMs;
  if (alert.state === 'pending' && alert.badRun < badInARow) return alert;
  if (due && alert.state === 'pending' && isHeld?.(alert.labels) === true) return alert;
  if (due && alert.state === 'pending') return { ...alert, state: 'firing', firedAtMs: ts };
  if (!due && alert.state === 'firing') return { ...alert, state: 'pending', firedAtMs: null };
  return alert;
}

function afterMiss(alert: ActiveAlert, ts: number, timing: Timing): ActiveAlert | undefined {
  const { keepFiringForMs, goodInARow = 1 } = timing;
  if (alert.state === 'pending') return undefined;
  if (alert.state === 'inactive') {
    return ts - (alert.resolvedAtMs ?? ts) > RESOLVED_RETENTION_MS ? undefined : alert;
  }
  const sinceMs = alert.keepFiringSinceMs ?? ts;
  const goodRun = alert.goodRun + 1;
  if (goodRun < goodInARow || (keepFiringForMs > 0 && ts - sinceMs < keepFiringForMs)) {
    return held({ ...alert, keepFiringSinceMs: sinceMs, badRun: 0, goodRun }, ts, timing);
  }
  return { ...alert, state: 'inactive', resolvedAtMs: ts };
}

/** All stamps moved by the same time, for when the clock was set back. */
export function moveAlerts(active: ActiveAlerts, byMs: number): ActiveAlerts {
  const move = (ms: number | null): number | null => (ms === null ? null : ms + byMs);
  return new Map(
    [...active].map(([key, alert]) => [
      key,
      {
        ...alert,
        activeAtMs: alert.activeAtMs + byMs,
        firedAtMs: move(alert.firedAtMs),
        resolvedAtMs: move(alert.resolvedAtMs),
        keepFiringSinceMs: move(alert.keepFiringSinceMs),
      },
    ]),
  );
}

/** Time in which nothing could be seen counts toward no `for`. */
export function delayPending(active: ActiveAlerts, byMs: number): ActiveAlerts {
  return new Map(
    [...active].map(([key, alert]) => [
      key,
      alert.state === 'pending' ? { ...alert, activeAtMs: alert.activeAtMs + byMs } : alert,
    ]),
  );
}

export const isActive = ({ state }: ActiveAlert): boolean => state !== 'inactive';
