// A store that is half full and grows: its tiers, what takes the room, and deletions that take a moment to be purged.
import { ORPCError } from '@orpc/server';
import type {
  Deletion,
  DeletionPreview,
  DeviceSummary,
  StorageChange,
  StorageReport,
  StorageStatus,
} from '../../../shared/contract/index.ts';
import { parseRetention, presetRetention, writeRetention } from '../../../shared/model/retention.ts';
import type { Retention } from '../../../shared/model/retention.ts';

const DAY = 86_400_000;
const MIB = 2 ** 20;
const BUCKETS: Readonly<Record<string, number>> = { raw: 34, '5m': 3.4, '1h': 0.28, '1d': 0.02, '1mo': 0.02 };
const AGE_DAYS = 46;
const PURGE_MS = 6_000;

export type FakeStorage = {
  status(): StorageStatus;
  report(): StorageReport;
  change(change: StorageChange): StorageStatus;
  preview(deletion: Deletion): DeletionPreview;
  delete(deletion: Deletion): { series: number };
};

export function createFakeStorage(devices: () => readonly DeviceSummary[], empty: boolean): FakeStorage {
  let retention: Retention = presetRetention('standard');
  let retentionFrom: StorageStatus['retentionFrom'] = 'default';
  let maxBytes = 20 * 1024 * MIB;
  let maxSizeFrom: StorageStatus['maxSizeFrom'] = empty ? 'default' : 'file';
  let purgedMs = 0;
  const gone = new Set<string>();
  const ageDays = empty ? 0.01 : AGE_DAYS;

  const metrics = Array.from({ length: 420 }, (_, i) => ({
    name: i < 12 ? NAMES[i]! : `node_exporter_fake_metric_${i}_total`,
    series: Math.max(1, Math.round(900 / (i + 1))),
    samples: Math.max(1, Math.round(9e7 / (i + 1))),
    bytes: Math.round((600 * MIB) / (i + 1) ** 1.2),
  }));

  const status = (): StorageStatus => {
    const nowMs = Date.now();
    const tiers = retention.map(({ name, resolutionMs, keepMs }) => {
      const days = Math.min(keepMs / DAY, ageDays);
      return {
        name,
        resolutionMs,
        keepMs,
        bytes: Math.round(days * (BUCKETS[name] ?? 1) * MIB),
        oldestMs: nowMs - days * DAY,
        newestMs: nowMs,
      };
    });
    const flows = flowsOf(nowMs, ageDays, empty);
    const totalBytes = tiers.reduce((sum, { bytes }) => sum + bytes, 6.2 * MIB) + flows.bytes;
    const growth = empty ? null : 3.7 * MIB;
    return {
      atMs: nowMs,
      totalBytes,
      flows,
      tiers,
      maxBytes,
      maxSizeFrom,
      freeBytes: 118 * 1024 * MIB,
      growthBytesPerDay: growth,
      fullAtMs: growth === null || retention.length > 2 ? null : nowMs + ((maxBytes - totalBytes) / growth) * DAY,
      series: 4_812,
      maxSeries: 500_000,
      samplesPerDay: empty ? null : 27_500_000,
      retention: writeRetention(retention),
      retentionFrom,
      upkeep: { daysToMerge: 1, daysToSummarise: 0, deletions: nowMs < purgedMs ? 1 : 0 },
      problem: null,
      setAside: empty
        ? []
        : [
            {
              name: '2026-W44.db.corrupt',
              bytes: 214 * MIB,
              atMs: nowMs - 3 * DAY,
              held: 'the samples of the week from 26 Oct 2026',
            },
          ],
    };
  };

  const kept = () => metrics.filter(({ name }) => !gone.has(name));

  return {
    status,
    report() {
      const rows = kept();
      return {
        atMs: Date.now(),
        total: {
          series: rows.reduce((sum, { series }) => sum + series, 0),
          samples: rows.reduce((sum, { samples }) => sum + samples, 0),
          bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
        },
        metrics: empty ? [] : rows,
        devices: devices().map(({ id, name }, i) => ({
          id,
          name,
          series: Math.round(1_400 / (i + 1)),
          samples: Math.round(8e7 / (i + 1)),
          bytes: Math.round((420 * MIB) / (i + 1)),
        })),
      };
    },
    change(change) {
      if (change.retention !== undefined) {
        const { retention: given } = change;
        const parsed =
          given === null || typeof given === 'string'
            ? { retention: presetRetention(given ?? 'standard') }
            : parseRetention(given);
        if ('problems' in parsed) throw new ORPCError('BAD_REQUEST', { message: 'This is no retention.' });
        retention = parsed.retention;
        retentionFrom = given === null ? 'default' : 'window';
      }
      if (change.maxBytes !== undefined) {
        maxBytes = change.maxBytes ?? 20 * 1024 * MIB;
        maxSizeFrom = 'window';
      }
      return status();
    },
    preview({ target }) {
      const series = matching(target);
      return {
        series,
        more: false,
        examples: Array.from({ length: Math.min(series, 50) }, (_, i) => ({
          __name__: target.kind === 'metric' ? target.name : 'mktxp_interface_rx_byte_total',
          routerboard_name: 'core',
          name: `ether${i + 1}`,
        })),
        selectors: [target.kind === 'selector' ? target.selector : '{…}'],
      };
    },
    delete({ target }) {
      const series = matching(target);
      if (target.kind === 'metric') gone.add(target.name);
      purgedMs = Date.now() + PURGE_MS;
      return { series };
    },
  };

  function matching(target: Deletion['target']): number {
    if (target.kind === 'metric') return kept().find(({ name }) => name === target.name)?.series ?? 0;
    return target.kind === 'device' ? 214 : target.selector.includes('nothing') ? 0 : 37;
  }
}

function flowsOf(nowMs: number, ageDays: number, empty: boolean): StorageStatus['flows'] {
  const tiers = (
    [
      ['1m', 60_000, 7, 96],
      ['10m', 600_000, 90, 6.1],
      ['1d', DAY, 730, 0.4],
    ] as const
  ).map(([name, resolutionMs, keepDays, mibPerDay]) => {
    const days = empty ? 0 : Math.min(keepDays, ageDays);
    const oldestMs = empty ? null : nowMs - days * DAY;
    return { name, resolutionMs, keepMs: keepDays * DAY, bytes: Math.round(days * mibPerDay * MIB), oldestMs };
  });
  const bytes = tiers.reduce((sum, tier) => sum + tier.bytes, 0);
  return { bytes, tiers, growthBytesPerDay: empty ? null : 6.5 * MIB, lostMinutes: 0 };
}

const NAMES = [
  'mktxp_interface_rx_byte_total',
  'mktxp_interface_tx_byte_total',
  'node_cpu_seconds_total',
  'edge_ipfix_bytes_total',
  'edge_ipfix_packets_total',
  'edge_ipfix_flows_total',
  'mktxp_interface_rx_packet_total',
  'mktxp_interface_tx_packet_total',
  'node_network_receive_bytes_total',
  'node_network_transmit_bytes_total',
  'node_filesystem_avail_bytes',
  'linewarden_device_state',
];
