// Linewarden's collector and nfcapd behind one relay: the same datagrams to both.
import { systemClock } from '../../../electron/engine/clock.ts';
import { startFlowCollector } from '../../../electron/engine/collectors/netflow/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { RecordingPresence, RecordingStore } from '../../unit/netflow/recording.ts';
import { pause, startNfcapd, startRelay } from './peers.ts';

type Cleanups = (() => Promise<unknown>)[];

export async function startBoth(cleanups: Cleanups, onPacket?: (packet: Buffer) => void) {
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
  const relay = await startRelay([collector.listening[0]?.port ?? 0, nfcapd.port], onPacket);
  cleanups.push(() => relay.stop());
  return { store, nfcapd, relay };
}

export const ourTotals = (store: RecordingStore) => ({
  flows: store.total('linewarden_flow_records_total'),
  packets: store.total('edge_ipfix_packets_total'),
  bytes: store.total('edge_ipfix_bytes_total'),
});

/** Until a second passes without another record. */
export async function settled(store: RecordingStore): Promise<void> {
  for (let before = -1; before !== ourTotals(store).flows;) {
    before = ourTotals(store).flows;
    await pause(1_000);
  }
}

export const because = (reason: string | undefined): string => (reason === undefined ? '' : ` (skipped: ${reason})`);
