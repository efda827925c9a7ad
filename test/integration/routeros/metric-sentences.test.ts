import { describe, expect, it } from 'vitest';
import { ownMetric } from '../../../electron/engine/api/rpc/explore/own-metrics.ts';
import { collectors } from '../../../electron/engine/collectors/routeros/collectors/registry.ts';
import type { NetworkSpec } from '../../lab/routeros/network.ts';
import { watch } from './recorders.ts';
import { router, until } from './support.ts';

/** Something of everything. */
const network: NetworkSpec = {
  ppp: [{ name: 'anna', always: true, limits: [50_000_000, 10_000_000] }],
  guests: ['guest'],
  queues: [{ name: 'bakery', address: '10.7.0.2', limits: [20_000_000, 5_000_000] }],
  hosts: ['nas'],
  wireguard: [{ name: 'branch', address: '10.8.0.4', isFixed: true }],
  wirelessClients: 2,
  managesAccessPoints: true,
  w60g: ['wlan60-1'],
  hasLte: true,
  tunnels: true,
  ipsec: true,
  bgp: { '65001': '192.0.2.9' },
  ospf: [{ routerId: '10.255.0.2', address: '192.0.2.2', interface: 'ether2' }],
  kids: ['tablet'],
  containers: ['pihole'],
};

describe('what routers measure', () => {
  it.each(['7.18.2', '7.15.3', '6.49.17'])(
    'is told in a sentence: each metric of a %s with all collectors on',
    async (version) => {
      const on = collectors.filter(({ enabled }) => enabled === 'off').map(({ name }) => [name, true] as const);
      const { poller, appender } = watch(await router({ version, network }), {
        intervalMs: 15_000,
        collectors: Object.fromEntries(on),
      });
      await until(() => appender.batches.length > 0);
      const names = [...(appender.batches[0]?.samples.keys() ?? [])].map((series) => series.replace(/\{.*/s, ''));
      const own = [...new Set(names)];
      expect(own).toEqual(
        expect.arrayContaining([
          'mktxp_interface_rate',
          'mktxp_firewall_nat_total',
          'mktxp_switch_rx_bytes_total',
          'mktxp_queue_simple_bytes_upload_total',
          'mktxp_w60g_signal',
          'mktxp_lte_rsrp',
          'linewarden_routeros_ppp_session_info',
        ]),
      );
      expect(own.filter((name) => ownMetric(name) === undefined)).toEqual([]);
      // With everything on, nothing fails: what a simulated router does not have is not on it.
      expect(poller.status().flatMap(({ lastError }) => lastError ?? [])).toEqual([]);
    },
  );
});
