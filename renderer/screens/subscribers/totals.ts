// What the customers of each tier come to together.
import type { Subscriber } from '../../../shared/contract/index.ts';

export type TierTotal = {
  readonly tier: string;
  subscribers: number;
  up: number;
  rxBps: number;
  txBps: number;
  today: number;
  thisMonth: number;
};

/** The largest of this month first. */
export function tierTotals(rows: readonly Subscriber[]): TierTotal[] {
  const byTier = new Map<string, TierTotal>();
  for (const { tier, state, rxBps, txBps, today, thisMonth } of rows) {
    const total = byTier.get(tier) ?? {
      tier,
      subscribers: 0,
      up: 0,
      rxBps: 0,
      txBps: 0,
      today: 0,
      thisMonth: 0,
    };
    total.subscribers++;
    if (state === 'up') total.up++;
    total.rxBps += rxBps ?? 0;
    total.txBps += txBps ?? 0;
    total.today += today.rx + today.tx;
    total.thisMonth += thisMonth.rx + thisMonth.tx;
    byTier.set(tier, total);
  }
  return [...byTier.values()].toSorted((a, b) => b.thisMonth - a.thisMonth);
}
