// What is remembered of an exporter: its domains, templates, waiting packets and counts.
import type { PendingPacket } from './pending.ts';
import { SamplingTable } from './sampling.ts';
import { SequenceTracker, type SequenceUnit } from './sequence.ts';
import type { StoredTemplate } from './template-cache.ts';
import { ToldNames } from './told-names.ts';

/**
 * Why something was not counted. What one count stands for: a packet up to `internal`, a set, a template, a run of
 * records that could not be delimited, and a record for `implausible` (no traffic has such counters) and `too_fast` (its
 * interface cannot carry that).
 */
export type DropReason =
  | 'unknown_version'
  | 'truncated'
  | 'bad_length'
  | 'no_template'
  | 'exporter_limit'
  | 'internal'
  | 'bad_set_length'
  | 'reserved_set'
  | 'bad_template'
  | 'bad_record'
  | 'implausible'
  | 'too_fast';

/** Records that were understood and hold no traffic: no loss, nothing to alert on. */
export type IgnoreReason = 'nat_event' | 'no_traffic';

export type FlowVersion = 5 | 9 | 10;

export class Domain {
  readonly id: number;
  readonly version: FlowVersion;
  /** By template id, and by id and port where two processes disagree about an id. */
  readonly templates = new Map<number, StoredTemplate>();
  readonly sampling = new SamplingTable();
  readonly sequence: SequenceTracker;
  /** Unix ms of the exporter's start, from options records (IPFIX has no uptime in its header). */
  sysInitMs: number | undefined;
  /** Unix ms of the exporter's start by the last header that tells it; 0 = not told. */
  bootMs = 0;
  /** Serial number of the packet in which the exporter restarted, and the port that it came from. */
  restartPacket = 0;
  restartPort = -1;
  lastTemplatePacket = 0;
  usedMs = 0;

  constructor(id: number, version: FlowVersion) {
    this.id = id;
    this.version = version;
    this.sequence = new SequenceTracker(version);
  }
}

/** A record that was not counted because it cannot be true. */
export type Quarantined = {
  readonly atMs: number;
  readonly reason: 'implausible' | 'too_fast';
  readonly bytes: number;
  readonly packets: number;
  readonly durationMs: number;
  readonly inInterface: number;
  readonly outInterface: number;
};

export type VersionCounts = { packets: number; records: number };

export class Exporter {
  readonly address: string;
  /** Unique among all exporters ever seen by this decoder. */
  readonly serial: number;
  /** The operator's own sampling factor for this exporter; it wins over whatever the exporter says. */
  readonly samplingOverride: number | undefined;
  readonly domains = new Map<number, Domain>();
  readonly templates = new Set<StoredTemplate>();
  readonly pending: PendingPacket[] = [];
  pendingBytes = 0;
  readonly versions = new Map<FlowVersion, VersionCounts>();
  readonly dropped = new Map<DropReason, number>();
  readonly ignored = new Map<IgnoreReason, number>();
  readonly lost = new Map<SequenceUnit, number>();
  readonly names = new ToldNames();
  /** bit/s by interface number, as far as somebody knows. */
  speeds: ReadonlyMap<number, number> | undefined;
  /** The record that was taken out last, and why. */
  lastQuarantined: Quarantined | undefined;
  /** How far its clock is ahead of this computer's, by its last packet; a second is the headers' resolution. */
  clockAheadMs = 0;
  lastTemplateMs = 0;
  /** As its numbering and its uptime tell. */
  restarts = 0;
  lastPacketMs = 0;
  firstPacketMs = 0;
  /** Of the record that was counted last: 1 = each packet is counted. */
  samplingRatio = 1;

  constructor(address: string, serial: number, samplingOverride: number | undefined) {
    this.address = address;
    this.serial = serial;
    this.samplingOverride = samplingOverride;
  }

  drop(reason: DropReason, count = 1): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + count);
  }

  ignore(reason: IgnoreReason, count = 1): void {
    this.ignored.set(reason, (this.ignored.get(reason) ?? 0) + count);
  }

  countsOf(version: FlowVersion): VersionCounts {
    let counts = this.versions.get(version);
    if (counts === undefined) {
      counts = { packets: 0, records: 0 };
      this.versions.set(version, counts);
    }
    return counts;
  }

  /** A data record of it was decoded. */
  get isProven(): boolean {
    for (const { records } of this.versions.values()) if (records > 0) return true;
    return false;
  }

  /** Moves settled loss from the domains' numberings into `lost`. */
  settleLoss(nowMs: number): void {
    for (const domain of this.domains.values()) {
      const lost = domain.sequence.takeLost(nowMs);
      const { unit } = domain.sequence;
      this.lost.set(unit, (this.lost.get(unit) ?? 0) + lost);
    }
  }
}
