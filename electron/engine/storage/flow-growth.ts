// What stored flows add to the forecast: they grow until each tier has what is kept of it.
import type { StoredFlowsStatus } from '../../../shared/contract/index.ts';
import { RESOLUTION_S, type FlowRetention, type FlowStoreStatus } from '../store/flows/index.ts';
import type { StoreStatus } from '../store/metrics/index.ts';

const DAY_MS = 86_400_000;
const MAX_DAYS = 36_525;

export const NO_FLOWS: StoredFlowsStatus = { bytes: 0, tiers: [], growthBytesPerDay: null, lostMinutes: 0 };

/** `nowMs`: now; a tier of less than a day tells nothing of its growth. */
export function storedFlows(
  { bytes, tiers, lostMinutes }: FlowStoreStatus,
  retention: FlowRetention,
  nowMs: number,
): StoredFlowsStatus {
  const told = tiers.map(({ tier, bytes: own, files, fromS }) => ({
    name: tier,
    resolutionMs: RESOLUTION_S[tier] * 1_000,
    keepMs: retention[tier],
    bytes: own,
    oldestMs: files === 0 ? null : fromS * 1_000,
  }));
  const growths = told.map((tier) => growthOf(tier, nowMs));
  const growthBytesPerDay = growths.every((growth) => growth === undefined)
    ? null
    : growths.reduce<number>((sum, growth) => sum + (growth ?? 0), 0);
  return { bytes, tiers: told, growthBytesPerDay, lostMinutes };
}

type Tier = StoredFlowsStatus['tiers'][number];

/** Bytes a day; 0 once as old as it is kept. */
function growthOf({ bytes, oldestMs, keepMs }: Tier, nowMs: number): number | undefined {
  const ageMs = nowMs - (oldestMs ?? nowMs);
  if (ageMs >= keepMs) return 0;
  return ageMs < DAY_MS ? undefined : (bytes / ageMs) * DAY_MS;
}

/**
 * When the room is taken, Unix ms. Flows alone never take all of it, so that without a forecast for the metrics there is
 * none; with one, flows can only bring it forward.
 */
export function fullWithFlows(
  metrics: Pick<StoreStatus, 'fullAtMs' | 'growthBytesPerDay'>,
  { tiers }: StoredFlowsStatus,
  roomBytes: number,
  nowMs: number,
): number | null {
  if (metrics.fullAtMs === undefined) return null;
  const growing = tiers.map((tier) => ({
    perDay: growthOf(tier, nowMs) ?? 0,
    daysLeft: Math.max(0, (tier.keepMs - (nowMs - (tier.oldestMs ?? nowMs))) / DAY_MS),
  }));
  const taken = (days: number): number =>
    days * (metrics.growthBytesPerDay ?? 0) +
    growing.reduce((sum, { perDay, daysLeft }) => sum + perDay * Math.min(days, daysLeft), 0);
  const lastDay = Math.min(MAX_DAYS, (metrics.fullAtMs - nowMs) / DAY_MS);
  for (let day = 0; day < lastDay; day++) if (taken(day) >= roomBytes) return Math.round(nowMs + day * DAY_MS);
  return metrics.fullAtMs;
}
