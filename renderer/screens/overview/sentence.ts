// How the network is, in one sentence: what is wrong first, and when nothing is, that.
import type { BoardCounts, DeviceState, DeviceSummary } from '../../../shared/contract/index.ts';
import { plural } from '../../../shared/units/index.ts';

export type Counts = Readonly<Record<DeviceState, number>>;

export function countStates(devices: readonly Pick<DeviceSummary, 'state'>[]): Counts {
  const counts = { online: 0, degraded: 0, offline: 0, unknown: 0 };
  for (const device of devices) counts[device.state]++;
  return counts;
}

/** `firing`: alerts that somebody is told of. */
export function overviewSentence(counts: Counts, firing: number): string {
  const total = counts.online + counts.degraded + counts.offline + counts.unknown;
  const wrong = [
    counts.offline > 0 ? `${plural(counts.offline, 'device')} offline` : '',
    counts.degraded > 0 ? `${plural(counts.degraded, 'device')} not answering well` : '',
    firing > 0 ? `${plural(firing, 'alert')} firing` : '',
  ].filter((part) => part !== '');
  if (wrong.length > 0) return wrong.join(', ');
  if (total === 0) return 'No devices yet';
  if (counts.unknown > 0) {
    return counts.online === 0
      ? `${plural(counts.unknown, 'device')} not seen yet`
      : `${plural(counts.online, 'device')} online, ${counts.unknown} not seen yet`;
  }
  return total === 1 ? 'The one device is online' : `All ${total} devices online`;
}

/** "2 alerts firing, 1 pending", "1 alert pending", "no alerts". */
export function alertWords({ firing, pending }: Pick<BoardCounts, 'firing' | 'pending'>): string {
  if (firing > 0) return `${plural(firing, 'alert')} firing${pending > 0 ? `, ${pending} pending` : ''}`;
  return pending > 0 ? `${plural(pending, 'alert')} pending` : 'no alerts';
}

const URGENCY: Readonly<Record<DeviceState, number>> = { offline: 0, degraded: 1, unknown: 2, online: 3 };

/** What is not online, the worst first, of equal ones the newest first. */
export const needingALook = <T extends Pick<DeviceSummary, 'state' | 'stateSinceMs'>>(devices: readonly T[]): T[] =>
  devices
    .filter((device) => device.state !== 'online')
    .toSorted((a, b) => URGENCY[a.state] - URGENCY[b.state] || b.stateSinceMs - a.stateSinceMs);
