// Customers with numbers, for the flow reader: whose each address was at which time.
import type { OwnedAddresses } from '../store/flows/index.ts';
import { NO_TIER } from '../store/flows/index.ts';
import { addressWords } from './filter/index.ts';
import type { Customer, Customers } from './surroundings.ts';

/** In memory and from thread to thread: 40 bytes each. */
const MAX_ADDRESSES = 100_000;

export type NumberedCustomers = {
  readonly list: readonly Customer[];
  readonly tiers: readonly string[];
  readonly owned: OwnedAddresses;
};

export function numberCustomers(customers: Customers, startMs: number, endMs: number): NumberedCustomers {
  const list = [...customers.customers()];
  const numbers = new Map(list.map(({ key }, number) => [key, number]));
  const tiers = [...new Set(list.map(({ tier }) => tier).filter((tier) => tier !== ''))];
  const tierNumbers = new Map(tiers.map((tier, number) => [tier, number]));
  const entries: { words: readonly number[]; owner: number; fromMs: number; untilMs: number }[] = [];
  for (const { key, address, fromMs, untilMs } of customers.heldAddresses(startMs, endMs)) {
    const words = addressWords(address);
    const owner = numbers.get(key);
    if (words === undefined || owner === undefined) continue;
    entries.push({ words, owner, fromMs, untilMs });
    if (entries.length >= MAX_ADDRESSES) break;
  }
  return {
    list,
    tiers,
    owned: {
      words: Uint32Array.from(entries.flatMap(({ words }) => words)),
      owner: Uint32Array.from(entries, ({ owner }) => owner),
      fromS: Float64Array.from(entries, ({ fromMs }) => fromMs / 1_000),
      untilS: Float64Array.from(entries, ({ untilMs }) => untilMs / 1_000),
      tierOf: Uint32Array.from(list, ({ tier }) => tierNumbers.get(tier) ?? NO_TIER),
    },
  };
}
