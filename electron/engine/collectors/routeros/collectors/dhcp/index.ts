// DHCP leases: how many each server has, who holds them, and the names that hosts give themselves.
import type { HostSeen } from '../../../../observations/index.ts';
import { routerosError, type Row } from '../../client/index.ts';
import type { Sample } from '../../samples.ts';
import { parseDurationSeconds } from '../../values.ts';
import type { Collector } from '../collector.ts';
import { countBy, labelsOf, said } from '../rows.ts';
import { activeLeases } from './leases.ts';

export { clientNames, leaseName } from './leases.ts';

const INFO_LABELS = [
  'active-address',
  'address',
  'mac-address',
  'host-name',
  'comment',
  'server',
  'client-id',
  'active-mac-address',
];

/** A series for each lease of a campus would take the store's room from everything else. */
export const MAX_LEASE_SERIES = 2_000;

function hostsOf(leases: readonly Row[]): HostSeen[] {
  return leases.flatMap((lease): HostSeen[] => {
    const address = lease.get('active-address') ?? lease.get('address');
    if (address === undefined || address === '') return [];
    return [
      said<HostSeen>({
        address,
        mac: lease.get('active-mac-address') ?? lease.get('mac-address'),
        hostName: lease.get('host-name'),
        comment: lease.get('comment'),
      }),
    ];
  });
}

export const dhcpCollector: Collector = {
  name: 'dhcp',
  mktxpName: 'DHCPCollector',
  reads: 'the leases of its DHCP servers: how many each has',
  enabled: 'on',
  defaultIntervalMs: 60_000,
  observesEveryMs: 300_000,
  async collect(session, { observe }) {
    const leases = await activeLeases(session);
    observe({ kind: 'hosts', source: 'dhcp', rows: hostsOf(leases) });
    return countBy(leases, 'mktxp_dhcp_lease_active_count', 'server', (lease) => lease.get('server') ?? '');
  },
};

export const dhcpLeaseCollector: Collector = {
  name: 'dhcp_lease',
  mktxpName: 'DHCPCollector',
  reads: 'each lease of its DHCP servers: who holds it and until when',
  enabled: 'on',
  defaultIntervalMs: 60_000,
  async collect(session, { warn }) {
    const leases = await activeLeases(session);
    if (leases.length > MAX_LEASE_SERIES) {
      warn(
        routerosError(
          'LW_ROUTEROS_TOO_MANY_SERIES',
          `${leases.length} DHCP leases are active; only the first ${MAX_LEASE_SERIES} have a series each.`,
          'Their count is complete. Switch dhcp_lease off for this router to save the room.',
        ),
      );
    }
    return leases.slice(0, MAX_LEASE_SERIES).flatMap((lease): Sample[] => {
      const value = parseDurationSeconds(lease.get('expires-after'));
      return value === undefined
        ? []
        : [{ name: 'mktxp_dhcp_lease_info', labels: labelsOf(lease, INFO_LABELS), value }];
    });
  },
};
