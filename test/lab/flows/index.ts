// A simulated flow exporter on UDP: deterministic traffic, templates, sequence numbers, loss and restarts on demand.
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { conversations, type SimFlow } from './conversations.ts';
import { FlowPacketEncoder, RECORDS_PER_PACKET, type SimVersion } from './encoder.ts';

export type FlowExporterOptions = {
  readonly version: SimVersion;
  readonly host: string;
  readonly port: number;
  /** Source address, e.g. 127.0.0.11: Linux lets any of 127/8 be bound. */
  readonly bindAddress?: string;
  readonly flowsPerSecond: number;
  readonly seed: number;
  readonly domain?: number;
  readonly samplingInterval?: number;
  /** Templates are sent this often; RouterOS: each 20 packets or 30 minutes. */
  readonly templateIntervalMs?: number;
  readonly ipv6?: boolean;
  /** Instead of what is made up from the seed. */
  readonly traffic?: Generator<SimFlow, never>;
  /** Tells addresses after translation. */
  readonly nat?: boolean;
};

export type SentTotals = {
  /** UDP packets, template packets included. */
  packets: number;
  records: number;
  /** Traffic, with sampling scaled up. */
  bytes: number;
  flowPackets: number;
  /** Traffic by "protocol/dst_port", e.g. "6/443". */
  readonly byPort: Map<string, { bytes: number; flowPackets: number; records: number }>;
};

export type SimulatedFlowExporter = {
  readonly sent: SentTotals;
  /** Left out on purpose: the sequence numbers count them, the collector never sees them. */
  readonly skipped: { packets: number; records: number };
  /** The next n data packets get lost on the way. */
  skip(packets: number): void;
  /** Reboots: uptime and numbering from zero, templates first. */
  restart(): void;
  stop(): Promise<void>;
};

const TICK_MS = 50;
const MAX_PACKETS_PER_TICK = 2_000;

export async function startFlowExporter(options: FlowExporterOptions): Promise<SimulatedFlowExporter> {
  const { version, host, port, flowsPerSecond } = options;
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, options.bindAddress, resolve);
  });
  // Nobody listening yet shows as ECONNREFUSED; an exporter does not care.
  socket.removeAllListeners('error').on('error', () => {});

  const startMs = Date.now();
  const encoder = new FlowPacketEncoder({
    version,
    bootMs: startMs,
    ...(options.domain === undefined ? {} : { domain: options.domain }),
    ...(options.samplingInterval === undefined ? {} : { samplingInterval: options.samplingInterval }),
    ...(options.nat === undefined ? {} : { nat: options.nat }),
  });
  const flows = options.traffic ?? conversations({ seed: options.seed, ipv6: options.ipv6 ?? version !== 5 });
  const sent: SentTotals = { packets: 0, records: 0, bytes: 0, flowPackets: 0, byPort: new Map() };
  const skipped = { packets: 0, records: 0 };
  const templateIntervalMs = options.templateIntervalMs ?? 20_000;
  let toSkip = 0;
  let nextTemplateMs = 0;
  let generated = 0;

  const send = (packet: Uint8Array): void => socket.send(packet, port, host);

  const sendTemplates = (nowMs: number): void => {
    nextTemplateMs = nowMs + templateIntervalMs;
    const packet = encoder.templates(nowMs);
    if (packet === undefined) return;
    sent.packets++;
    send(packet);
  };

  const sendData = (records: readonly SimFlow[], nowMs: number): void => {
    const packet = encoder.data(records, nowMs);
    if (toSkip > 0) {
      toSkip--;
      skipped.packets++;
      skipped.records += records.length;
      return;
    }
    sent.packets++;
    for (const record of records) addTo(sent, record, options.samplingInterval ?? 1);
    send(packet);
  };

  const timer = setInterval(() => {
    const nowMs = Date.now();
    if (nowMs >= nextTemplateMs) sendTemplates(nowMs);
    let due = Math.floor(((nowMs - startMs) * flowsPerSecond) / 1_000) - generated;
    for (let packets = 0; due > 0 && packets < MAX_PACKETS_PER_TICK; packets++) {
      const records = take(flows, Math.min(due, RECORDS_PER_PACKET[version]));
      due -= records.length;
      generated += records.length;
      sendData(records, nowMs);
    }
  }, TICK_MS);

  return {
    sent,
    skipped,
    skip(packets) {
      toSkip += packets;
    },
    restart() {
      const nowMs = Date.now();
      encoder.restart(nowMs);
      sendTemplates(nowMs);
    },
    stop() {
      clearInterval(timer);
      return new Promise((resolve) => socket.close(() => resolve()));
    },
  };
}

const take = (flows: Generator<SimFlow, never>, count: number): SimFlow[] =>
  Array.from({ length: count }, () => flows.next().value);

function addTo(sent: SentTotals, flow: SimFlow, sampling: number): void {
  const bytes = flow.bytes * sampling;
  const flowPackets = flow.packets * sampling;
  sent.records++;
  sent.bytes += bytes;
  sent.flowPackets += flowPackets;
  const key = `${flow.protocol}/${flow.dstPort}`;
  const port = sent.byPort.get(key) ?? { bytes: 0, flowPackets: 0, records: 0 };
  port.bytes += bytes;
  port.flowPackets += flowPackets;
  port.records++;
  sent.byPort.set(key, port);
}
