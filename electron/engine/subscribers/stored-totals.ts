// After a kill the stored series may be ahead of state.db: what they had more is owed to their customers.
import type { MetricQueries } from '../store/metrics/index.ts';
import type { SubscriberBook } from './book.ts';
import type { Bytes } from './counting.ts';
import type { Subscriber } from './subscriber.ts';

const BACK = '2d';
const TIMEOUT_MS = 10_000;

/** Counters must not fall below what was shown: an increase would be counted twice. */
export async function storedTotals(
  book: SubscriberBook,
  queries: Pick<MetricQueries, 'instant'>,
  selector: string,
  atMs: number,
): Promise<void> {
  const byName = new Map<string, Subscriber[]>();
  for (const subscriber of book.all()) {
    const alike = byName.get(subscriber.name);
    if (alike === undefined) byName.set(subscriber.name, [subscriber]);
    else alike.push(subscriber);
  }
  if (byName.size === 0) return;
  const query = `last_over_time(${selector}[${BACK}])`;
  const { value } = await queries.instant(query, atMs, { timeoutMs: TIMEOUT_MS });
  if (value.type !== 'vector') return;
  const shown = new Map<Subscriber, { rx: number; tx: number }>();
  for (const { labels, value: total } of value.samples) {
    const alike = byName.get(labels.get('subscriber')) ?? [];
    const device = labels.get('device');
    const owner =
      alike.find(({ isAccount, deviceId }) => !isAccount && deviceId === device) ??
      alike.find(({ isAccount }) => isAccount);
    if (owner === undefined || !Number.isFinite(total)) continue;
    const most = shown.get(owner) ?? { rx: 0, tx: 0 };
    const way: keyof Bytes = labels.name.includes('_rx_') ? 'rx' : 'tx';
    most[way] = Math.max(most[way], total);
    shown.set(owner, most);
  }
  for (const [owner, most] of shown) owe(owner, most);
}

function owe(owner: Subscriber, most: Bytes): void {
  const rx = Math.max(0, most.rx - owner.total.rx);
  const tx = Math.max(0, most.tx - owner.total.tx);
  if (rx === 0 && tx === 0) return;
  owner.pending = { rx, tx, day: owner.usage.day };
}
