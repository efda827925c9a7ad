// The collector as the engine uses it: real sockets, the real thread, a simulated exporter.
import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../electron/engine/clock.ts';
import {
  startFlowCollector,
  type FlowCollector,
  type FlowCollectorOptions,
} from '../../../electron/engine/collectors/netflow/index.ts';
import { runFlowThread, type ThreadRun } from '../../../electron/engine/collectors/netflow/thread-run.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { startFlowExporter, type FlowExporterOptions, type SimulatedFlowExporter } from '../../lab/flows/index.ts';
import { RecordingPresence, RecordingStore, until } from './recording.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function start(overrides: Partial<FlowCollectorOptions> = {}) {
  const store = new RecordingStore();
  const presence = new RecordingPresence();
  const collector = await startFlowCollector({
    listen: [{ host: '127.0.0.1', port: 0 }],
    flushIntervalMs: 100,
    appender: store,
    presence,
    clock: systemClock,
    logger: silentLogger,
    resolveExporter: (address) => ({ deviceId: `device-${address}`, edgeId: 'SN7', customerId: 'acme' }),
    ...overrides,
  });
  cleanups.push(() => collector.stop());
  return { store, presence, collector };
}

async function simulate(
  collector: FlowCollector,
  options: Partial<FlowExporterOptions> = {},
): Promise<SimulatedFlowExporter> {
  const exporter = await startFlowExporter({
    version: 9,
    host: '127.0.0.1',
    port: collector.listening[0]?.port ?? 0,
    flowsPerSecond: 4_000,
    seed: 1,
    ...options,
  });
  cleanups.push(() => exporter.stop());
  return exporter;
}

const everythingArrived = (store: RecordingStore, exporter: SimulatedFlowExporter) =>
  until('all sent records are stored', () => store.total('linewarden_flow_records_total') === exporter.sent.records);

const LABELS = 'customer_id="acme"';
const traffic = (metric: string, protocol: string, port: string, exporter = '127.0.0.1') =>
  `edge_ipfix_${metric}_total{${LABELS},dst_port="${port}",edge_id="SN7",exporter="${exporter}",protocol="${protocol}"}`;

describe.each([5, 9, 10] as const)('an exporter of version %i', (version) => {
  it('is counted to the byte, by protocol and port', async () => {
    const { store, collector } = await start();
    const exporter = await simulate(collector, { version });
    await until('500 records are sent', () => exporter.sent.records >= 500);
    await exporter.stop();
    cleanups.pop();
    await everythingArrived(store, exporter);
    expect(store.total('edge_ipfix_bytes_total')).toBe(exporter.sent.bytes);
    expect(store.total('edge_ipfix_packets_total')).toBe(exporter.sent.flowPackets);
    const https = exporter.sent.byPort.get('6/443');
    expect(https?.bytes).toBeGreaterThan(0);
    expect(store.last(traffic('bytes', 'tcp', '443'))).toBe(https?.bytes);
    expect(store.last(traffic('packets', 'tcp', '443'))).toBe(https?.flowPackets);
    expect(store.last(traffic('packets', 'udp', '53'))).toBe(exporter.sent.byPort.get('17/53')?.flowPackets);
    expect(store.last(`linewarden_flow_packets_total{exporter="127.0.0.1",version="${version}"}`)).toBe(
      exporter.sent.packets,
    );
    const unit = version === 9 ? 'packets' : 'records';
    expect(store.last(`linewarden_flow_lost_total{exporter="127.0.0.1",unit="${unit}"}`)).toBe(0);
    expect(store.total('linewarden_flow_dropped_total')).toBe(0);
    expect(store.last('linewarden_flow_templates{exporter="127.0.0.1"}')).toBe(version === 5 ? 0 : 2);
    expect(collector.exporters()).toMatchObject([{ fields: version === 5 ? 0 : 13, samplingRatio: 1 }]);
    expect(collector.waiting()).toEqual([]);
  });

  it('that samples is scaled up', async () => {
    const { store, collector } = await start();
    const exporter = await simulate(collector, { version, samplingInterval: 10 });
    await until('100 records are sent', () => exporter.sent.records >= 100);
    await exporter.stop();
    cleanups.pop();
    await everythingArrived(store, exporter);
    expect(store.total('edge_ipfix_bytes_total')).toBe(exporter.sent.bytes);
    expect(collector.exporters()).toMatchObject([{ samplingRatio: 10 }]);
  });

  it('that loses packets and restarts shows the loss alone', async () => {
    const { store, collector } = await start();
    const exporter = await simulate(collector, { version });
    await until('200 records are sent', () => exporter.sent.records >= 200);
    exporter.skip(3);
    await until('three packets are lost and others follow', () => exporter.skipped.packets === 3);
    const before = exporter.sent.records;
    await until('the exporter goes on', () => exporter.sent.records >= before + 200);
    exporter.restart();
    await until('it goes on after its restart', () => exporter.sent.records >= before + 400);
    await exporter.stop();
    cleanups.pop();
    await everythingArrived(store, exporter);
    const expected = version === 9 ? exporter.skipped.packets : exporter.skipped.records;
    await until('the loss is settled', () => store.total('linewarden_flow_lost_total') > 0);
    expect(store.total('linewarden_flow_lost_total')).toBe(expected);
    expect(collector.exporters()).toMatchObject([{ lost: expected, dropped: 0 }]);
  });
});

describe('a sender whose template is not known', () => {
  it('is told of as waiting, and is no exporter', async () => {
    const { collector } = await start();
    const socket = createSocket('udp4');
    cleanups.push(() => new Promise((resolve) => socket.close(() => resolve(undefined))));
    // RFC 3954: version 9, one set of template 300 with eight bytes of data.
    const packet = Buffer.alloc(32);
    packet.writeUInt16BE(9, 0);
    packet.writeUInt16BE(1, 2);
    packet.writeUInt32BE(Math.floor(Date.now() / 1_000), 8);
    packet.writeUInt16BE(300, 20);
    packet.writeUInt16BE(12, 22);
    socket.send(packet, collector.listening[0]?.port ?? 0, '127.0.0.1');
    await until('it is told of', () => collector.waiting().length === 1);
    expect(collector.waiting()).toMatchObject([{ address: '127.0.0.1', versions: [9], templates: 0 }]);
    expect(collector.exporters()).toEqual([]);
  });
});

describe('the series of a port', () => {
  it('begin with a zero one flush before their first value', async () => {
    const { store, collector } = await start();
    const exporter = await simulate(collector);
    await until('HTTPS is stored', () => store.last(traffic('bytes', 'tcp', '443')) !== undefined);
    const [zero, first] = store.series.get(traffic('bytes', 'tcp', '443')) ?? [];
    expect(zero?.value).toBe(0);
    expect(first?.value).toBeGreaterThan(0);
    expect(zero?.timeMs).toBeLessThan(first?.timeMs ?? 0);
    expect(exporter.sent.records).toBeGreaterThan(0);
  });

  it('have no edge_id and customer_id where nobody knows them', async () => {
    const { store, collector } = await start({ resolveExporter: () => undefined });
    await simulate(collector);
    await until('HTTPS is stored', () => store.total('edge_ipfix_bytes_total') > 0);
    expect([...store.series.keys()].filter((name) => name.includes('"443"') && name.includes('bytes'))).toContain(
      'edge_ipfix_bytes_total{dst_port="443",exporter="127.0.0.1",protocol="tcp"}',
    );
  });

  it('are capped into dst_port="other"', async () => {
    const { store, collector } = await start({ maxPortsPerExporter: 2 });
    const exporter = await simulate(collector);
    await until('300 records are sent', () => exporter.sent.records >= 300);
    await exporter.stop();
    cleanups.pop();
    await everythingArrived(store, exporter);
    const ports = [...store.series.keys()].filter((name) => name.startsWith('edge_ipfix_bytes_total{'));
    expect(ports.filter((name) => !name.includes('dst_port="other"'))).toHaveLength(2);
    expect(store.total('edge_ipfix_bytes_total')).toBe(exporter.sent.bytes);
  });
});

describe('presence', () => {
  it('has an exporter seen and alive while packets come, and no longer', async () => {
    const { store, presence, collector } = await start();
    const found: string[] = [];
    collector.onExporter((address) => found.push(address));
    const exporter = await simulate(collector);
    await until('telemetry is told', () => (presence.telemetryAt.get('device-127.0.0.1')?.length ?? 0) >= 2);
    await exporter.stop();
    cleanups.pop();
    await everythingArrived(store, exporter);
    await new Promise((resolve) => setTimeout(resolve, 250));
    const seen = presence.seenAt.get('device-127.0.0.1')?.length;
    const alive = presence.telemetryAt.get('device-127.0.0.1')?.length;
    const heard = 'linewarden_flow_last_packet_timestamp_seconds{exporter="127.0.0.1"}';
    const samples = store.series.get(heard)?.length ?? 0;
    await until('five more flushes', () => (store.series.get(heard)?.length ?? 0) >= samples + 5);
    expect(presence.seenAt.get('device-127.0.0.1')).toHaveLength(seen ?? -1);
    expect(presence.telemetryAt.get('device-127.0.0.1')).toHaveLength(alive ?? -1);
    // Its counters stay, flat, so that a rule can say that it is silent.
    expect(store.last(traffic('bytes', 'tcp', '443'))).toBe(exporter.sent.byPort.get('6/443')?.bytes);
    expect(found).toEqual(['127.0.0.1']);
    expect((collector.exporters()[0]?.lastPacketMs ?? 0) / 1_000).toBe(store.last(heard));
  });

  it('tells no telemetry that is not committed, and catches up', async () => {
    const { store, presence, collector } = await start();
    store.failure = new Error('disk full');
    const exporter = await simulate(collector);
    await until('the exporter is seen', () => presence.seenAt.has('device-127.0.0.1'));
    await until('100 records are sent', () => exporter.sent.records >= 100);
    expect(presence.telemetryAt.size).toBe(0);
    store.failure = undefined;
    await until('telemetry is told', () => presence.telemetryAt.has('device-127.0.0.1'));
  });

  it.runIf(process.platform === 'linux')('tells two exporters on one port apart by their addresses', async () => {
    const { store, collector } = await start();
    const first = await simulate(collector, { bindAddress: '127.0.0.11' });
    const second = await simulate(collector, { bindAddress: '127.0.0.12', version: 10, seed: 2 });
    await until('both are known', () => collector.exporters().length === 2);
    await Promise.all([first.stop(), second.stop()]);
    cleanups.splice(-2);
    const stored = () => [
      store.last('linewarden_flow_records_total{exporter="127.0.0.11",version="9"}'),
      store.last('linewarden_flow_records_total{exporter="127.0.0.12",version="10"}'),
    ];
    const sent = [first.sent.records, second.sent.records];
    await until('all is stored', () => stored().every((records, i) => records === sent[i]));
    expect(stored()).toEqual(sent);
    const https = ['127.0.0.11', '127.0.0.12'].map((address) => store.last(traffic('bytes', 'tcp', '443', address)));
    expect(https).toEqual([first, second].map((exporter) => exporter.sent.byPort.get('6/443')?.bytes));
  });
});

describe('a crash of the flow thread', () => {
  it('is over in a moment: the same port is open again, and the counters begin anew from zero', async () => {
    const runs: ThreadRun[] = [];
    const { store, collector } = await start({
      runThread: async (settings, handlers) => {
        const run = await runFlowThread(settings, handlers);
        runs.push(run);
        return run;
      },
    });
    const exporter = await simulate(collector, { templateIntervalMs: 200 });
    const records = 'linewarden_flow_records_total{exporter="127.0.0.1",version="9"}';
    await until('records are stored', () => (store.last(records) ?? 0) > 0);
    expect(store.last('linewarden_flow_thread_restarts_total{}')).toBe(0);
    await runs[0]?.kill();
    await until('the restart is counted', () => store.last('linewarden_flow_thread_restarts_total{}') === 1);
    await until('records are stored again', () => runs.length === 2 && (store.last(records) ?? 0) > 0);
    // Until the exporter has given a record to the new thread, its series may have ended: that marker is no count.
    const values = (store.series.get(records) ?? []).map(({ value }) => value).filter((value) => !Number.isNaN(value));
    expect(values.findIndex((value, i) => value === 0 && (values[i - 1] ?? 0) > 0)).toBeGreaterThan(0);
    expect(runs[1]?.sockets[0]?.port).toBe(collector.listening[0]?.port);
    expect(exporter.sent.records).toBeGreaterThan(0);
  });

  it('while stopping does no harm', async () => {
    const runs: ThreadRun[] = [];
    const { collector } = await start({
      runThread: async (settings, handlers) => {
        const run = await runFlowThread(settings, handlers);
        runs.push(run);
        return run;
      },
    });
    await Promise.all([runs[0]?.kill(), collector.stop()]);
    expect(runs).toHaveLength(1);
  });
});

describe('listening', () => {
  it('says which port is in use', async () => {
    const other = createSocket('udp4');
    await new Promise<void>((resolve) => other.bind(0, '127.0.0.1', resolve));
    cleanups.push(() => new Promise<void>((resolve) => other.close(() => resolve())));
    const { port } = other.address();
    await expect(start({ listen: [{ host: '127.0.0.1', port }] })).rejects.toMatchObject({
      code: 'LW_NETFLOW_PORT_IN_USE',
      message: `Flows cannot be received: UDP 127.0.0.1:${port} is already in use.`,
    });
  });

  it('says when the address is none of this machine', async () => {
    await expect(start({ listen: [{ host: '192.0.2.200', port: 0 }] })).rejects.toMatchObject({
      code: 'LW_NETFLOW_ADDRESS',
    });
  });

  it('is possible on several addresses, each with its receive buffer', async () => {
    const { store, collector } = await start({
      listen: [
        { host: '127.0.0.1', port: 0 },
        { host: '127.0.0.1', port: 0 },
      ],
    });
    const [first, second] = collector.listening;
    expect(first?.port).not.toBe(second?.port);
    const name = `linewarden_flow_receive_buffer_bytes{listen="127.0.0.1:${second?.port}"}`;
    await until('the buffer is stored', () => store.last(name) !== undefined);
    expect(store.last(name)).toBeGreaterThan(0);
  });

  it('ends with stop: the port is free again and the last totals are stored', async () => {
    const { store, collector } = await start({ flushIntervalMs: 60_000 });
    const exporter = await simulate(collector);
    await until('100 records are sent', () => exporter.sent.records >= 100);
    await exporter.stop();
    cleanups.pop();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const [endpoint] = collector.listening;
    await collector.stop();
    expect(store.total('linewarden_flow_records_total')).toBe(exporter.sent.records);
    const again = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      again.once('error', reject);
      again.bind(endpoint?.port, '127.0.0.1', resolve);
    });
    again.close();
  });
});
