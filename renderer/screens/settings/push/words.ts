// Keys in words.
import type { PushClient, PushKey } from '../../../../shared/contract/index.ts';
import { formatClock, formatDay, plural } from '../../../../shared/units/index.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long the key before a new one stays valid. */
export const OVERLAPS: readonly { readonly value: string; readonly label: string }[] = [
  { value: '0', label: 'End at once' },
  { value: String(HOUR_MS), label: 'Stay valid for 1 hour' },
  { value: String(DAY_MS), label: 'Stay valid for 1 day' },
  { value: String(7 * DAY_MS), label: 'Stay valid for 7 days' },
  { value: String(30 * DAY_MS), label: 'Stay valid for 30 days' },
];
export const USUAL_OVERLAP = String(7 * DAY_MS);

export function validWords({ validUntilMs }: PushKey, nowMs: number): string {
  if (validUntilMs === null) return 'until revoked';
  return `until ${validUntilMs - nowMs < DAY_MS ? formatClock(validUntilMs) : formatDay(validUntilMs, nowMs)}`;
}

/** What a client's keys come down to, in a cell. */
export function keysWords({ provisioned, sample, keys }: PushClient, nowMs: number): string {
  if (sample) return 'in the sample network';
  if (provisioned) return 'in the config file';
  const valid = keys.filter(({ validUntilMs }) => validUntilMs === null || validUntilMs > nowMs);
  const [only] = valid;
  if (only === undefined) return 'none: it cannot send';
  if (valid.length === 1) return `${only.hint}… ${only.validUntilMs === null ? '' : validWords(only, nowMs)}`.trim();
  const ending = valid.find(({ validUntilMs }) => validUntilMs !== null);
  const end = ending === undefined ? '' : `, the older ${validWords(ending, nowMs)}`;
  return `${plural(valid.length, 'key')}${end}`;
}
