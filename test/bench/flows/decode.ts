// Flows decoded per second in this process, per version: alone, with the sums by port and distinct flows, and with conversations too.
import { FlowConversations } from '../../../electron/engine/collectors/netflow/conversations/index.ts';
import { FlowDecoder, type FlowSink } from '../../../electron/engine/collectors/netflow/decoder/index.ts';
import { FlowTotals } from '../../../electron/engine/collectors/netflow/totals/index.ts';
import { conversations } from '../../lab/flows/conversations.ts';
import { FlowPacketEncoder, RECORDS_PER_PACKET, type SimVersion } from '../../lab/flows/encoder.ts';

const PACKETS = 2_000;
const MEASURE_MS = 1_000;
const VERSIONS: readonly { version: SimVersion; name: string }[] = [
  { version: 5, name: 'v5' },
  { version: 9, name: 'v9' },
  { version: 10, name: 'ipfix' },
];

export async function decodeBench(
  emit: (line: { name: string; value: number; unit: string; peer?: string; ratio?: number }) => void,
): Promise<void> {
  const nowMs = Date.now();
  for (const { version, name } of VERSIONS) {
    const packets = makePackets(version, nowMs);
    emit({
      name: `flows_decoded_${name}`,
      value: flowsPerSecond(packets, nowMs, new FlowDecoder({ sink: () => {} })),
      unit: 'flows/s',
    });
    const totals = new FlowTotals({ portsPerExporter: 1_000 });
    emit({
      name: `flows_decoded_and_summed_${name}`,
      value: flowsPerSecond(packets, nowMs, new FlowDecoder({ sink: totals.sink })),
      unit: 'flows/s',
    });
    const both = new FlowTotals({ portsPerExporter: 1_000 });
    const stored = new FlowConversations({ onClosed: () => {} });
    const sink: FlowSink = (batch, exporter, context) => {
      both.sink(batch, exporter, context);
      stored.add(batch, exporter, context, both.isNew);
    };
    emit({
      name: `flows_decoded_summed_and_joined_${name}`,
      value: flowsPerSecond(packets, nowMs, new FlowDecoder({ sink })),
      unit: 'flows/s',
    });
    // The figures before are printed while the next ones are measured.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function makePackets(version: SimVersion, nowMs: number): Uint8Array[] {
  const encoder = new FlowPacketEncoder({ version, bootMs: nowMs });
  const flows = conversations({ seed: 1, ipv6: version !== 5 });
  const packets: Uint8Array[] = [];
  const templates = encoder.templates(nowMs);
  if (templates !== undefined) packets.push(templates);
  for (let i = 0; i < PACKETS; i++) {
    const records = Array.from({ length: RECORDS_PER_PACKET[version] }, () => flows.next().value);
    packets.push(encoder.data(records, nowMs));
  }
  return packets;
}

function flowsPerSecond(packets: readonly Uint8Array[], nowMs: number, decoder: FlowDecoder): number {
  const records = (): number => {
    let sum = 0;
    for (const exporter of decoder.exporters.values())
      for (const counts of exporter.versions.values()) sum += counts.records;
    return sum;
  };
  const round = (): void => {
    for (const packet of packets) decoder.decode(packet, '192.0.2.1', 2_055, nowMs);
  };
  // Until the code is compiled.
  for (let i = 0; i < 5; i++) round();
  const before = records();
  const startMs = performance.now();
  while (performance.now() - startMs < MEASURE_MS) round();
  return ((records() - before) * 1_000) / (performance.now() - startMs);
}
