// The addresses that some rows have, each once and in ascending order.
import { MAPPED_PREFIX } from '../sums/address-dictionary.ts';
import { CLIENT, ROW_WORDS, SERVER } from '../sums/row.ts';
import { NO_ADDRESS } from '../types.ts';

export type AscendingAddresses = {
  /** Four words each. */
  readonly addresses: Uint32Array;
  /** By index into the dictionary; true for addresses that the rows have. */
  readonly indexOf: Uint32Array;
};

const INDEX_LIMIT = 2 ** 20;

export function ascendingAddresses(words: Uint32Array, rows: Uint32Array, dictionary: Uint32Array): AscendingAddresses {
  const indexOf = new Uint32Array(dictionary.length / 4);
  for (const row of rows) {
    const client = words[row * ROW_WORDS + CLIENT] ?? NO_ADDRESS;
    const server = words[row * ROW_WORDS + SERVER] ?? NO_ADDRESS;
    if (client !== NO_ADDRESS) indexOf[client] = 1;
    if (server !== NO_ADDRESS) indexOf[server] = 1;
  }
  const before: number[] = [];
  const after: number[] = [];
  const mapped: number[] = [];
  for (let i = 0; i < indexOf.length; i++) {
    if (indexOf[i] === 0) continue;
    const at = i * 4;
    const high = (dictionary[at] ?? 0) | (dictionary[at + 1] ?? 0);
    const third = dictionary[at + 2] ?? 0;
    if (high === 0 && third === MAPPED_PREFIX) mapped.push((dictionary[at + 3] ?? 0) * INDEX_LIMIT + i);
    else if (high === 0 && third < MAPPED_PREFIX) before.push(i);
    else after.push(i);
  }
  const order = (a: number, b: number): number => {
    for (let word = 0; word < 4; word++) {
      const difference = (dictionary[a * 4 + word] ?? 0) - (dictionary[b * 4 + word] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  };
  const inMiddle = Float64Array.from(mapped).toSorted();
  const addresses = new Uint32Array((before.length + mapped.length + after.length) * 4);
  let count = 0;
  const put = (index: number): void => {
    indexOf[index] = count;
    for (let word = 0; word < 4; word++) addresses[count * 4 + word] = dictionary[index * 4 + word] ?? 0;
    count++;
  };
  for (const index of before.toSorted(order)) put(index);
  for (const key of inMiddle) put(key % INDEX_LIMIT);
  for (const index of after.toSorted(order)) put(index);
  return { addresses, indexOf };
}
