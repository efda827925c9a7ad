// What is told of each exporter of flows.
import { describe, expect, it } from 'vitest';
import { createFlowExporterHealth } from '../../../electron/engine/flow-exporters/index.ts';
import type { FlowReport } from '../../../electron/engine/collectors/netflow/index.ts';
import { FastestSpeeds } from '../../../electron/engine/flow-exporters/speeds.ts';
import { createObservationHub, type InterfaceSeen } from '../../../electron/engine/observations/index.ts';

const START_MS = Date.UTC(2026, 10, 20, 12);
const MINUTE_MS = 60_000;
type Exporter = FlowReport['exporters'][number];

const exporter = (changes: Partial<Exporter> = {}): Exporter => ({
  address: '192.0.2.1',
  versions: [{ version: 9, packets: 100, records: 2_000 }],
  dropped: [],
  ignored: [],
  lost: [],
  templates: 1,
  fields: 22,
  samplingRatio: 1,
  lastPacketMs: START_MS,
  lastTemplateMs: START_MS - 5_000,
  clockAheadMs: 0,
  restarts: 0,
  waitingPackets: 0,
  overflowed: 0,
  quarantined: undefined,
  names: undefined,
  interfaces: undefined,
  rows: undefined,
  ...changes,
});

const report = (minute: number, exporters: Exporter[], rest: Partial<FlowReport> = {}): FlowReport => ({
  atMs: START_MS + minute * MINUTE_MS,
  sockets: [{ host: '0.0.0.0', port: 2_055, receiveBufferBytes: 425_984 }],
  receiveDrops: 0,
  exporters,
  waiting: [],
  notAllowed: [],
  restarts: 0,
  ...rest,
});

const setUp = (platform: NodeJS.Platform = 'linux') => {
  const observations = createObservationHub((error) => {
    throw error;
  });
  const speeds: ReadonlyMap<string, ReadonlyMap<number, number>>[] = [];
  const health = createFlowExporterHealth({
    observations,
    resolve: (address) => ({ deviceId: `router at ${address}` }),
    device: (id) => (id === 'router at 192.0.2.1' ? { name: 'core', kind: 'router' } : undefined),
    interfaceName: (_id, index) => (index === 3 ? 'ether3' : undefined),
    setSpeeds: (told) => speeds.push(told),
    wantedBufferBytes: 8_388_608,
    section: () => ({ exporters: ['192.0.2.0/24'], sampling: { '192.0.2.1': 10 } }),
    platform,
  });
  const counters = (minute: number, rxBytes: number, txBytes = 0) =>
    observations.publish('router at 192.0.2.1', START_MS + minute * MINUTE_MS, {
      kind: 'interfaces',
      source: 'interface',
      rows: [{ index: 3, name: 'ether3', rxBytes, txBytes, speedBps: 1_000_000_000 }],
    });
  return { health, counters, speeds };
};

const carried = (inBytes: number, outBytes = 0) =>
  exporter({
    interfaces: {
      indexes: Uint32Array.of(3),
      inBytes: Float64Array.of(inBytes),
      outBytes: Float64Array.of(outBytes),
    },
  });

const losing = (minute: number, lost: number) =>
  report(minute, [
    exporter({ versions: [{ version: 9, packets: 1_000 * (minute + 1), records: 1 }], lost: [['packets', lost]] }),
  ]);

describe('an exporter', () => {
  it('has its device, its rates of the last minute and its loss of the last quarter of an hour', () => {
    const { health } = setUp();
    health.tell(report(0, [exporter()]));
    expect(health.list().exporters).toMatchObject([
      { name: 'core', isRouter: true, packets: 100, records: 2_000, packetsPerSecond: null, isSamplingSet: true },
    ]);
    const versions = [{ version: 9 as const, packets: 1_090, records: 20_000 }];
    health.tell(report(1, [exporter({ versions, lost: [['packets', 10]] })]));
    expect(health.list().exporters).toMatchObject([
      // 990 packets came and 10 did not.
      { packetsPerSecond: 16.5, flowsPerSecond: 300, lost: 10, lostUnit: 'packets', lossPercent: 1 },
    ]);
  });

  it('is no longer losing once the last loss is a quarter of an hour old', () => {
    const { health } = setUp();
    for (let minute = 0; minute <= 20; minute++) health.tell(losing(minute, minute > 0 ? 50 : 0));
    expect(health.list().exporters).toMatchObject([{ lost: 50, lossPercent: 0 }]);
  });

  it('that was started anew with the receiver has no negative rates', () => {
    const { health } = setUp();
    health.tell(report(0, [exporter()]));
    health.tell(report(1, [exporter({ versions: [{ version: 9, packets: 3, records: 9 }] })]));
    expect(health.list().exporters).toMatchObject([{ packetsPerSecond: null, lossPercent: null }]);
  });

  it('shows the last record that cannot be true with its interfaces by name', () => {
    const { health } = setUp();
    const quarantined = {
      atMs: START_MS,
      reason: 'too_fast' as const,
      bytes: 1,
      packets: 1,
      durationMs: 0,
      inInterface: 3,
      outInterface: 7,
    };
    health.tell(report(0, [exporter({ quarantined, dropped: [['too_fast', 2]] })]));
    health.tell(
      report(1, [
        exporter({
          quarantined,
          dropped: [
            ['too_fast', 5],
            ['no_template', 9],
          ],
        }),
      ]),
    );
    expect(health.list().exporters).toMatchObject([{ quarantinedLately: 3, quarantined: { interface: 'ether3 → 7' } }]);
  });
});

describe('conversations beyond what is stored', () => {
  it('are told for a quarter of an hour, by the exporter and in one sentence', () => {
    const { health } = setUp();
    health.tell(report(0, [exporter({ overflowed: 5 })]));
    expect(health.problem()).toBeUndefined();
    health.tell(report(1, [exporter({ overflowed: 12 }), exporter({ address: '192.0.2.2' })]));
    expect(health.list().exporters.map(({ overflowedLately }) => overflowedLately)).toEqual([7, 0]);
    expect(health.problem()).toBe(
      'More conversations come of core than are stored in a minute, the rest as a sum; raise netflow.max_conversations.',
    );
    for (let minute = 2; minute <= 20; minute++) health.tell(report(minute, [exporter({ overflowed: 12 })]));
    expect(health.problem()).toBeUndefined();
  });
});

describe('coverage', () => {
  it('is what flows tell of the bytes that the interface counted over the same minutes', () => {
    const { health, counters } = setUp();
    for (let minute = 0; minute <= 5; minute++) {
      counters(minute, 5_000_000 + minute * 1_000_000, minute * 400_000);
      health.tell(report(minute, [carried(minute * 950_000, minute * 300_000)]));
    }
    expect(health.list().exporters[0]?.coverage).toEqual({
      spanMs: 5 * MINUTE_MS,
      percent: 95,
      interfaces: [
        {
          index: 3,
          name: 'ether3',
          flowInBytes: 4_750_000,
          counterInBytes: 5_000_000,
          flowOutBytes: 1_500_000,
          counterOutBytes: 2_000_000,
        },
      ],
    });
  });

  it('is of the last quarter of an hour', () => {
    const { health, counters } = setUp();
    for (let minute = 0; minute <= 40; minute++) {
      counters(minute, minute * 1_000_000);
      // Nothing was told in the first twenty minutes.
      health.tell(report(minute, [carried(Math.max(0, minute - 20) * 1_000_000)]));
    }
    expect(health.list().exporters[0]?.coverage).toMatchObject({ spanMs: 16 * MINUTE_MS, percent: 100 });
  });

  it('begins anew when the counters do', () => {
    const { health, counters } = setUp();
    for (let minute = 0; minute <= 10; minute++) {
      counters(minute, minute < 9 ? minute * 1_000_000 : minute);
      health.tell(report(minute, [carried(minute * 1_000_000)]));
    }
    expect(health.list().exporters[0]?.coverage).toBeNull();
  });

  it.each([
    { name: 'nobody tells counters', until: -1 },
    { name: 'the counters are old', until: 2 },
  ])('is not told where $name', ({ until }) => {
    const { health, counters } = setUp();
    for (let minute = 0; minute <= 10; minute++) {
      if (minute <= until) counters(minute, minute * 1_000_000);
      health.tell(report(minute, [carried(minute * 1_000_000)]));
    }
    expect(health.list().exporters[0]?.coverage).toBeNull();
  });
});

describe('the receiver', () => {
  it('is told what its exporters can carry, once', () => {
    const { health, counters, speeds } = setUp();
    counters(0, 1);
    health.tell(report(0, [exporter()]));
    counters(1, 2);
    health.tell(report(1, [exporter()]));
    expect(speeds).toEqual([new Map([['192.0.2.1', new Map([[3, 1_000_000_000]])]])]);
  });

  it.each([
    { platform: 'linux' as const, bufferCommand: 'sudo sysctl -w net.core.rmem_max=8388608' },
    { platform: 'win32' as const, bufferCommand: null },
  ])('with too small a buffer tells what helps on $platform', ({ platform, bufferCommand }) => {
    const { health } = setUp(platform);
    health.tell(report(0, []));
    health.tell(report(1, [], { receiveDrops: 40 }));
    expect(health.list().receiver).toMatchObject({
      sockets: [{ listen: '0.0.0.0:2055', receiveBufferBytes: 425_984 }],
      drops: 40,
      dropsLately: 40,
      bufferCommand,
    });
  });

  it('lists who is not allowed and who waits', () => {
    const { health } = setUp();
    const sender = { templates: 0, waitingPackets: 4, firstPacketMs: START_MS, lastPacketMs: START_MS };
    health.tell(
      report(0, [], {
        waiting: [{ address: '192.0.2.1', versions: [9], ...sender }],
        notAllowed: [{ address: '203.0.113.1', packets: 2, lastPacketMs: START_MS }],
      }),
    );
    expect(health.list()).toMatchObject({
      waiting: [{ address: '192.0.2.1', name: 'core', isRouter: true, waitingPackets: 4 }],
      notAllowed: [{ address: '203.0.113.1', packets: 2 }],
      allowed: ['192.0.2.0/24'],
    });
  });

  it('that is switched off has told nothing', () => {
    expect(setUp().health.list()).toMatchObject({ atMs: null, exporters: [], waiting: [] });
  });
});

const fastestAfter = (...polls: InterfaceSeen[]) => {
  const speeds = new FastestSpeeds();
  for (const seen of polls) speeds.tell('core', [seen]);
  return speeds.of('core')?.get(3);
};

describe('the fastest speed of an interface', () => {
  const port = { index: 3, name: 'sfp1', mac: '02:00:00:00:00:01', isRunning: true };
  const GIGABIT = { ...port, speedBps: 1e9 };
  it.each<[string, number | undefined, InterfaceSeen, InterfaceSeen]>([
    ['is kept when the link falls back', 1e9, GIGABIT, { ...port, speedBps: 1e8 }],
    ['is kept while the link is down', 1e9, GIGABIT, { ...port, isRunning: false }],
    ['is forgotten when the link runs at a speed that is not told', undefined, GIGABIT, port],
    ['is that of the port that has the number now', 1e8, GIGABIT, { ...port, mac: '02:00:00:00:00:02', speedBps: 1e8 }],
    ['is forgotten with its number', undefined, GIGABIT, { ...GIGABIT, index: 4 }],
  ])('%s', (_, speedBps, first, next) => {
    expect(fastestAfter(first, next)).toBe(speedBps);
  });
});
