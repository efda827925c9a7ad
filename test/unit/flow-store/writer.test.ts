// Minutes in, blocks of all tiers out: to the byte.
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FlowFile } from '../../../electron/engine/store/flows/files/flow-file.ts';
import { FlowWriter } from '../../../electron/engine/store/flows/writer/flow-writer.ts';
import { StoredFlows } from '../../../electron/engine/store/flows/reader/scanner.ts';
import { closedOf, type MadeRow, readRows, sumOf } from './made.ts';

const DAY_MS = 86_400_000;
const RETENTION = { '1m': 7 * DAY_MS, '10m': 90 * DAY_MS, '1d': 730 * DAY_MS };
/** Friday 2026-11-20 12:00 UTC. */
const NOON_S = Date.UTC(2026, 10, 20, 12) / 1_000;
const HOST = 0x0a00_0001;
const PEER = 0xc633_6401;

let dir: string;
let notes: string[];
let writer: FlowWriter;

const open = () => new FlowWriter({ dir, onNote: (sentence) => notes.push(sentence) });

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'flows-'));
  notes = [];
  writer = open();
});
afterEach(() => {
  writer.close();
  rmSync(dir, { recursive: true, force: true });
});

const write = (rows: readonly MadeRow[], atS: number) => writer.write(closedOf(rows, atS));

describe('a closed minute', () => {
  it('comes back as it was, in the file of its day', () => {
    write(
      [
        {
          minuteS: NOON_S,
          client: HOST,
          server: PEER,
          bytes: 1_500,
          packets: 3,
          flows: 2,
          dscp: 46,
          vlan: 30,
          toClient: 1,
        },
      ],
      NOON_S + 60,
    );
    expect(readdirSync(dir).filter((name) => name.endsWith('.db'))).toEqual(['1m-2026-11-20.db']);
    expect(readRows(dir, '1m', 'conversations')).toEqual([
      {
        exporter: '192.0.2.1',
        bucketS: NOON_S,
        client: '10.0.0.1',
        server: '198.51.100.1',
        inInterface: 1,
        outInterface: 2,
        protocol: 6,
        service: 443,
        toClient: 1,
        dscp: 46,
        vlan: 30,
        bytes: 1_500,
        packets: 3,
        flows: 2,
      },
    ]);
  });

  it('is split by exporter and by day', () => {
    const midnightS = NOON_S + 43_200;
    write(
      [
        { minuteS: midnightS - 60, client: HOST, server: PEER, bytes: 10 },
        { minuteS: midnightS, client: HOST, server: PEER, bytes: 20 },
        { minuteS: midnightS, client: HOST, server: PEER, bytes: 40, exporter: '192.0.2.2' },
      ],
      midnightS + 60,
    );
    expect(
      readdirSync(dir)
        .filter((name) => name.endsWith('.db'))
        .toSorted(),
    ).toEqual(['1m-2026-11-20.db', '1m-2026-11-21.db']);
    const bytes = (startS: number, endS: number) =>
      readRows(dir, '1m', 'conversations', startS, endS).map((row) => row.bytes);
    expect(bytes(midnightS - 60, midnightS)).toEqual([10]);
    expect(bytes(midnightS, midnightS + 60).toSorted((a, b) => a - b)).toEqual([20, 40]);
  });

  it('keeps what found no place as a row without addresses', () => {
    const closed = closedOf([], NOON_S + 60);
    const exporters = [{ address: '192.0.2.9', overflowed: 5, rest: { bytes: 700, packets: 6, flows: 5 } }];
    writer.write({ ...closed, exporters });
    expect(readRows(dir, '1m', 'other')).toMatchObject([
      { exporter: '192.0.2.9', client: '-', server: '-', bytes: 700, packets: 6, flows: 5, bucketS: NOON_S },
    ]);
  });

  it('keeps amounts that are no whole numbers, as of odd sampling, and amounts beyond 32 bits', () => {
    write(
      [
        { minuteS: NOON_S, client: HOST, server: PEER, bytes: 2 ** 47 + 1 },
        { minuteS: NOON_S, client: HOST + 1, server: PEER, bytes: 0 },
      ],
      NOON_S + 60,
    );
    write([{ minuteS: NOON_S + 60, client: HOST, server: PEER, bytes: 1_000.5 }], NOON_S + 120);
    expect(readRows(dir, '1m', 'conversations').map((row) => row.bytes)).toEqual([2 ** 47 + 1, 0, 1_000.5]);
  });
});

/** 1,100 conversations: client i has i * 1,000 bytes; the ten least by bytes have 50 flows each. */
const many = (minuteS: number): MadeRow[] =>
  Array.from({ length: 1_100 }, (_, i) => ({
    minuteS,
    client: HOST + i,
    server: PEER,
    service: i % 2 === 0 ? 443 : 53,
    protocol: i % 2 === 0 ? 6 : 17,
    bytes: (i + 1) * 1_000,
    packets: 1,
    flows: i < 10 ? 50 : 1,
  }));
/** 1,000 * (1 + ... + 1,100) */
const ALL_BYTES = 605_550_000;

describe('ten minutes', () => {
  it('keep the first thousand by bytes and by flows, and one row for the rest', () => {
    write(many(NOON_S), NOON_S + 60);
    writer.upkeep(NOON_S + 601, RETENTION, undefined);
    const kept = readRows(dir, '10m', 'conversations');
    // By bytes clients 100 to 1,099; by flows the first ten, and 990 more that are as many as the others.
    expect(kept.length).toBeGreaterThanOrEqual(1_010);
    expect(kept.length).toBeLessThanOrEqual(2_000);
    expect(kept.filter(({ flows }) => flows === 50)).toHaveLength(10);
    expect(kept.filter(({ bytes }) => bytes >= 101_000)).toHaveLength(1_000);
    const other = readRows(dir, '10m', 'other');
    expect(sumOf(kept) + sumOf(other)).toBe(ALL_BYTES);
    expect(sumOf(kept, 'flows') + sumOf(other, 'flows')).toBe(1_590);
  });

  it('have exact totals by service, host and interface', () => {
    write(many(NOON_S), NOON_S + 60);
    write(many(NOON_S + 60), NOON_S + 120);
    writer.upkeep(NOON_S + 601, RETENTION, undefined);
    const services = readRows(dir, '10m', 'byService');
    // Odd numbers of thousands are 443: 1 + 3 + ... + 1,099 = 550 * 550.
    expect(Object.fromEntries(services.map(({ service, bytes }) => [service, bytes]))).toEqual({
      443: 605_000_000,
      53: 606_100_000,
    });
    const hosts = readRows(dir, '10m', 'byHost');
    expect(hosts.filter(({ server }) => server === '-')).toHaveLength(1_100);
    expect(hosts.find(({ client }) => client === '10.0.0.1')?.bytes).toBe(2_000);
    expect(hosts.filter(({ server }) => server === '198.51.100.1').map(({ bytes }) => bytes)).toEqual([ALL_BYTES * 2]);
    const interfaces = readRows(dir, '10m', 'byInterface');
    expect(interfaces.map(({ inInterface, outInterface }) => [inInterface, outInterface])).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(sumOf(interfaces)).toBe(ALL_BYTES * 2);
  });

  it('are not made before they are over, and take late minutes in afterwards, each once', () => {
    write([{ minuteS: NOON_S, client: HOST, server: PEER, bytes: 100 }], NOON_S + 60);
    writer.upkeep(NOON_S + 599, RETENTION, undefined);
    expect(readRows(dir, '10m', 'conversations')).toEqual([]);
    writer.upkeep(NOON_S + 601, RETENTION, undefined);
    writer.upkeep(NOON_S + 660, RETENTION, undefined);
    expect(sumOf(readRows(dir, '10m', 'conversations'))).toBe(100);
    write([{ minuteS: NOON_S + 120, client: HOST, server: PEER, bytes: 7 }], NOON_S + 900);
    writer.upkeep(NOON_S + 1_201, RETENTION, undefined);
    writer.close();
    writer = open();
    writer.upkeep(NOON_S + 1_801, RETENTION, undefined);
    expect(readRows(dir, '10m', 'conversations').map(({ bytes }) => bytes)).toEqual([100, 7]);
  });
});

describe('whatever was summarised and merged', () => {
  it('counts once what is merged before its end could be summarised', () => {
    // Long flows reach back into an hour that is over; the engine slept, so that the upkeep is not at its usual moment.
    const minute = (endS: number, bytes: number) =>
      write(
        [
          { minuteS: NOON_S, client: HOST, server: PEER, bytes },
          { minuteS: endS - 60, client: HOST, server: PEER, bytes },
        ],
        endS,
      );
    minute(NOON_S + 60, 1);
    const laterS = NOON_S + 3_600 + 2_400;
    minute(laterS + 120, 10);
    writer.upkeep(laterS + 180, RETENTION, undefined);
    minute(laterS + 240, 100);
    writer.upkeep(laterS + 600, RETENTION, undefined);
    writer.upkeep(laterS + 1_200, RETENTION, undefined);
    expect(sumOf(readRows(dir, '1m', 'conversations'))).toBe(222);
    expect(sumOf(readRows(dir, '10m', 'conversations'))).toBe(222);
  });

  it('has a block a kind for an hour of ten minutes, once late minutes are in', () => {
    const kinds = ['conversations', 'byHost', 'byService', 'byInterface'] as const;
    const blocks = (): number => {
      const file = FlowFile.forReading(path.join(dir, '10m-2026-W47.db'));
      const count = file?.blocks(kinds, 0, 4e9).length ?? 0;
      file?.close();
      return count;
    };
    for (let i = 0; i < 6; i++) {
      write([{ minuteS: NOON_S + i * 600, client: HOST, server: PEER, bytes: 100 }], NOON_S + i * 600 + 60);
      writer.upkeep(NOON_S + i * 600 + 601, RETENTION, undefined);
    }
    expect(blocks()).toBe(24);
    writer.upkeep(NOON_S + 3_600 + 2_400, RETENTION, undefined);
    expect(blocks()).toBe(4);
    // The day is summarised of the merged ones, and then they are merged with what the day still brings.
    write([{ minuteS: NOON_S + 7_200, client: HOST, server: PEER, bytes: 7 }], NOON_S + 7_260);
    writer.upkeep(NOON_S + 86_400, RETENTION, undefined);
    expect(readRows(dir, '1d', 'byService')).toMatchObject([{ bytes: 607 }]);
    expect(readRows(dir, '10m', 'conversations').map(({ bytes }) => bytes)).toEqual([100, 100, 100, 100, 100, 100, 7]);
    expect(blocks()).toBe(4);
  });

  it('sums hours up of their ten minutes when they are over, what comes late beside them, and days of hours', () => {
    write([{ minuteS: NOON_S, client: HOST, server: PEER, bytes: 100 }], NOON_S + 60);
    write([{ minuteS: NOON_S + 3_000, client: HOST, server: PEER, bytes: 20 }], NOON_S + 3_060);
    writer.upkeep(NOON_S + 3_600 + 500, RETENTION, undefined);
    expect(readRows(dir, '1h', 'conversations')).toEqual([]);
    writer.upkeep(NOON_S + 3_600 + 600, RETENTION, undefined);
    expect(readRows(dir, '1h', 'conversations')).toMatchObject([{ bucketS: NOON_S, bytes: 120, flows: 2 }]);
    write([{ minuteS: NOON_S + 3_540, client: HOST, server: PEER, bytes: 3 }], NOON_S + 4_260);
    writer.upkeep(NOON_S + 4_800, RETENTION, undefined);
    expect(readRows(dir, '1h', 'byService').map(({ bucketS, bytes }) => [bucketS, bytes])).toEqual([
      [NOON_S, 120],
      [NOON_S, 3],
    ]);
    writer.upkeep(NOON_S + 86_400, RETENTION, undefined);
    // Late ones are merged into their hour, and nothing is counted twice in the day.
    expect(readRows(dir, '1h', 'byService').map(({ bucketS, bytes }) => [bucketS, bytes])).toEqual([[NOON_S, 123]]);
    expect(readRows(dir, '1d', 'byService').map(({ bytes }) => bytes)).toEqual([123]);
  });

  it('adds up to what came in, in every tier and kind', () => {
    let bytes = 0;
    let state = 42;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return state % below;
    };
    for (let minute = 0; minute < 200; minute++) {
      const rows = Array.from({ length: 30 }, (): MadeRow => {
        const amount = random(2 ** 30);
        bytes += amount;
        const late = random(10) === 0 ? random(30) : 0;
        return {
          minuteS: NOON_S + (minute - late) * 60,
          client: HOST + random(2_000),
          server: PEER + random(50),
          service: random(3),
          toClient: random(2),
          inInterface: random(4),
          outInterface: random(4),
          bytes: amount,
          exporter: `192.0.2.${random(2) + 1}`,
        };
      });
      write(rows, NOON_S + (minute + 1) * 60);
      if (minute % 7 === 0) writer.upkeep(NOON_S + (minute + 1) * 60 + 5, RETENTION, undefined);
    }
    const nextDayS = NOON_S + 86_400;
    const before = new StoredFlows(dir).scan(
      { tier: '1m', kinds: ['conversations'], startS: 0, endS: nextDayS, columns: ['bytes'] },
      () => {},
    );
    writer.upkeep(nextDayS, RETENTION, undefined);
    const after = new StoredFlows(dir).scan(
      { tier: '1m', kinds: ['conversations'], startS: 0, endS: nextDayS, columns: ['bytes'] },
      () => {},
    );
    expect(after.blocks).toBeLessThan(before.blocks);
    for (const tier of ['1m', '10m', '1h', '1d'] as const) {
      expect(sumOf(readRows(dir, tier, 'conversations')) + sumOf(readRows(dir, tier, 'other'))).toBe(bytes);
    }
    for (const tier of ['10m', '1h', '1d'] as const) {
      expect(sumOf(readRows(dir, tier, 'byService'))).toBe(bytes);
      expect(sumOf(readRows(dir, tier, 'byInterface'))).toBe(bytes);
      expect(sumOf(readRows(dir, tier, 'byHost'))).toBe(bytes * 2);
    }
    expect(notes).toEqual([]);
  });
});

const minuteFiles = () => readdirSync(dir).filter((name) => /^1m-.*\.db$/.test(name));

describe('files', () => {
  it('go when their tier is kept no longer', () => {
    for (let day = 0; day < 10; day++) {
      const minuteS = NOON_S + day * 86_400;
      write([{ minuteS, client: HOST, server: PEER, bytes: 1 }], minuteS + 60);
      writer.upkeep(minuteS + 601, RETENTION, undefined);
    }
    const days = readdirSync(dir)
      .filter((name) => /^1m-.*\.db$/.test(name))
      .toSorted();
    // Now is noon of the 29th: the 22nd ended at the midnight that is six and a half days ago.
    expect(days[0]).toBe('1m-2026-11-22.db');
    expect(days.at(-1)).toBe('1m-2026-11-29.db');
    expect(readdirSync(dir)).toContain('10m-2026-W47.db');
  });

  it('go by the clock when no flows come any more, unless it is in doubt', () => {
    write([{ minuteS: NOON_S, client: HOST, server: PEER, bytes: 1 }], NOON_S + 60);
    const laterS = NOON_S + 20 * 86_400;
    writer.upkeep(laterS, RETENTION, undefined, NOON_S + 86_400);
    expect(minuteFiles()).toEqual(['1m-2026-11-20.db']);
    writer.upkeep(laterS, RETENTION, undefined, laterS);
    expect(minuteFiles()).toEqual([]);
  });

  it('go from the oldest day on when they take too much, and this is told; today stays', () => {
    for (let day = 0; day < 3; day++)
      write([{ minuteS: NOON_S + day * 86_400, client: HOST, server: PEER, bytes: 1 }], NOON_S);
    writer.upkeep(NOON_S + 2 * 86_400, RETENTION, 1);
    expect(readdirSync(dir).filter((name) => /^1m-.*\.db$/.test(name))).toEqual(['1m-2026-11-22.db']);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('1m-2026-11-20.db, 1m-2026-11-21.db');
  });

  it('of today lose their oldest hours where even they take too much; the coarser tiers keep the sums', () => {
    let seed = 1;
    const noise = (): number => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0);
    const hour = (startS: number) =>
      write(
        Array.from({ length: 4_000 }, () => ({ minuteS: startS, client: noise(), server: noise(), bytes: 1 })),
        startS + 60,
      );
    for (let i = 0; i < 4; i++) hour(NOON_S + i * 3_600);
    // An hour of it is 4,000 pairs of addresses: 32 kB that do not compress.
    const nowS = NOON_S + 4 * 3_600;
    writer.upkeep(nowS, RETENTION, 1e9);
    const coarse = statSync(path.join(dir, '10m-2026-W47.db')).size;
    writer.upkeep(nowS, RETENTION, coarse + 150_000);
    const left = new Set(readRows(dir, '1m', 'conversations').map(({ bucketS }) => (bucketS - NOON_S) / 3_600));
    expect(left.has(0)).toBe(false);
    // The last hour may still get late minutes.
    expect(left.has(3)).toBe(true);
    expect(sumOf(readRows(dir, '10m', 'byHost'))).toBe(2 * 16_000);
    expect(notes).toEqual([
      expect.stringMatching(/^Stored flows take too much room: .* of today went before the time\.$/),
    ]);
  });

  it('that are damaged are set aside, told, and written anew', () => {
    write([{ minuteS: NOON_S, client: HOST, server: PEER, bytes: 1 }], NOON_S + 60);
    writer.close();
    const file = openSync(path.join(dir, '1m-2026-11-20.db'), 'r+');
    writeSync(file, Buffer.alloc(64, 7), 0, 64, 0);
    closeSync(file);
    appendFileSync(path.join(dir, 'not-ours.txt'), 'x');
    writer = open();
    write([{ minuteS: NOON_S + 60, client: HOST, server: PEER, bytes: 2 }], NOON_S + 120);
    expect(readdirSync(dir)).toContain('1m-2026-11-20.db.corrupt');
    expect(notes).toEqual([
      'The file 1m-2026-11-20.db of the stored flows is damaged and was set aside; flows go on into a new one.',
    ]);
    expect(readRows(dir, '1m', 'conversations').map(({ bytes }) => bytes)).toEqual([2]);
  });

  it('that cannot be read cost themselves, of whatever tier, and answers say so', () => {
    write([{ minuteS: NOON_S, client: HOST, server: PEER, bytes: 1 }], NOON_S + 60);
    mkdirSync(path.join(dir, '1m-2026-11-19.db'));
    writeFileSync(path.join(dir, '10m-2026-W47.db'), 'no database');
    const stored = new StoredFlows(dir);
    try {
      expect(stored.coverage()).toEqual([{ tier: '1m', fromS: NOON_S, untilS: NOON_S + 60 }]);
      const scanned = (startS: number) =>
        stored.scan({ tier: '1m', startS, endS: NOON_S + 60, kinds: ['conversations'], columns: ['bytes'] }, () => {});
      expect(scanned(NOON_S - 86_400)).toMatchObject({
        rows: 1,
        missing: [
          '10m-2026-W47.db is damaged: what is in it is missing from the answer.',
          '1m-2026-11-19.db cannot be read: what is in it is missing from the answer.',
        ],
      });
      // The day before is not asked about.
      expect(scanned(NOON_S).missing).toHaveLength(1);
    } finally {
      stored.close();
    }
  });
});
