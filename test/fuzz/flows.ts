// Damaged flow packets, real ones and made ones, into everything that reads them in the flow thread.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FlowDecoder, type FlowBatch } from '../../electron/engine/collectors/netflow/decoder/index.ts';
import { LiveMinute } from '../../electron/engine/collectors/netflow/live/index.ts';
import { formatKept, parseKept } from '../../electron/engine/collectors/netflow/kept-file.ts';
import { FlowTotals } from '../../electron/engine/collectors/netflow/totals/index.ts';
import { conversations, seededRandom } from '../lab/flows/conversations.ts';
import { FlowPacketEncoder } from '../lab/flows/encoder.ts';
import {
  Bytes,
  ipfixMessage,
  ipfixOptions,
  ipfixTemplates,
  set,
  v9Options,
  v9Packet,
  VARIABLE,
} from '../lab/flows/wire.ts';

const LIMITS = {
  maxTemplates: 64,
  maxTemplatesPerExporter: 32,
  maxPendingBytes: 65_536,
  maxExporters: 4,
  maxDomainsPerExporter: 8,
};
const START_MS = Date.UTC(2026, 10, 21, 20);
const SWEEP_EVERY = 1_000;

/** softflowd's and nfprobe's own packets of the three versions, and of biflows: `program version base64` a line. */
export function realPackets(): Uint8Array[] {
  const file = path.resolve(import.meta.dirname, '../fixtures/netflow-exporters.txt');
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => Uint8Array.from(Buffer.from(line.split(' ')[2] ?? '', 'base64')));
}

/** With what real ones lack: IPv6, sampling, the 22 fields of RouterOS. */
function madePackets(): Uint8Array[] {
  return ([5, 9, 10] as const).flatMap((version) => {
    const encoder = new FlowPacketEncoder({ version, bootMs: START_MS, samplingInterval: 10 });
    const flows = conversations({ seed: version, ipv6: version !== 5 });
    const data = Array.from({ length: 3 }, () =>
      encoder.data(
        Array.from({ length: 8 }, () => flows.next().value),
        START_MS,
      ),
    );
    return [...[encoder.templates(START_MS)].filter((packet) => packet !== undefined), ...data];
  });
}

const ipfix = (...sets: Uint8Array[]) =>
  ipfixMessage({ exportSeconds: START_MS / 1_000, sequence: 0, domain: 0 }, sets);
const v9 = (...sets: Uint8Array[]) =>
  v9Packet({ count: 1, uptimeMs: 1_000, unixSeconds: START_MS / 1_000, sequence: 0, sourceId: 0 }, sets);

/** Variable lengths, enterprise fields, and all that options tell. */
function oddPackets(): Uint8Array[] {
  const text = new Bytes().variable(Buffer.from('ether1'));
  return [
    v9(v9Options({ id: 300, scope: [[1, 4]], fields: [[34, 4]] }), set(300, new Bytes().uint(0, 4).uint(10, 4).done())),
    ipfix(
      ipfixTemplates({
        id: 400,
        fields: [
          [82, VARIABLE],
          [1, 8, 9],
          [1, 4],
        ],
      }),
      set(400, text.uint(1, 8).uint(9, 4).done()),
    ),
    ipfix(
      ipfixOptions({
        id: 401,
        scope: [[10, 4]],
        fields: [
          [82, VARIABLE],
          [305, 4],
        ],
      }),
      set(401, new Bytes().uint(3, 4).variable(Buffer.from('x')).uint(9, 4).done()),
    ),
    ipfix(
      ipfixOptions({ id: 402, scope: [[95, 4]], fields: [[96, 24]] }),
      set(402, new Bytes().uint(0x0d00_0001, 4).raw(new Uint8Array(24).fill(0x61)).done()),
    ),
  ];
}

/** What was read, and the first thing that is not as it has to be. */
export type FuzzOutcome = { readonly rows: number; readonly fault: string | undefined };

/** The same packets for the same seed. A throw goes through: it is what is looked for. */
export function fuzzFlows(count: number, seed: number): FuzzOutcome {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const corpus = [...realPackets(), ...madePackets(), ...oddPackets()];
  const pick = (): Uint8Array => corpus[below(corpus.length)] ?? new Uint8Array();
  const totals = new FlowTotals({ portsPerExporter: 50 });
  const live = new LiveMinute(START_MS);
  let rows = 0;
  let fault: string | undefined;
  const decoder = new FlowDecoder({
    limits: LIMITS,
    sink(batch, exporter, context) {
      rows += batch.rows;
      fault ??= faultOf(batch);
      totals.sink(batch, exporter, context);
      live.add(batch, exporter, context);
    },
  });
  for (let i = 0; i < count && fault === undefined; i++) {
    const nowMs = START_MS + i;
    decoder.decode(damaged(pick, random, below), `192.0.2.${below(6)}`, below(3), nowMs);
    if (i % SWEEP_EVERY !== 0) continue;
    decoder.sweep(nowMs);
    for (const exporter of decoder.proven()) totals.flush(exporter);
    totals.retain(new Set(decoder.exporters.values()));
    live.snapshot(nowMs);
    parseKept(formatKept(decoder.keep()), nowMs);
    fault ??= stateFault(decoder);
  }
  return { rows, fault: fault ?? stateFault(decoder) };
}

function damaged(pick: () => Uint8Array, random: () => number, below: (limit: number) => number): Uint8Array {
  let packet = Uint8Array.from(pick());
  // The end of another packet behind it, or a part of itself twice.
  if (random() < 0.15) packet = joined(packet, random() < 0.5 ? pick() : packet, below);
  for (let flips = below(6); flips > 0; flips--) packet[below(packet.length)] = random() < 0.3 ? 0xff : below(256);
  // Damage where it hurts most: lengths and counts near the front, and words of zeros or ones anywhere.
  if (random() < 0.3) packet[2 + below(Math.min(60, packet.length - 2))] = below(256);
  if (random() < 0.1) {
    const at = below(packet.length);
    packet.fill(random() < 0.5 ? 0 : 0xff, at, at + 4);
  }
  if (random() < 0.1) packet.copyWithin(below(packet.length), below(packet.length), packet.length);
  return random() < 0.2 ? packet.subarray(0, below(packet.length + 1)) : packet;
}

function joined(one: Uint8Array, other: Uint8Array, below: (limit: number) => number): Uint8Array<ArrayBuffer> {
  const tail = other.subarray(below(other.length));
  const packet = new Uint8Array(Math.min(one.length + tail.length, 65_507));
  packet.set(one);
  packet.set(tail.subarray(0, packet.length - one.length), one.length);
  return packet;
}

function faultOf({ rows, bytes, packets, firstMs, lastMs, sampling }: FlowBatch): string | undefined {
  for (let row = 0; row < rows; row++) {
    const [first = 0, last = 0] = [firstMs[row], lastMs[row]];
    if (!((bytes[row] ?? -1) >= 0 && (packets[row] ?? -1) >= 0))
      return `row with ${bytes[row]} bytes, ${packets[row]} packets`;
    if (!Number.isFinite((bytes[row] ?? 0) + (packets[row] ?? 0))) return 'endless counters';
    if (!(first <= last && Number.isFinite(first + last))) return `row from ${first} to ${last}`;
    if (!((sampling[row] ?? 0) >= 1)) return `sampling of ${sampling[row]}`;
  }
  return undefined;
}

function stateFault(decoder: FlowDecoder): string | undefined {
  const { exporters, templates, pendingBytes } = decoder.state;
  if (exporters > LIMITS.maxExporters) return `${exporters} exporters`;
  if (templates > LIMITS.maxTemplates) return `${templates} templates`;
  if (pendingBytes > LIMITS.maxPendingBytes) return `${pendingBytes} bytes pending`;
  for (const { domains, pending, templates: own } of decoder.exporters.values()) {
    if (domains.size > LIMITS.maxDomainsPerExporter) return `${domains.size} domains`;
    if (pending.length > 64) return `${pending.length} packets pending`;
    const inDomains = [...domains.values()].reduce((sum, domain) => sum + domain.templates.size, 0);
    if (inDomains !== own.size) return `${inDomains} templates in domains, ${own.size} of the exporter`;
  }
  return undefined;
}
