// The four states of an alert borrow the shapes of the four states of a device.
import type { BoardState, DeviceState } from '../../../../shared/contract/index.ts';

export const MARKS: Readonly<Record<BoardState, DeviceState>> = {
  firing: 'offline',
  pending: 'degraded',
  suppressed: 'unknown',
  resolved: 'online',
};
