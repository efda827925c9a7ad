// Stored flows to be asked about: minutes through the writer as the flow thread hands them over; a month in its coarser tiers.
import path from 'node:path';
import { mkdirSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { FlowFile, type NewBlock } from '../../../electron/engine/store/flows/files/flow-file.ts';
import { fileOf } from '../../../electron/engine/store/flows/files/tier-files.ts';
import { BlockDecoder } from '../../../electron/engine/store/flows/reader/block-decoder.ts';
import { AddressDictionary } from '../../../electron/engine/store/flows/sums/address-dictionary.ts';
import { ROW_DOUBLES, ROW_WORDS } from '../../../electron/engine/store/flows/sums/row.ts';
import {
  FLOW_COLUMNS,
  type FlowBlock,
  type FlowTier,
  RESOLUTION_S,
} from '../../../electron/engine/store/flows/types.ts';
import { RowEncoder } from '../../../electron/engine/store/flows/writer/encode-rows.ts';
import { FlowWriter } from '../../../electron/engine/store/flows/writer/flow-writer.ts';
import { TOP_CONVERSATIONS, TierSums } from '../../../electron/engine/store/flows/writer/tier-sums.ts';
import { type MadeFlow, makeFlows } from './population.ts';

export const EXPORTER = '192.0.2.1';
const DAY_S = 86_400;
const HOUR_S = 3_600;
const SEED = 7;
const RETENTION = { '1m': 7 * DAY_S * 1_000, '10m': 90 * DAY_S * 1_000, '1d': 730 * DAY_S * 1_000 };
/** Where a block's body has the least bucket, and how long its checksum is; docs/flow-store.md. */
const BASE_AT = 20;
const CHECKSUM_BYTES = 4;

export type Made = { readonly startS: number; readonly endS: number; readonly flows: number; readonly bytes: number };

/** Draws of flows, of a minute each of another conversation: what is stored are so many rows. */
export function distinctFlows(aMinute: number): () => MadeFlow {
  const next = makeFlows(SEED);
  const met = new Set<number>();
  let drawn = 0;
  return () => {
    if (drawn % aMinute === 0) met.clear();
    for (;;) {
      const flow = next();
      const kind = (flow.service * 256 + flow.protocol) * 2 + (flow.isReply ? 1 : 0);
      // The low bits of hosts and remotes tell them apart.
      const key =
        ((flow.host & 0x3ff) * 8_192 + (flow.remote & 0x1fff)) * 2 ** 27 + kind * 2 + (flow.dscp === 0 ? 0 : 1);
      if (met.has(key)) continue;
      met.add(key);
      drawn++;
      return flow;
    }
  };
}

/** `flows` rows, `aMinute` in each minute; merged as they are once their hour is over. */
export function makeMinutes(dir: string, flows: number, aMinute: number): Made {
  const writer = new FlowWriter({ dir, onNote: (sentence) => process.stderr.write(`${sentence}\n`) });
  const startS = Date.UTC(2026, 9, 1) / 1_000;
  const next = distinctFlows(aMinute);
  let bytes = 0;
  let atS = startS;
  for (let made = 0; made < flows; made += aMinute) {
    const rows = Math.min(aMinute, flows - made);
    const dictionary = new AddressDictionary(1_000_000);
    const buffer = new ArrayBuffer(rows * ROW_WORDS * 4);
    const words = new Uint32Array(buffer);
    const doubles = new Float64Array(buffer);
    for (let row = 0; row < rows; row++) {
      const flow = next();
      const packed = flow.protocol * 2 ** 24 + (flow.isReply ? 2 ** 22 : 0) + flow.dscp * 2 ** 16 + flow.service;
      const at = row * ROW_WORDS;
      words[at] = dictionary.indexOfV4(flow.host);
      words[at + 1] = dictionary.indexOfV4(flow.remote);
      words[at + 2] = flow.isReply ? 1 : flow.inside;
      words[at + 3] = flow.isReply ? flow.inside : 1;
      words[at + 4] = packed;
      words[at + 6] = atS / 60;
      doubles[row * ROW_DOUBLES + 4] = flow.bytes;
      doubles[row * ROW_DOUBLES + 5] = flow.packets;
      doubles[row * ROW_DOUBLES + 6] = 1;
      bytes += flow.bytes;
    }
    const exporters = [{ address: EXPORTER, overflowed: 0, rest: { bytes: 0, packets: 0, flows: 0 } }];
    writer.write({ atMs: atS * 1_000, minute: atS / 60, rows, buffer, addresses: dictionary.take(), exporters });
    atS += 60;
  }
  writer.upkeep(atS + 2 * HOUR_S, RETENTION, undefined);
  writer.close();
  return { startS, endS: atS, flows, bytes };
}

/** `days` days of so many flows a second: an hour of them summed up as upkeep does, and its blocks again in every hour. */
export function makeMonth(dir: string, days: number, flowsPerSecond: number): Made {
  mkdirSync(dir, { recursive: true });
  const startS = Date.UTC(2026, 9, 1) / 1_000;
  const endS = startS + days * DAY_S;
  const next = makeFlows(SEED);
  const encoder = new RowEncoder();
  const tenMinutes = new TierSums(RESOLUTION_S['10m']);
  let bytes = 0;
  for (let atS = startS; atS < startS + HOUR_S; atS += RESOLUTION_S['10m']) {
    const block = minuteBlock(atS, flowsPerSecond * RESOLUTION_S['10m'], next);
    for (const value of block.bytes) bytes += value;
    tenMinutes.addMinutes(block);
  }
  const hour = [...tenMinutes.finish(EXPORTER, encoder, TOP_CONVERSATIONS)];
  const hours = [...sumsOf(hour, '1h', 1).finish(EXPORTER, encoder, TOP_CONVERSATIONS)];
  const day = [...sumsOf(hours, '1d', 24).finish(EXPORTER, encoder, TOP_CONVERSATIONS)];
  put(dir, '10m', hour, startS, endS, HOUR_S);
  put(dir, '1h', hours, startS, endS, HOUR_S);
  put(dir, '1d', day, startS, endS, DAY_S);
  return { startS, endS, flows: days * DAY_S * flowsPerSecond, bytes: bytes * 24 * days };
}

function minuteBlock(bucketS: number, rows: number, next: () => MadeFlow): FlowBlock {
  const dictionary = new AddressDictionary(1_000_000);
  const columns = columnsOf(rows);
  columns.bucketS.fill(bucketS);
  columns.flows.fill(1);
  for (let row = 0; row < rows; row++) {
    const flow = next();
    columns.client[row] = dictionary.indexOfV4(flow.host);
    columns.server[row] = dictionary.indexOfV4(flow.remote);
    columns.inInterface[row] = flow.isReply ? 1 : flow.inside;
    columns.outInterface[row] = flow.isReply ? flow.inside : 1;
    columns.protocol[row] = flow.protocol;
    columns.service[row] = flow.service;
    columns.toClient[row] = flow.isReply ? 1 : 0;
    columns.dscp[row] = flow.dscp;
    columns.bytes[row] = flow.bytes;
    columns.packets[row] = flow.packets;
  }
  return { ...columns, tier: '1m', kind: 'conversations', exporter: EXPORTER, rows, addresses: dictionary.take() };
}

const columnsOf = (rows: number) => ({
  bucketS: new Uint32Array(rows),
  client: new Uint32Array(rows),
  server: new Uint32Array(rows),
  inInterface: new Uint32Array(rows),
  outInterface: new Uint32Array(rows),
  protocol: new Uint32Array(rows),
  service: new Uint32Array(rows),
  toClient: new Uint32Array(rows),
  dscp: new Uint32Array(rows),
  vlan: new Uint32Array(rows),
  bytes: new Float64Array(rows),
  packets: new Float64Array(rows),
  flows: new Float64Array(rows),
});

/** Blocks as one bucket of a coarser tier, in which they are so many times. */
function sumsOf(blocks: readonly NewBlock[], tier: FlowTier, times: number): TierSums {
  const sums = new TierSums(RESOLUTION_S[tier]);
  const decoder = new BlockDecoder();
  for (const made of blocks) {
    const wanted = { tier: '10m' as const, startS: 0, endS: Infinity, columns: new Set(FLOW_COLUMNS) };
    const block = decoder.decode(made.body, made, wanted);
    if (block === undefined) continue;
    for (const column of [block.bytes, block.packets, block.flows]) {
      for (let row = 0; row < block.rows; row++) column[row] = (column[row] ?? 0) * times;
    }
    sums.addTier(block);
  }
  return sums;
}

function put(
  dir: string,
  tier: FlowTier,
  blocks: readonly NewBlock[],
  startS: number,
  endS: number,
  everyS: number,
): void {
  const files = new Map<string, number[]>();
  for (let atS = startS; atS < endS; atS += everyS) {
    const { name } = fileOf(tier, atS);
    files.set(name, [...(files.get(name) ?? []), atS]);
  }
  for (const [name, times] of files) {
    const file = FlowFile.forWriting(path.join(dir, name));
    file.transaction(() => {
      for (const atS of times) {
        const byS = atS - startS;
        for (const block of blocks) {
          const body = later(block.body, byS);
          file.insert({ ...block, startS: block.startS + byS, endS: block.endS + byS, body });
        }
      }
    });
    file.close();
  }
}

/** The same rows in later buckets. */
function later(body: Uint8Array, byS: number): Uint8Array {
  const moved = Buffer.from(body);
  moved.writeDoubleLE(moved.readDoubleLE(BASE_AT) + byS, BASE_AT);
  const end = moved.length - CHECKSUM_BYTES;
  moved.writeUInt32LE(crc32(moved.subarray(0, end)), end);
  return moved;
}
