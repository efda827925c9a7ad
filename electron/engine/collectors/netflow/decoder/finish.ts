// Turns raw columns into facts: Unix times, sampling applied, records without or with impossible traffic taken out.
import type { FlowBatch } from './batch.ts';
import type { Exporter } from './exporter.ts';
import type { PacketContext } from './packet.ts';
import type { RowPlan } from './plan.ts';
import { plausibleRatio, recordRatio } from './sampling.ts';

/** An exporter's clock that is off by more is not believed: arrival counts instead. */
const CLOCK_SLACK_MS = 600_000;
/** No flow is older than this when it is exported. */
const MAX_FLOW_AGE_MS = 172_800_000;
/** Bytes a packet, from an IP header to the largest one (IPv6 does not count its own 40). */
const MIN_PACKET_BYTES = 20;
const MAX_PACKET_BYTES = { 0: 65_575, 4: 65_535, 6: 65_575 } as const;
/** 1 Tbit/s, for at least a minute: what is more was not measured but made up. */
const MAX_BYTES_PER_MS = 125_000_000;
const MIN_RATE_WINDOW_MS = 60_000;

const NTP_UNIX_OFFSET_S = 2_208_988_800;

/** Finishes rows from..from+count in place; returns how many are left, squeezed together at `from`. */
export function finishRows(
  batch: FlowBatch,
  from: number,
  count: number,
  plan: RowPlan,
  context: PacketContext,
  exporter: Exporter,
): number {
  convertTimes(batch, from, count, plan, context);
  const end = from + count;
  const sampled = mayBeSampled(plan, context, exporter);
  let kept = from;
  for (let row = from; row < end; row++) {
    if (plan.hasNatEvent && batch.natEvent[row] !== 0) {
      if (!plan.isReverse) exporter.ignore('nat_event');
      continue;
    }
    const bytes = batch.bytes[row] ?? 0;
    const packets = batch.packets[row] ?? 0;
    if (bytes === 0 && packets === 0) {
      // Of a flow without answers the other direction is nothing that was told.
      if (!plan.isReverse) exporter.ignore('no_traffic');
      continue;
    }
    const ratio = sampled ? samplingRatio(batch, row, plan, context, exporter) : 1;
    const fault = !isPlausible(batch, row, plan, bytes, packets)
      ? 'implausible'
      : exporter.speeds !== undefined && isTooFast(batch, row, exporter.speeds, bytes * ratio)
        ? 'too_fast'
        : undefined;
    if (fault !== undefined) {
      exporter.drop(fault);
      exporter.lastQuarantined = {
        atMs: context.nowMs,
        reason: fault,
        bytes,
        packets,
        durationMs: (batch.lastMs[row] ?? 0) - (batch.firstMs[row] ?? 0),
        inInterface: batch.inInterface[row] ?? 0,
        outInterface: batch.outInterface[row] ?? 0,
      };
      continue;
    }
    batch.sampling[row] = ratio;
    exporter.samplingRatio = ratio;
    if (ratio !== 1) {
      batch.bytes[row] = bytes * ratio;
      batch.packets[row] = packets * ratio;
    }
    if (kept !== row) batch.copyRow(row, kept);
    kept++;
  }
  return kept - from;
}

function isPlausible(batch: FlowBatch, row: number, plan: RowPlan, bytes: number, packets: number): boolean {
  if (plan.hasBytes && plan.hasPackets) {
    const size = bytes / packets;
    const largest = batch.family[row] === 4 ? MAX_PACKET_BYTES[4] : MAX_PACKET_BYTES[6];
    if (!(size >= MIN_PACKET_BYTES && size <= largest)) return false;
  }
  const durationMs = Math.max((batch.lastMs[row] ?? 0) - (batch.firstMs[row] ?? 0), MIN_RATE_WINDOW_MS);
  return bytes <= durationMs * MAX_BYTES_PER_MS && packets * MIN_PACKET_BYTES <= durationMs * MAX_BYTES_PER_MS;
}

/** Sampling estimates, and an exporter's times are not exact: what is well above a port's speed is made up all the same. */
const SPEED_SLACK = 2;

function isTooFast(batch: FlowBatch, row: number, speeds: ReadonlyMap<number, number>, bytes: number): boolean {
  const inBps = speeds.get(batch.inInterface[row] ?? 0) ?? Infinity;
  const outBps = speeds.get(batch.outInterface[row] ?? 0) ?? Infinity;
  const bps = Math.min(inBps, outBps);
  if (bps === Infinity) return false;
  const durationMs = Math.max((batch.lastMs[row] ?? 0) - (batch.firstMs[row] ?? 0), MIN_RATE_WINDOW_MS);
  return bytes * 8_000 > durationMs * bps * SPEED_SLACK;
}

const mayBeSampled = (plan: RowPlan, { domain, samplingInterval }: PacketContext, exporter: Exporter): boolean =>
  exporter.samplingOverride !== undefined || plan.hasSamplingInterval || domain.sampling.known || samplingInterval > 1;

/** The operator's word, then the record's own, then the options records', then the v5 header's. */
function samplingRatio(
  batch: FlowBatch,
  row: number,
  plan: RowPlan,
  { domain, samplingInterval }: PacketContext,
  exporter: Exporter,
): number {
  if (exporter.samplingOverride !== undefined) return exporter.samplingOverride;
  const own = plan.hasSamplingInterval ? recordRatio(batch.samplingInterval[row] ?? 0) : undefined;
  if (own !== undefined) return own;
  const samplerId = plan.hasSamplerId ? batch.samplerId[row] : undefined;
  const direction = batch.direction[row] === 1 ? batch.outInterface : batch.inInterface;
  return domain.sampling.ratio(samplerId, direction[row] ?? 0) ?? plausibleRatio(samplingInterval) ?? 1;
}

function convertTimes(batch: FlowBatch, from: number, count: number, plan: RowPlan, context: PacketContext): void {
  const { exportMs, nowMs } = context;
  const shiftMs = Math.abs(nowMs - exportMs) > CLOCK_SLACK_MS ? nowMs - exportMs : 0;
  const { firstMs, lastMs } = batch;
  for (let row = from; row < from + count; row++) {
    let first = exportMs;
    let last = exportMs;
    const rawFirst = firstMs[row] ?? 0;
    const rawLast = lastMs[row] ?? 0;
    switch (plan.time) {
      case 'uptime': {
        const uptimeMs = context.uptimeMs ?? uptimeFromInit(batch, row, plan, context);
        if (uptimeMs !== undefined) {
          // The differences as signed 32-bit numbers survive the wrap of the uptime after 49.7 days.
          first = exportMs - ((uptimeMs - rawFirst) | 0);
          last = exportMs - ((uptimeMs - rawLast) | 0);
        } else {
          // IPFIX without systemInitTime: only the duration is known.
          first = exportMs - ((rawLast - rawFirst) >>> 0);
        }
        break;
      }
      case 'unix-ms':
        first = rawFirst;
        last = rawLast;
        break;
      case 'unix-s':
        first = rawFirst * 1_000;
        last = rawLast * 1_000;
        break;
      case 'ntp':
        first = (rawFirst / 4_294_967_296 - NTP_UNIX_OFFSET_S) * 1_000;
        last = (rawLast / 4_294_967_296 - NTP_UNIX_OFFSET_S) * 1_000;
        break;
      case 'delta-us':
        first = exportMs - rawFirst / 1_000;
        last = exportMs - rawLast / 1_000;
        break;
      case 'none':
        break;
    }
    if (!plan.hasLast) last = exportMs;
    if (!plan.hasFirst) first = last;
    if (Math.abs(last - exportMs) > MAX_FLOW_AGE_MS) {
      first = exportMs;
      last = exportMs;
    }
    if (first > last || last - first > MAX_FLOW_AGE_MS) first = last;
    firstMs[row] = first + shiftMs;
    lastMs[row] = last + shiftMs;
  }
}

function uptimeFromInit(batch: FlowBatch, row: number, plan: RowPlan, context: PacketContext): number | undefined {
  const own = plan.hasSysInit ? batch.sysInitMs[row] : undefined;
  const initMs = own === undefined || own === 0 ? context.domain.sysInitMs : own;
  if (initMs === undefined || initMs > context.exportMs) return undefined;
  return (context.exportMs - initMs) % 4_294_967_296;
}
