// Minute buckets of conversations: whose they are, and that nothing is lost however it is spread.
import { describe, expect, it } from 'vitest';
import {
  FlowConversations,
  type ConversationLimits,
} from '../../../electron/engine/collectors/netflow/conversations/index.ts';
import { isServerSource } from '../../../electron/engine/collectors/netflow/conversations/sides.ts';
import { FlowBatch } from '../../../electron/engine/collectors/netflow/decoder/batch.ts';
import { Exporter } from '../../../electron/engine/collectors/netflow/decoder/exporter.ts';
import type { PacketContext } from '../../../electron/engine/collectors/netflow/decoder/index.ts';
import type { ClosedConversations } from '../../../electron/engine/store/flows/index.ts';
import { NO_ADDRESS } from '../../../electron/engine/store/flows/index.ts';

/** The minute begins here. */
const NOW_MS = Date.UTC(2026, 10, 20, 12, 0, 0);
const MINUTE = NOW_MS / 60_000;

type Flow = {
  src?: string;
  dst?: string;
  protocol?: number;
  srcPort?: number;
  dstPort?: number;
  icmpTypeCode?: number;
  tos?: number;
  vlan?: number;
  bytes?: number;
  packets?: number;
  firstMs?: number;
  lastMs?: number;
  natDst?: string;
  natDstPort?: number;
  inInterface?: number;
};

const wordOf = (address: string): number => address.split('.').reduce((word, part) => word * 256 + Number(part), 0);
const textOf = (words: Uint32Array, index: number): string => {
  if (index === NO_ADDRESS) return '-';
  const word = words[index * 4 + 3] ?? 0;
  return [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255].join('.');
};

const put = (words: Uint32Array, row: number, address: string): void =>
  words.set([0, 0, 0xffff, wordOf(address)], row * 4);

function batchOf(flows: readonly Flow[], nowMs: number): FlowBatch {
  const batch = new FlowBatch();
  batch.rows = flows.length;
  for (const [row, flow] of flows.entries()) {
    put(batch.src, row, flow.src ?? '10.0.0.1');
    put(batch.dst, row, flow.dst ?? '198.51.100.1');
    batch.protocol[row] = flow.protocol ?? 6;
    batch.srcPort[row] = flow.srcPort ?? 51_234;
    batch.dstPort[row] = flow.dstPort ?? 443;
    batch.icmpTypeCode[row] = flow.icmpTypeCode ?? 0;
    batch.tos[row] = flow.tos ?? 0;
    batch.vlan[row] = flow.vlan ?? 0;
    batch.inInterface[row] = flow.inInterface ?? 1;
    batch.outInterface[row] = 2;
    batch.bytes[row] = flow.bytes ?? 1_000;
    batch.packets[row] = flow.packets ?? 10;
    batch.firstMs[row] = flow.firstMs ?? nowMs;
    batch.lastMs[row] = flow.lastMs ?? nowMs;
    if (flow.natDst === undefined) continue;
    batch.hasNat = true;
    put(batch.natDst, row, flow.natDst);
    batch.natDstPort[row] = flow.natDstPort ?? 0;
  }
  return batch;
}

function conversationsOf(
  flows: readonly Flow[],
  options: { nowMs?: number; limits?: Partial<ConversationLimits> } = {},
) {
  const { nowMs = NOW_MS + 30_000, limits = {} } = options;
  const closed: ClosedConversations[] = [];
  const conversations = new FlowConversations({ limits, onClosed: (one) => closed.push(one) });
  const exporter = new Exporter('192.0.2.1', 1, undefined);
  for (let from = 0; from < flows.length; from += 2_000) {
    const batch = batchOf(flows.slice(from, from + 2_000), nowMs);
    conversations.add(batch, exporter, { nowMs } as PacketContext, new Uint8Array(2_048).fill(1));
  }
  conversations.close(nowMs);
  return { rows: closed.flatMap(rowsOf), closed };
}

function rowsOf({ buffer, rows, addresses }: ClosedConversations) {
  const words = new Uint32Array(buffer);
  const doubles = new Float64Array(buffer);
  return Array.from({ length: rows }, (_, row) => {
    const [client = 0, server = 0, inInterface, outInterface, packed = 0, vlan = 0, minute = 0] = words.subarray(
      row * 14,
    );
    return {
      client: textOf(addresses, client),
      server: textOf(addresses, server),
      interfaces: [inInterface, outInterface],
      protocol: packed >>> 24,
      service: packed & 0xffff,
      toClient: (packed >>> 22) & 1,
      dscp: (packed >>> 16) & 63,
      vlan: vlan & 0xffff,
      minute: minute - MINUTE,
      bytes: doubles[row * 7 + 4] ?? 0,
      packets: doubles[row * 7 + 5] ?? 0,
      flows: doubles[row * 7 + 6] ?? 0,
    };
  });
}

const sum = (rows: readonly { bytes: number }[]): number => rows.reduce((all, { bytes }) => all + bytes, 0);

describe('the sides of a conversation', () => {
  it.each([
    [51_234, 443, false],
    [443, 51_234, true],
    [53, 53, false],
    [8_291, 40_000, true],
    [2_049, 700, false], // both known: the lower
    [30_000, 40_000, true], // neither known: the lower
    [40_000, 30_000, false],
    [0, 443, false],
    [0, 40_000, false],
    [443, 0, true],
  ])('with source port %i and destination port %i: the source is the server: %s', (from, to, isServer) => {
    expect(isServerSource(from, to)).toBe(isServer);
  });

  it('are one conversation for any ports of the client, apart by direction', () => {
    const { rows } = conversationsOf([
      { srcPort: 50_001 },
      { srcPort: 50_002, bytes: 500 },
      { src: '198.51.100.1', dst: '10.0.0.1', srcPort: 443, dstPort: 50_001, bytes: 90_000 },
    ]);
    expect(rows).toMatchObject([
      { client: '10.0.0.1', server: '198.51.100.1', service: 443, toClient: 0, bytes: 1_500, packets: 20, flows: 2 },
      { client: '10.0.0.1', server: '198.51.100.1', service: 443, toClient: 1, bytes: 90_000, packets: 10, flows: 1 },
    ]);
  });

  it('of ICMP have type and code, of protocols without ports nothing; DSCP and VLAN are kept', () => {
    const { rows } = conversationsOf([
      { protocol: 1, icmpTypeCode: 8 * 256, srcPort: 0, dstPort: 0, tos: 0xb8 },
      { protocol: 47, srcPort: 7, dstPort: 9, vlan: 30 },
    ]);
    expect(rows).toMatchObject([
      { protocol: 1, service: 2_048, toClient: 0, dscp: 46, vlan: 0 },
      { protocol: 47, service: 0, toClient: 0, dscp: 0, vlan: 30 },
    ]);
  });

  it("of what the router's own address received is the inside host's", () => {
    const { rows } = conversationsOf([
      { src: '198.51.100.1', dst: '203.0.113.9', srcPort: 443, dstPort: 1_024, natDst: '10.0.0.7', natDstPort: 51_000 },
      { src: '198.51.100.2', dst: '203.0.113.9', srcPort: 51_000, dstPort: 8_080, natDst: '10.0.0.8', natDstPort: 80 },
    ]);
    expect(rows).toMatchObject([
      { client: '10.0.0.7', server: '198.51.100.1', service: 443, toClient: 1 },
      { client: '198.51.100.2', server: '10.0.0.8', service: 80, toClient: 0 },
    ]);
  });
});

describe('bytes', () => {
  it('are spread over the minutes from first to last, whole numbers that add up', () => {
    // 2.5 minutes: 30 s, 60 s, 60 s of 150 s.
    const { rows } = conversationsOf(
      [{ bytes: 1_001, packets: 7, firstMs: NOW_MS - 90_000, lastMs: NOW_MS + 60_000 - 1 }],
      { nowMs: NOW_MS + 59_999 },
    );
    expect(rows.map(({ minute, bytes, packets, flows }) => [minute, bytes, packets, flows])).toEqual([
      [-2, 200, 1, 0],
      [-1, 400, 3, 0],
      [0, 401, 3, 1],
    ]);
  });

  it('of a clock that is ahead are booked up to now', () => {
    const { rows } = conversationsOf([{ firstMs: NOW_MS + 90_000, lastMs: NOW_MS + 90_000 }]);
    expect(rows).toMatchObject([{ minute: 0, bytes: 1_000 }]);
  });

  it('of two days are booked in sixty places at most', () => {
    const { rows } = conversationsOf([{ bytes: 1e9, firstMs: NOW_MS - 172_800_000 }]);
    expect(rows.length).toBeLessThanOrEqual(61);
    expect(sum(rows)).toBe(1e9);
  });

  it('add up to what the records said, whatever their times', () => {
    let state = 7;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return state % below;
    };
    const flows = Array.from({ length: 4_000 }, (): Flow => {
      const lastMs = NOW_MS + 30_000 - random(7_200_000) + random(100_000);
      return {
        src: `10.0.${random(20)}.${random(250)}`,
        srcPort: random(65_536),
        dstPort: random(65_536),
        bytes: random(2 ** 31 - 1),
        packets: random(1_000),
        lastMs,
        firstMs: lastMs - random(3_600_000),
      };
    });
    const total = flows.reduce((all, { bytes = 0 }) => all + bytes, 0);
    const told = (limits: Partial<ConversationLimits>) => {
      const { rows, closed } = conversationsOf(flows, { limits });
      const rest = closed.flatMap(({ exporters }) => exporters).reduce((all, one) => all + one.rest.bytes, 0);
      return { bytes: sum(rows) + rest, rows: rows.length };
    };
    expect(told({}).bytes).toBe(total);
    const capped = told({ conversationsPerExporter: 100 });
    expect(capped.bytes).toBe(total);
    // A hundred conversations, and at most 8,192 sums by interface, protocol and service.
    expect(capped.rows).toBeLessThanOrEqual(8_292);
    expect(told({ rows: 50, pieces: 10 }).bytes).toBe(total);
  });
});

describe('beyond the cap', () => {
  it('conversations are summed by interface, protocol and service, and counted', () => {
    const flows = [1, 2, 3, 4].map((host): Flow => ({ src: `10.0.0.${host}`, tos: 0xb8, vlan: 9 }));
    const { rows, closed } = conversationsOf(flows, { limits: { conversationsPerExporter: 2 } });
    expect(rows.slice(0, 2)).toMatchObject([{ client: '10.0.0.1' }, { client: '10.0.0.2' }]);
    expect(rows[2]).toEqual({
      client: '-',
      server: '-',
      interfaces: [1, 2],
      protocol: 6,
      service: 443,
      toClient: 0,
      dscp: 0,
      vlan: 0,
      minute: 0,
      bytes: 2_000,
      packets: 20,
      flows: 2,
    });
    expect(closed[0]?.exporters).toEqual([
      { address: '192.0.2.1', overflowed: 2, rest: { bytes: 0, packets: 0, flows: 0 } },
    ]);
  });
});

describe('a minute', () => {
  it('is handed over when the clock passes it, and nothing when nothing came', () => {
    const closed: ClosedConversations[] = [];
    const conversations = new FlowConversations({ onClosed: (one) => closed.push(one) });
    conversations.tick(NOW_MS);
    conversations.tick(NOW_MS + 60_000);
    expect(closed).toEqual([]);
    const exporter = new Exporter('192.0.2.1', 1, undefined);
    const nowMs = NOW_MS + 61_000;
    conversations.add(batchOf([{}], nowMs), exporter, { nowMs } as PacketContext, new Uint8Array([1]));
    conversations.tick(NOW_MS + 119_999);
    expect(closed).toEqual([]);
    conversations.tick(NOW_MS + 120_000);
    expect(closed.map(({ minute, rows }) => [minute - MINUTE, rows])).toEqual([[1, 1]]);
  });
});
