// How well each exporter of flows does: rates, loss, templates, clocks, and what of the interfaces' traffic is in its flows.
import type { ExporterHealth, FlowExporters } from '../../../shared/contract/index.ts';
import type { FlowReport } from '../collectors/netflow/index.ts';
import type { ObservationHub } from '../observations/index.ts';
import { CoverageBook } from './coverage.ts';
import { RecentCounts } from './recent.ts';
import { FastestSpeeds } from './speeds.ts';

export type FlowExporterHealth = {
  /** With each report of the receiver. */
  tell(report: FlowReport): void;
  /** As of the last report. */
  list(): FlowExporters;
  /** One sentence while conversations are stored without their addresses, because they are too many. */
  problem(): string | undefined;
  stop(): void;
};

type Report = FlowReport['exporters'][number];

export function createFlowExporterHealth(options: {
  readonly observations: Pick<ObservationHub, 'subscribe' | 'latest'>;
  /** The device behind an address. */
  readonly resolve: (address: string) => { readonly deviceId: string };
  readonly device: (id: string) => { readonly name: string; readonly kind: string } | undefined;
  readonly interfaceName: (deviceId: string, index: number) => string | undefined;
  readonly setSpeeds: (speeds: ReadonlyMap<string, ReadonlyMap<number, number>>) => void;
  /** The receive buffer that is asked for. */
  readonly wantedBufferBytes: number;
  readonly section: () => {
    readonly exporters: readonly string[];
    readonly sampling: Readonly<Record<string, number>>;
  };
  readonly platform?: NodeJS.Platform;
}): FlowExporterHealth {
  const { observations, resolve, device, interfaceName } = options;
  const platform = options.platform ?? process.platform;
  const coverage = new CoverageBook();
  const speeds = new FastestSpeeds();
  const recent = new Map<string, RecentCounts>();
  const drops = new RecentCounts();
  let report: FlowReport | undefined;
  let toldSpeeds = '';

  const hear: Parameters<typeof observations.subscribe<'interfaces'>>[1] = ({ deviceId, atMs, observation }) => {
    coverage.tellCounters(deviceId, atMs, observation.rows);
    // What flows tell of interfaces is their names alone.
    if (observation.source === 'interface') speeds.tell(deviceId, observation.rows);
  };
  for (const observed of observations.latest('interfaces')) hear(observed);
  const end = observations.subscribe('interfaces', hear);

  const health = (told: Report): ExporterHealth => {
    const { deviceId } = resolve(told.address);
    const known = device(deviceId);
    const counts = recent.get(told.address);
    const rates = counts?.perSecond;
    const lostUnit = told.lost.some(([unit, count]) => unit === 'records' && count > 0) ? 'records' : unitOf(told);
    const lately = counts?.lately;
    const received = lostUnit === 'packets' ? (lately?.packets ?? 0) : (lately?.records ?? 0);
    const { quarantined } = told;
    const nameOf = (index: number): string => interfaceName(deviceId, index) ?? String(index);
    return {
      address: told.address,
      deviceId,
      name: known?.name ?? told.address,
      isRouter: known?.kind === 'router',
      versions: told.versions.map(({ version }) => version),
      ...sums(told),
      bytes: (told.rows?.bytes ?? new Float64Array()).reduce((sum, bytes) => sum + bytes, 0),
      packetsPerSecond: rates?.packets ?? null,
      flowsPerSecond: rates?.records ?? null,
      lostUnit,
      lossPercent:
        lately === undefined || received + lately.lost === 0 ? null : (lately.lost / (received + lately.lost)) * 100,
      restarts: told.restarts,
      templates: told.templates,
      fields: told.fields,
      lastTemplateMs: told.lastTemplateMs === 0 ? null : told.lastTemplateMs,
      waitingPackets: told.waitingPackets,
      samplingRatio: told.samplingRatio,
      isSamplingSet: Object.hasOwn(options.section().sampling, told.address),
      clockAheadMs: told.clockAheadMs,
      lastPacketMs: told.lastPacketMs,
      dropped: told.dropped.map(([reason, count]) => ({ reason, count })),
      ignored: told.ignored.map(([reason, count]) => ({ reason, count })),
      overflowedLately: lately?.overflowed ?? 0,
      quarantinedLately: lately?.quarantined ?? 0,
      quarantined:
        quarantined === undefined
          ? null
          : {
              atMs: quarantined.atMs,
              reason: quarantined.reason,
              bytes: quarantined.bytes,
              packets: quarantined.packets,
              durationMs: quarantined.durationMs,
              interface: `${nameOf(quarantined.inInterface)} → ${nameOf(quarantined.outInterface)}`,
            },
      coverage: coverage.coverage(told.address),
    };
  };

  return {
    tell(latest) {
      report = latest;
      const known = new Set(latest.exporters.map(({ address }) => address));
      for (const address of recent.keys()) if (!known.has(address)) recent.delete(address);
      coverage.retain(known);
      const devices = new Map<string, string>();
      for (const told of latest.exporters) {
        const { deviceId } = resolve(told.address);
        devices.set(told.address, deviceId);
        let counts = recent.get(told.address);
        if (counts === undefined) {
          counts = new RecentCounts();
          recent.set(told.address, counts);
        }
        counts.tell(latest.atMs, { ...sums(told), quarantined: quarantinedOf(told), overflowed: told.overflowed });
        if (told.interfaces !== undefined) coverage.tellFlows(told.address, deviceId, latest.atMs, told.interfaces);
      }
      const count = latest.receiveDrops ?? 0;
      drops.tell(latest.atMs, { packets: count, records: 0, lost: count, quarantined: 0, overflowed: 0 });
      const revision = `${speeds.revision} ${[...devices].join(' ')}`;
      if (revision === toldSpeeds) return;
      toldSpeeds = revision;
      options.setSpeeds(
        new Map(
          [...devices].flatMap(([address, id]) => {
            const own = speeds.of(id);
            return own === undefined ? [] : [[address, own] as const];
          }),
        ),
      );
    },
    list() {
      const sockets = report?.sockets ?? [];
      const isSmall = sockets.some(({ receiveBufferBytes }) => receiveBufferBytes < options.wantedBufferBytes);
      return {
        atMs: sockets.length === 0 ? null : (report?.atMs ?? null),
        receiver: {
          sockets: sockets.map(({ host, port, receiveBufferBytes }) => ({
            listen: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
            port,
            receiveBufferBytes,
          })),
          wantedBufferBytes: options.wantedBufferBytes,
          drops: report?.receiveDrops ?? null,
          dropsLately: drops.lately.lost,
          restarts: report?.restarts ?? 0,
          bufferCommand:
            isSmall && platform === 'linux' ? `sudo sysctl -w net.core.rmem_max=${options.wantedBufferBytes}` : null,
        },
        exporters: (report?.exporters ?? []).map(health),
        waiting: (report?.waiting ?? []).map((sender) => {
          const known = device(resolve(sender.address).deviceId);
          return {
            ...sender,
            versions: [...sender.versions],
            name: known?.name ?? sender.address,
            isRouter: known?.kind === 'router',
          };
        }),
        notAllowed: [...(report?.notAllowed ?? [])],
        allowed: [...options.section().exporters],
      };
    },
    problem() {
      const over = (report?.exporters ?? []).filter(({ address }) => (recent.get(address)?.lately.overflowed ?? 0) > 0);
      const [first] = over;
      if (first === undefined) return undefined;
      const more = over.length > 1 ? ` and ${over.length - 1} more` : '';
      return `More conversations come of ${device(resolve(first.address).deviceId)?.name ?? first.address}${more} than are stored in a minute, the rest as a sum; raise netflow.max_conversations.`;
    },
    stop: end,
  };
}

const unitOf = ({ versions }: Report): 'packets' | 'records' =>
  versions.some(({ version }) => version === 9) ? 'packets' : 'records';

const quarantinedOf = ({ dropped }: Report): number =>
  dropped.reduce((sum, [reason, count]) => sum + (reason === 'implausible' || reason === 'too_fast' ? count : 0), 0);

function sums({ versions, lost }: Report): { packets: number; records: number; lost: number } {
  return {
    packets: versions.reduce((sum, { packets }) => sum + packets, 0),
    records: versions.reduce((sum, { records }) => sum + records, 0),
    lost: lost.reduce((sum, [, count]) => sum + count, 0),
  };
}
