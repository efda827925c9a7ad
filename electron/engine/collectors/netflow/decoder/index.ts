// NetFlow v5, v9 and IPFIX packets to columns of flow records. Pure: no socket, no clock; whatever bytes come, it never
// throws, never hangs and never grows past its limits.
import { Domain, Exporter, type DropReason, type FlowVersion } from './exporter.ts';
import { keptOf, restoreDomain, restoreNames, type KeptDomain, type KeptExporter } from './kept.ts';
import { readHeader, type PacketContext, type PacketHeader } from './packet.ts';
import { PendingQueues, type PendingLimits, type WaitingSet } from './pending.ts';
import type { UnreadColumn } from './plan.ts';
import { RecordReader, type FlowSink } from './records.ts';
import { TemplateCache, type TemplateLimits } from './template-cache.ts';
import { parseTemplate } from './template.ts';

export { BATCH_ROWS, type FlowBatch } from './batch.ts';
export type { DropReason, Exporter, FlowVersion, IgnoreReason, Quarantined } from './exporter.ts';
export type { KeptDomain, KeptExporter } from './kept.ts';
export type { PacketContext } from './packet.ts';
export type { FlowSink } from './records.ts';
export type { SequenceUnit } from './sequence.ts';
export type { ToldApplication, ToldInterface } from './told-names.ts';

export type DecoderLimits = TemplateLimits &
  PendingLimits & {
    readonly maxExporters: number;
    readonly maxDomainsPerExporter: number;
    /** An exporter this long silent makes room for a new one when all places are taken. */
    readonly exporterIdleMs: number;
  };

export const DEFAULT_LIMITS: DecoderLimits = {
  maxExporters: 1_000,
  maxDomainsPerExporter: 64,
  exporterIdleMs: 3_600_000,
  maxTemplatesPerExporter: 256,
  maxTemplates: 4_096,
  templateIdleMs: 3_600_000,
  maxPendingPackets: 64,
  maxPendingBytesPerExporter: 262_144,
  maxPendingBytes: 16_777_216,
  pendingWaitMs: 120_000,
};

export type DecoderOptions = {
  readonly sink: FlowSink;
  readonly limits?: Partial<DecoderLimits>;
  /** Columns that the sink does not look at: in records of one length they are left zeros. */
  readonly unread?: readonly UnreadColumn[];
  /** Sampling factors by exporter address that win over what the exporters say. */
  readonly sampling?: Readonly<Record<string, number>>;
  /** What was kept of a run before; templates that nobody used for a week are left out. */
  readonly kept?: readonly KeptExporter[];
  /** Where only some senders are to be stored: false for the others, which are listed and not read. */
  readonly isAllowed?: ((address: string) => boolean) | undefined;
};

/** A sender that is not to be stored. */
export type Refused = { readonly address: string; readonly packets: number; readonly lastPacketMs: number };

const MAX_REFUSED = 200;

/** How long to wait after a vain search for an exporter to evict: a flood of forged sources must stay cheap. */
const EVICTION_PAUSE_MS = 1_000;

export class FlowDecoder {
  readonly exporters = new Map<string, Exporter>();
  /** Packets of addresses that are no exporter: no known header, or no place left. */
  readonly refused = new Map<DropReason, number>();
  /** Packets of senders that gave no data record in time. */
  readonly strangers = new Map<FlowVersion, number>();
  /** Exporters without a data record so far, the one that came first in front: whoever forges addresses makes many. */
  readonly #unproven = new Set<Exporter>();
  readonly #limits: DecoderLimits;
  readonly #sampling: ReadonlyMap<string, number>;
  readonly #templates: TemplateCache;
  readonly #pending: PendingQueues;
  readonly #records: RecordReader;
  /** Of a run before, until their first packet comes. */
  readonly #kept: Map<string, KeptExporter>;
  readonly #keptDomains = new Map<string, Map<number, KeptDomain>>();
  readonly #isAllowed: ((address: string) => boolean) | undefined;
  readonly #notAllowed = new Map<string, Refused>();
  #speeds: ReadonlyMap<string, ReadonlyMap<number, number>> = new Map();
  #packets = 0;
  #exporterSerial = 0;
  #nextEvictionMs = 0;

  constructor({ sink, limits, unread, sampling, kept = [], isAllowed }: DecoderOptions) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#sampling = new Map(Object.entries(sampling ?? {}));
    this.#templates = new TemplateCache(this.#limits);
    this.#pending = new PendingQueues(this.#limits);
    this.#records = new RecordReader(sink, unread);
    this.#kept = new Map(kept.slice(0, this.#limits.maxExporters).map((one) => [one.address, one]));
    this.#isAllowed = isAllowed;
  }

  /** Bounded state, for tests and for the collector's own metrics. */
  get state(): { exporters: number; templates: number; pendingBytes: number } {
    return { exporters: this.exporters.size, templates: this.#templates.size, pendingBytes: this.#pending.bytes };
  }

  /** Goes up when what `keep` gives is another. */
  get revision(): number {
    let revision = this.#templates.revision;
    for (const { names } of this.exporters.values()) revision += names.revision;
    return revision;
  }

  /** For the next run: what is known of those that gave data records, and of those of the run before not heard yet. */
  keep(): KeptExporter[] {
    const heard = this.proven().flatMap(
      (exporter) => keptOf(exporter, this.#keptDomains.get(exporter.address)?.values()) ?? [],
    );
    return [...heard, ...this.#kept.values()].slice(0, this.#limits.maxExporters);
  }

  /** Senders that are not allowed, the latest so many. */
  get notAllowed(): readonly Refused[] {
    return [...this.#notAllowed.values()];
  }

  /** What interfaces can carry, bit/s by number, for exporters by address: records beyond are taken out. */
  setSpeeds(speeds: ReadonlyMap<string, ReadonlyMap<number, number>>): void {
    this.#speeds = speeds;
    for (const exporter of this.exporters.values()) exporter.speeds = speeds.get(exporter.address);
  }

  /** One UDP datagram. The sink has seen all of its records when this returns, but for those that wait for a template. */
  decode(packet: Uint8Array, address: string, port: number, nowMs: number): void {
    const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
    let exporter = this.exporters.get(address);
    if (exporter === undefined && this.#isAllowed?.(address) === false) {
      this.#listRefused(address, nowMs);
      return;
    }
    const header = readHeader(view);
    if (typeof header === 'string') {
      if (exporter === undefined) this.#refuse(header);
      else exporter.drop(header);
      return;
    }
    exporter ??= this.#admit(address, nowMs);
    if (exporter === undefined) {
      this.#refuse('exporter_limit');
      return;
    }
    this.#packets++;
    exporter.lastPacketMs = nowMs;
    exporter.clockAheadMs = header.exportMs - nowMs;
    exporter.countsOf(header.version).packets++;
    const domain = this.#domain(exporter, header, port, nowMs);
    const context: PacketContext = {
      version: header.version,
      domain,
      exportMs: header.exportMs,
      uptimeMs: header.uptimeMs,
      samplingInterval: header.samplingInterval,
      port,
      nowMs,
    };
    let records: number | undefined = header.records;
    if (header.version === 5) this.#records.readV5(view, header.records, exporter, context);
    else records = this.#readSets(view, header, exporter, context);
    if (this.#unproven.has(exporter) && exporter.isProven) this.#unproven.delete(exporter);
    this.#observeSequence(exporter, header, records, context);
  }

  /** Those that gave a data record: only they are worth a device and series of their own. */
  proven(): Exporter[] {
    return [...this.exporters.values()].filter((exporter) => !this.#unproven.has(exporter));
  }

  /** Those that sent packets but no data record that could be read, most often for want of a template. */
  waiting(): Exporter[] {
    return [...this.#unproven];
  }

  /** Counts a packet that could not be decoded because of a fault of ours. */
  countFault(address: string): void {
    const known = this.exporters.get(address);
    if (known === undefined) this.#refuse('internal');
    else known.drop('internal');
  }

  /** To be called every few seconds: expires templates and waiting packets, settles loss. */
  sweep(nowMs: number): void {
    this.#templates.expire(nowMs);
    for (const exporter of this.exporters.values()) {
      this.#pending.expire(exporter, nowMs);
      exporter.settleLoss(nowMs);
    }
    for (const exporter of this.#unproven) {
      if (nowMs - exporter.lastPacketMs > this.#limits.pendingWaitMs) this.#forget(exporter);
      else if (nowMs - exporter.firstPacketMs > this.#limits.pendingWaitMs) this.#countAsStranger(exporter);
    }
  }

  /** Data records in the packet, or undefined when one of its templates is missing. */
  #readSets(view: DataView, header: PacketHeader, exporter: Exporter, context: PacketContext): number | undefined {
    const isV9 = header.version === 9;
    const templateSet = isV9 ? 0 : 2;
    const optionsSet = isV9 ? 1 : 3;
    const waiting: WaitingSet[] = [];
    let records = 0;
    let position = header.bodyStart;
    while (header.end - position >= 4) {
      const id = view.getUint16(position);
      const length = view.getUint16(position + 2);
      const end = position + length;
      if (length < 4) {
        exporter.drop('bad_set_length');
        break;
      }
      if (end > header.end) {
        exporter.drop('truncated');
        break;
      }
      if (id >= 256) {
        const template = this.#templates.find(context.domain, id, context.port, context.nowMs);
        if (template === undefined) waiting.push({ id, start: position + 4, end });
        else records += this.#records.readSet(view, position + 4, end, template, exporter, context);
      } else if (id === templateSet || id === optionsSet) {
        this.#readTemplates(view, position + 4, end, id === optionsSet, exporter, context);
      } else {
        exporter.drop('reserved_set');
      }
      position = end;
    }
    this.#records.flush(exporter, context);
    if (waiting.length === 0) return records;
    this.#pending.add(exporter, view, context, waiting);
    return undefined;
  }

  #readTemplates(
    view: DataView,
    start: number,
    end: number,
    options: boolean,
    exporter: Exporter,
    context: PacketContext,
  ): void {
    const { domain, port, nowMs } = context;
    const version = context.version === 9 ? 9 : 10;
    let position = start;
    while (position < end) {
      const parsed = parseTemplate(view, position, end, version, options);
      if (parsed === 'padding') return;
      if (parsed === 'malformed') {
        exporter.drop('bad_template');
        return;
      }
      // Each template is at least four bytes long, so this ends.
      position = parsed.next;
      if (parsed.withdrawal) {
        // RFC 7011 section 8.1: the set's own id stands for all templates of that kind.
        if (parsed.id === (options ? 3 : 2)) this.#templates.withdrawAll(domain, options);
        else this.#templates.withdraw(domain, parsed.id, port);
      } else if (parsed.template === undefined) {
        exporter.drop('bad_template');
      } else {
        exporter.lastTemplateMs = nowMs;
        this.#templates.store(exporter, domain, parsed.template, port, { packet: this.#packets, nowMs });
        this.#readWaiting(exporter, context, parsed.id);
      }
    }
  }

  #readWaiting(exporter: Exporter, { domain, nowMs }: PacketContext, id: number): void {
    if (exporter.pending.length === 0) return;
    this.#pending.release(exporter, domain, id, ({ view, context }, set) => {
      const template = this.#templates.find(domain, id, context.port, nowMs);
      if (template === undefined) return;
      this.#records.readSet(view, set.start, set.end, template, exporter, context);
      this.#records.flush(exporter, context);
    });
  }

  #observeSequence(
    exporter: Exporter,
    header: PacketHeader,
    records: number | undefined,
    context: PacketContext,
  ): void {
    const { domain, port, nowMs } = context;
    const outcome = domain.sequence.observe({
      sequence: header.sequence,
      port,
      records,
      nowMs,
      uptimeMs: header.uptimeMs,
    });
    if (outcome !== 'restart') return;
    exporter.restarts++;
    domain.restartPacket = this.#packets;
    domain.restartPort = port;
  }

  #domain(exporter: Exporter, header: PacketHeader, port: number, nowMs: number): Domain {
    const { version, domainId, uptimeMs } = header;
    const bootMs = uptimeMs === undefined ? 0 : header.exportMs - uptimeMs;
    const key = domainKey(version, domainId);
    let domain = exporter.domains.get(key);
    if (domain === undefined) {
      if (exporter.domains.size >= this.#limits.maxDomainsPerExporter) this.#evictDomain(exporter, nowMs);
      domain = new Domain(domainId, version);
      exporter.domains.set(key, domain);
      const keptDomains = this.#keptDomains.get(exporter.address);
      const kept = keptDomains?.get(key);
      if (kept !== undefined) {
        keptDomains?.delete(key);
        restoreDomain(exporter, domain, kept, this.#templates, { bootMs, port, nowMs });
      }
    }
    domain.bootMs = bootMs;
    domain.usedMs = nowMs;
    return domain;
  }

  #evictDomain(exporter: Exporter, nowMs: number): void {
    const domains = exporter.domains.entries();
    let oldest = domains.next().value;
    for (const entry of domains) if (oldest !== undefined && entry[1].usedMs < oldest[1].usedMs) oldest = entry;
    if (oldest === undefined) return;
    exporter.settleLoss(nowMs);
    exporter.domains.delete(oldest[0]);
    this.#templates.forget(oldest[1]);
    this.#pending.forget(exporter, oldest[1]);
  }

  #admit(address: string, nowMs: number): Exporter | undefined {
    if (this.exporters.size >= this.#limits.maxExporters && !this.#evictExporter(nowMs)) return undefined;
    const exporter = new Exporter(address, ++this.#exporterSerial, this.#sampling.get(address));
    exporter.firstPacketMs = nowMs;
    exporter.speeds = this.#speeds.get(address);
    const kept = this.#kept.get(address);
    if (kept !== undefined) {
      this.#kept.delete(address);
      restoreNames(exporter, kept);
      this.#keptDomains.set(address, new Map(kept.domains.map((one) => [domainKey(one.version, one.id), one])));
    }
    this.exporters.set(address, exporter);
    this.#unproven.add(exporter);
    return exporter;
  }

  #evictExporter(nowMs: number): boolean {
    for (const unproven of this.#unproven) {
      this.#forget(unproven);
      return true;
    }
    if (nowMs < this.#nextEvictionMs) return false;
    const exporters = this.exporters.values();
    let oldest = exporters.next().value;
    for (const exporter of exporters) {
      if (oldest === undefined || exporter.lastPacketMs < oldest.lastPacketMs) oldest = exporter;
    }
    if (oldest === undefined || nowMs - oldest.lastPacketMs < this.#limits.exporterIdleMs) {
      this.#nextEvictionMs = nowMs + EVICTION_PAUSE_MS;
      return false;
    }
    this.#forget(oldest);
    return true;
  }

  #forget(exporter: Exporter): void {
    if (this.#unproven.delete(exporter)) this.#countAsStranger(exporter);
    this.exporters.delete(exporter.address);
    this.#keptDomains.delete(exporter.address);
    this.#pending.forget(exporter);
    for (const domain of exporter.domains.values()) this.#templates.forget(domain);
  }

  /** What is counted so leaves the exporter's own counts: nothing is told twice should it turn out to be one. */
  #countAsStranger(exporter: Exporter): void {
    for (const [version, counts] of exporter.versions) {
      this.strangers.set(version, (this.strangers.get(version) ?? 0) + counts.packets);
      counts.packets = 0;
    }
    for (const [reason, count] of exporter.dropped) this.refused.set(reason, (this.refused.get(reason) ?? 0) + count);
    exporter.dropped.clear();
  }

  #listRefused(address: string, nowMs: number): void {
    const known = this.#notAllowed.get(address);
    // The one that was heard longest ago gives way.
    if (known !== undefined) this.#notAllowed.delete(address);
    else if (this.#notAllowed.size >= MAX_REFUSED) {
      const oldest = this.#notAllowed.keys().next().value;
      if (oldest !== undefined) this.#notAllowed.delete(oldest);
    }
    this.#notAllowed.set(address, { address, packets: (known?.packets ?? 0) + 1, lastPacketMs: nowMs });
  }

  #refuse(reason: DropReason): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
  }
}

const domainKey = (version: FlowVersion, id: number): number => version * 4_294_967_296 + id;
