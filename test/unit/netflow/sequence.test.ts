// Loss is counted from sequence numbers; late packets, restarts and a second process are no loss.
import { describe, expect, it } from 'vitest';
import { SequenceTracker } from '../../../electron/engine/collectors/netflow/decoder/sequence.ts';

type Packet = { sequence: number; records?: number | undefined; port?: number; uptimeMs?: number; nowMs?: number };

function lossOf(version: 5 | 9 | 10, packets: readonly Packet[]) {
  const tracker = new SequenceTracker(version);
  const outcomes = packets.map((packet) =>
    tracker.observe({
      sequence: packet.sequence,
      records: 'records' in packet ? packet.records : 10,
      port: packet.port ?? 1,
      uptimeMs: packet.uptimeMs,
      nowMs: packet.nowMs ?? 0,
    }),
  );
  return { lost: tracker.takeLost(10_000), unit: tracker.unit, outcomes };
}

const numbered = (...sequences: number[]): Packet[] => sequences.map((sequence) => ({ sequence }));

describe('loss', () => {
  it('is counted in packets in v9', () => {
    expect(lossOf(9, numbered(5, 6, 7, 9, 13))).toMatchObject({ lost: 4, unit: 'packets' });
  });

  it('is counted in records in v5 and IPFIX', () => {
    expect(lossOf(5, numbered(100, 110, 140, 150))).toMatchObject({ lost: 20, unit: 'records' });
    expect(lossOf(10, numbered(100, 110, 140, 150))).toMatchObject({ lost: 20, unit: 'records' });
  });

  it('is none across the wrap of the 32-bit number, and is seen there', () => {
    expect(lossOf(9, numbered(2 ** 32 - 2, 2 ** 32 - 1, 0, 1)).lost).toBe(0);
    expect(lossOf(9, numbered(2 ** 32 - 2, 1)).lost).toBe(2);
    expect(lossOf(10, numbered(2 ** 32 - 10, 0, 10)).lost).toBe(0);
  });

  it('is settled only after a second, so that a late packet is no loss', () => {
    const tracker = new SequenceTracker(9);
    const at = (sequence: number, nowMs: number) =>
      tracker.observe({ sequence, records: 10, port: 1, uptimeMs: undefined, nowMs });
    at(1, 0);
    at(5, 100);
    expect(tracker.takeLost(500)).toBe(0);
    expect(at(3, 600)).toBe('late');
    expect(tracker.takeLost(1_200)).toBe(2);
    expect(tracker.takeLost(9_000)).toBe(0);
  });

  it('of records is filled by the late packet as far as it goes', () => {
    expect(lossOf(10, numbered(0, 10, 50, 20)).lost).toBe(20);
  });

  it('is none for a packet that comes twice', () => {
    expect(lossOf(9, numbered(10, 11, 12, 11, 13, 14))).toMatchObject({ lost: 0 });
  });

  it('is none, and no restart, where an exporter does not number at all', () => {
    const { lost, outcomes } = lossOf(10, numbered(0, 0, 0, 0));
    expect({ lost, outcomes }).toEqual({ lost: 0, outcomes: ['new', 'late', 'late', 'late'] });
  });

  it('is not guessed after a packet whose records could not be counted', () => {
    expect(lossOf(10, [{ sequence: 0 }, { sequence: 10, records: undefined }, { sequence: 90 }]).lost).toBe(0);
  });
});

describe('a restart', () => {
  it('is told by the uptime and is no loss', () => {
    const packets = [
      { sequence: 1_000, uptimeMs: 500_000 },
      { sequence: 1_001, uptimeMs: 501_000 },
      { sequence: 0, uptimeMs: 2_000 },
      { sequence: 1, uptimeMs: 3_000 },
    ];
    expect(lossOf(9, packets)).toMatchObject({ lost: 0, outcomes: ['new', 'in-order', 'restart', 'in-order'] });
  });

  it('is told by the uptime also where the number happens to go on', () => {
    const packets = [
      { sequence: 0, uptimeMs: 500_000 },
      { sequence: 1, uptimeMs: 1_000 },
    ];
    expect(lossOf(9, packets).outcomes).toEqual(['new', 'restart']);
  });

  it('is not taken from the wrap of the uptime or from packets that overtake one another', () => {
    const packets = [
      { sequence: 1, uptimeMs: 2 ** 32 - 1_000 },
      { sequence: 2, uptimeMs: 500 },
      { sequence: 3, uptimeMs: 10_000 },
      { sequence: 4, uptimeMs: 9_000 },
    ];
    expect(lossOf(9, packets).outcomes).toEqual(['new', 'in-order', 'in-order', 'in-order']);
  });

  it('is told in IPFIX by the number zero', () => {
    expect(lossOf(10, numbered(500, 510, 0, 10, 30))).toMatchObject({ lost: 10 });
  });

  it('is told by a numbering that goes on from where it stepped back to', () => {
    expect(lossOf(10, numbered(500, 510, 40, 50, 70))).toMatchObject({
      lost: 10,
      outcomes: ['new', 'in-order', 'late', 'restart', 'gap'],
    });
  });

  it('is what a jump of millions is', () => {
    expect(lossOf(10, numbered(10, 20, 2_000_000_000)).lost).toBe(0);
  });
});

describe('two processes behind one address and domain', () => {
  it('are two numberings, each with its own loss', () => {
    const packets = [
      { sequence: 100, port: 1 },
      { sequence: 9_000, port: 2 },
      { sequence: 101, port: 1 },
      { sequence: 9_001, port: 2 },
      { sequence: 104, port: 1 },
      { sequence: 9_003, port: 2 },
    ];
    expect(lossOf(9, packets).lost).toBe(3);
  });

  it('are one where the numbering goes on over changing ports', () => {
    const packets = [1, 2, 3, 4].map((sequence) => ({ sequence, port: sequence }));
    expect(lossOf(9, packets)).toMatchObject({ lost: 0, outcomes: ['new', 'in-order', 'in-order', 'in-order'] });
  });
});

describe('v9 exporters that number records', () => {
  it('are recognised; from then on loss is counted in records', () => {
    expect(lossOf(9, numbered(0, 10, 20, 30, 40))).toMatchObject({ lost: 0, unit: 'records' });
    expect(lossOf(9, numbered(0, 10, 20, 30, 40, 70))).toMatchObject({ lost: 20, unit: 'records' });
  });
});
