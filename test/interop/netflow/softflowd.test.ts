// softflowd, a real exporter, measures real traffic on loopback; nfcapd and nfdump, a real collector, see the same packets.
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../electron/engine/clock.ts';
import { startFlowCollector } from '../../../electron/engine/collectors/netflow/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { startFlowExporter } from '../../lab/flows/index.ts';
import { RecordingPresence, RecordingStore, until } from '../../unit/netflow/recording.ts';
import { missing, noise, pause, startNfcapd, startRelay, startSoftflowd, transfer } from './peers.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function startBoth() {
  const store = new RecordingStore();
  const collector = await startFlowCollector({
    listen: [{ host: '127.0.0.1', port: 0 }],
    flushIntervalMs: 200,
    appender: store,
    presence: new RecordingPresence(),
    clock: systemClock,
    logger: silentLogger,
    resolveExporter: () => undefined,
  });
  cleanups.push(() => collector.stop());
  const nfcapd = await startNfcapd();
  cleanups.push(() => nfcapd.stop());
  const relay = await startRelay([collector.listening[0]?.port ?? 0, nfcapd.port]);
  cleanups.push(() => relay.stop());
  return { store, nfcapd, relay };
}

const ourTotals = (store: RecordingStore) => ({
  flows: store.total('linewarden_flow_records_total'),
  packets: store.total('edge_ipfix_packets_total'),
  bytes: store.total('edge_ipfix_bytes_total'),
});

/** Until a second passes without another record. */
async function settled(store: RecordingStore): Promise<void> {
  for (let before = -1; before !== ourTotals(store).flows;) {
    before = ourTotals(store).flows;
    await pause(1_000);
  }
}

const skipSoftflowd = missing(['softflowd', 'softflowctl', 'nfcapd', 'nfdump'], { root: true });
const because = (reason: string | undefined): string => (reason === undefined ? '' : ` (skipped: ${reason})`);

describe.skipIf(skipSoftflowd !== undefined)(`softflowd on loopback${because(skipSoftflowd)}`, () => {
  it.each([5, 9, 10] as const)(
    'version %i: a TCP transfer appears under its port, and nfdump agrees',
    async (version) => {
      const { store, nfcapd, relay } = await startBoth();
      const softflowd = await startSoftflowd({ version, port: relay.port });
      cleanups.push(() => softflowd.stop());
      await pause(300);
      const payload = 1_234_567;
      const dstPort = await transfer(payload);
      await noise();
      await pause(500);
      expect(await softflowd.packetsSeen()).toBeGreaterThan(10);
      await softflowd.expire();

      const of = (metric: string, port: number) =>
        store.last(`edge_ipfix_${metric}_total{dst_port="${port}",exporter="127.0.0.1",protocol="tcp"}`);
      await until('the transfer is stored', () => of('bytes', dstPort) !== undefined);
      await softflowd.stop();
      await settled(store);
      const bytes = of('bytes', dstPort) ?? 0;
      const packets = of('packets', dstPort) ?? 0;
      // Beside the payload, each packet has an IP and a TCP header of 20 bytes each, and up to 40 of options.
      expect(bytes).toBeGreaterThanOrEqual(payload + packets * 40);
      expect(bytes).toBeLessThanOrEqual(payload + packets * 80);
      expect(of('flows', dstPort)).toBe(1);
      expect(store.total('linewarden_flow_dropped_total')).toBe(0);
      expect(store.total('linewarden_flow_lost_total')).toBe(0);
      expect(await nfcapd.totals()).toEqual(ourTotals(store));
    },
  );
});

const skipNfcapd = missing(['nfcapd', 'nfdump'], { root: false });

describe.skipIf(skipNfcapd !== undefined)(`nfdump and the simulated exporter${because(skipNfcapd)}`, () => {
  it.each([5, 9, 10] as const)('version %i: both collectors agree with what was sent', async (version) => {
    const { store, nfcapd, relay } = await startBoth();
    const exporter = await startFlowExporter({
      version,
      host: '127.0.0.1',
      port: relay.port,
      flowsPerSecond: 3_000,
      seed: 5,
    });
    await until('2000 records are sent', () => exporter.sent.records >= 2_000);
    await exporter.stop();
    await until('all is stored', () => ourTotals(store).flows === exporter.sent.records);
    const { records, flowPackets, bytes } = exporter.sent;
    expect(ourTotals(store)).toEqual({ flows: records, packets: flowPackets, bytes });
    expect(await nfcapd.totals()).toEqual({ flows: records, packets: flowPackets, bytes });
  });
});
