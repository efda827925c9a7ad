// Turns the flow thread's totals into series.
import { Labels } from '../../../../shared/model/labels.ts';
import type { ScrapeBatch } from '../../ingest/index.ts';
import type { MetricAppender, SampleBatch, SeriesRef } from '../../store/metrics/index.ts';
import type { BoundSocket, ExporterTotals, FlushMessage } from './messages.ts';
import { protocolLabel } from './protocols.ts';
import { portOfKey, protocolOfKey } from './totals/index.ts';

/** Who an exporter is, by the device table. */
export type ExporterIdentity = { readonly deviceId: string; readonly edgeId: string; readonly customerId: string };

/** The label of packets whose sender is no exporter: their addresses may be forged, and are not worth a series each. */
const NO_EXPORTER = 'other';
const NOT_BY_EXPORTER = '';

const TRAFFIC = ['bytes', 'packets', 'flows'] as const;
type TrafficRefs = { readonly bytes: SeriesRef; readonly packets: SeriesRef; readonly flows: SeriesRef };

type KnownExporter = {
  edgeId: string;
  customerId: string;
  refs: Map<number, TrafficRefs>;
  /** Keys that this run of the thread has already shown. */
  keys: Set<number>;
};

/**
 * A counter that appears gets a zero at the flush before: the thread was counting then and had counted nothing, so the
 * zero is true, and rate() and increase() see the first traffic of a port. That holds for each run of the thread.
 */
export class FlowSeries {
  readonly #appender: MetricAppender;
  readonly #exporters = new Map<string, KnownExporter>();
  /** Refs of the linewarden_* series by exporter, so that an exporter's go with it. */
  readonly #refs = new Map<string, Map<string, SeriesRef>>();
  /** Counters of this run of the thread. */
  #counters = new Set<SeriesRef>();
  #zeros: SeriesRef[] = [];

  constructor(appender: MetricAppender) {
    this.#appender = appender;
  }

  /** The thread was started anew: its counters begin at zero. */
  threadStarted(): void {
    this.#counters = new Set();
    for (const known of this.#exporters.values()) known.keys = new Set();
  }

  /** Adds all series of one flush to the batch; returns the zeros that go before it, if any. */
  fill(
    batch: ScrapeBatch,
    flush: FlushMessage,
    identities: ReadonlyMap<string, ExporterIdentity | undefined>,
  ): SampleBatch | undefined {
    this.#zeros = [];
    for (const exporter of flush.exporters) {
      this.#addTraffic(batch, exporter, identities.get(exporter.address));
      this.#addOwn(batch, exporter);
    }
    for (const [reason, count] of flush.refused) {
      this.#count(batch, 'linewarden_flow_dropped_total', { exporter: NO_EXPORTER, reason }, count);
    }
    for (const [version, packets] of flush.strangers) {
      const labels = { exporter: NO_EXPORTER, version: String(version) };
      this.#count(batch, 'linewarden_flow_packets_total', labels, packets);
    }
    this.#forgetAllBut(new Set([NO_EXPORTER, NOT_BY_EXPORTER, ...flush.exporters.map(({ address }) => address)]));
    if (this.#zeros.length === 0 || flush.previousMs >= flush.atMs) return undefined;
    return {
      timestampMs: flush.previousMs,
      refs: Uint32Array.from(this.#zeros),
      values: new Float64Array(this.#zeros.length),
    };
  }

  /** The sockets' and the thread's own series. */
  fillCollector(
    batch: ScrapeBatch,
    sockets: readonly BoundSocket[],
    receiveErrors: number | undefined,
    restarts: number,
  ): void {
    for (const { host, port, receiveBufferBytes } of sockets) {
      const listen = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
      batch.add(this.#ref('linewarden_flow_receive_buffer_bytes', { listen }), receiveBufferBytes);
    }
    if (receiveErrors !== undefined) batch.add(this.#ref('linewarden_flow_receive_errors_total', {}), receiveErrors);
    batch.add(this.#ref('linewarden_flow_thread_restarts_total', {}), restarts);
  }

  #addTraffic(batch: ScrapeBatch, { address, rows }: ExporterTotals, identity: ExporterIdentity | undefined): void {
    if (rows === undefined) return;
    const known = this.#known(address, identity);
    rows.keys.forEach((key, row) => {
      let refs = known.refs.get(key);
      if (refs === undefined) {
        refs = this.#trafficRefs(address, known, key);
        known.refs.set(key, refs);
      }
      if (!known.keys.has(key)) {
        known.keys.add(key);
        this.#zeros.push(refs.bytes, refs.packets, refs.flows);
      }
      for (const counter of TRAFFIC) batch.add(refs[counter], rows[counter][row] ?? 0);
    });
  }

  #known(address: string, identity: ExporterIdentity | undefined): KnownExporter {
    const edgeId = identity?.edgeId ?? '';
    const customerId = identity?.customerId ?? '';
    let known = this.#exporters.get(address);
    if (known === undefined) {
      known = { edgeId, customerId, refs: new Map(), keys: new Set() };
      this.#exporters.set(address, known);
    } else if (known.edgeId !== edgeId || known.customerId !== customerId) {
      // Other labels are other series. They go on from the same totals, so they get no zero.
      known.edgeId = edgeId;
      known.customerId = customerId;
      known.refs = new Map();
    }
    return known;
  }

  #trafficRefs(address: string, { edgeId, customerId }: KnownExporter, key: number): TrafficRefs {
    const port = portOfKey(key);
    const labels = {
      edge_id: edgeId,
      customer_id: customerId,
      exporter: address,
      protocol: protocolLabel(protocolOfKey(key)),
      dst_port: port === undefined ? 'other' : String(port),
    };
    return {
      bytes: this.#appender.ref(Labels.of('edge_ipfix_bytes_total', labels)),
      packets: this.#appender.ref(Labels.of('edge_ipfix_packets_total', labels)),
      flows: this.#appender.ref(Labels.of('edge_ipfix_flows_total', labels)),
    };
  }

  #addOwn(batch: ScrapeBatch, totals: ExporterTotals): void {
    const exporter = totals.address;
    for (const { version, packets, records } of totals.versions) {
      const labels = { exporter, version: String(version) };
      this.#count(batch, 'linewarden_flow_packets_total', labels, packets);
      this.#count(batch, 'linewarden_flow_records_total', labels, records);
    }
    for (const [reason, count] of totals.dropped) {
      this.#count(batch, 'linewarden_flow_dropped_total', { exporter, reason }, count);
    }
    for (const [reason, count] of totals.ignored) {
      this.#count(batch, 'linewarden_flow_ignored_total', { exporter, reason }, count);
    }
    for (const [unit, count] of totals.lost) {
      this.#count(batch, 'linewarden_flow_lost_total', { exporter, unit }, count);
    }
    this.#count(batch, 'linewarden_flow_conversations_overflow_total', { exporter }, totals.overflowed);
    batch.add(this.#ref('linewarden_flow_templates', { exporter }), totals.templates);
    batch.add(this.#ref('linewarden_flow_last_packet_timestamp_seconds', { exporter }), totals.lastPacketMs / 1_000);
  }

  #count(batch: ScrapeBatch, name: string, labels: Readonly<Record<string, string>>, value: number): void {
    const ref = this.#ref(name, labels);
    if (!this.#counters.has(ref)) {
      this.#counters.add(ref);
      this.#zeros.push(ref);
    }
    batch.add(ref, value);
  }

  #ref(name: string, labels: Readonly<Record<string, string>>): SeriesRef {
    const owner = labels['exporter'] ?? NOT_BY_EXPORTER;
    let refs = this.#refs.get(owner);
    if (refs === undefined) {
      refs = new Map();
      this.#refs.set(owner, refs);
    }
    const key = `${name} ${Object.values(labels).join(' ')}`;
    let ref = refs.get(key);
    if (ref === undefined) {
      ref = this.#appender.ref(Labels.of(name, labels));
      refs.set(key, ref);
    }
    return ref;
  }

  #forgetAllBut(owners: ReadonlySet<string>): void {
    for (const address of this.#exporters.keys()) if (!owners.has(address)) this.#exporters.delete(address);
    for (const [owner, refs] of this.#refs) {
      if (owners.has(owner)) continue;
      for (const ref of refs.values()) this.#counters.delete(ref);
      this.#refs.delete(owner);
    }
  }
}
