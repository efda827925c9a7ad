// When the simulated routers were switched on: the same moment whenever the lab starts, so that counters that are functions of
// time go on where they were, as those of routers do that know nothing of a lab's restart.

const DAY_S = 86_400;

/** Seconds since the year began, and some days before it. */
export function uptimeAt(nowMs: number, daysBefore: number): number {
  const year = new Date(nowMs).getUTCFullYear();
  return Math.floor((nowMs - Date.UTC(year, 0)) / 1_000) + daysBefore * DAY_S;
}
