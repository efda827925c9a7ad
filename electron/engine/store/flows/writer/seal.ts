// A closed minute as blocks: by exporter and day, conversations apart from what found no place among them.
import type { NewBlock } from '../files/flow-file.ts';
import { dayOf } from '../files/tier-files.ts';
import type { ClosedConversations } from '../sums/closed.ts';
import { BUCKET, BYTES, CLIENT, EXPORTER_VLAN, FLOWS, PACKETS, ROW_WORDS, SERVER } from '../sums/row.ts';
import { type FlowBlockKind, NO_ADDRESS } from '../types.ts';
import type { RowEncoder, RowMemory } from './encode-rows.ts';

const MINUTE_S = 60;

type Group = { readonly exporter: string; readonly kind: FlowBlockKind; readonly rows: number[] };

/** Each block's buckets are of one day. */
export function* sealMinute(closed: ClosedConversations, encoder: RowEncoder): Generator<NewBlock, void, undefined> {
  const memory: RowMemory = {
    words: new Uint32Array(closed.buffer),
    doubles: new Float64Array(closed.buffer),
    addresses: closed.addresses,
    resolutionS: MINUTE_S,
  };
  for (const { exporter, kind, rows } of groupsOf(closed, memory.words)) {
    yield* encoder.encode(memory, Uint32Array.from(rows), exporter, kind);
  }
  const startS = closed.minute * MINUTE_S;
  for (const { address, rest } of closed.exporters) {
    if (rest.bytes === 0 && rest.packets === 0 && rest.flows === 0) continue;
    yield* encoder.encode(oneRow(startS / MINUTE_S, rest), Uint32Array.of(0), address, 'other');
  }
}

function groupsOf({ rows, exporters }: ClosedConversations, words: Uint32Array): Iterable<Group> {
  const groups = new Map<string, Group>();
  let last: Group | undefined;
  let lastIndex = -1;
  let lastDay = -1;
  let lastOther = false;
  for (let row = 0; row < rows; row++) {
    const at = row * ROW_WORDS;
    const index = (words[at + EXPORTER_VLAN] ?? 0) >>> 16;
    const day = dayOf((words[at + BUCKET] ?? 0) * MINUTE_S);
    const isOther = words[at + CLIENT] === NO_ADDRESS && words[at + SERVER] === NO_ADDRESS;
    if (last === undefined || index !== lastIndex || day !== lastDay || isOther !== lastOther) {
      const key = `${index} ${day} ${isOther}`;
      last = groups.get(key);
      if (last === undefined) {
        last = { exporter: exporters[index]?.address ?? '', kind: isOther ? 'other' : 'conversations', rows: [] };
        groups.set(key, last);
      }
      lastIndex = index;
      lastDay = day;
      lastOther = isOther;
    }
    last.rows.push(row);
  }
  return groups.values();
}

function oneRow(bucket: number, rest: { bytes: number; packets: number; flows: number }): RowMemory {
  const buffer = new ArrayBuffer(ROW_WORDS * 4);
  const words = new Uint32Array(buffer);
  const doubles = new Float64Array(buffer);
  words[CLIENT] = NO_ADDRESS;
  words[SERVER] = NO_ADDRESS;
  words[BUCKET] = bucket;
  doubles[BYTES] = rest.bytes;
  doubles[PACKETS] = rest.packets;
  doubles[FLOWS] = rest.flows;
  return { words, doubles, addresses: new Uint32Array(0), resolutionS: MINUTE_S };
}
