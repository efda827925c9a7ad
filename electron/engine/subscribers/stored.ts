// Customers as state.db has them, for whoever reads a data dir that no engine runs on.
import type { StateStore } from '../store/state/index.ts';
import { type HeldAddress, heldAddresses } from './held-addresses.ts';
import { fromRow } from './record.ts';
import { isGone } from './subscriber.ts';
import { tierOf } from './tiers.ts';
import type { TierRule } from '../../../shared/contract/index.ts';

export type StoredCustomers = {
  customers(): Iterable<{ key: string; name: string; tier: string; deviceId: string }>;
  heldAddresses(startMs: number, endMs: number): Iterable<HeldAddress>;
};

const MAX_SESSIONS = 20_000;

/** @param rules the config's; those of the window are left out */
export function storedCustomers(state: Pick<StateStore, 'subscribers'>, rules: readonly TierRule[]): StoredCustomers {
  const judge = tierOf(rules);
  const all = state.subscribers.list().flatMap((row) => fromRow(row) ?? []);
  return {
    *customers() {
      for (const subscriber of all) {
        const { key, name, deviceId, facts } = subscriber;
        if (!isGone(subscriber)) yield { key, name, deviceId, tier: judge({ user: name, deviceId, ...facts }).tier };
      }
    },
    heldAddresses: (startMs, endMs) =>
      heldAddresses(all, state.subscribers.sessionsBetween(startMs, endMs, MAX_SESSIONS)),
  };
}
