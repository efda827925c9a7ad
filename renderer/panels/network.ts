// What the whole network carries: all routers, or this host where there is none.
import type { DeviceKind } from '../../shared/contract/index.ts';
import { NO_VIRTUAL_DEVICES } from './host.ts';
import { select } from './selector.ts';
import { rateOf, rateWindow } from './step.ts';
import type { RateContext } from './step.ts';
import { label } from './types.ts';
import type { Panel } from './types.ts';

const LOGICAL =
  'mktxp_interface_type_info{type=~"bridge|vlan|bond|loopback|vrrp|pppoe-.*|l2tp-.*|wg|gre.*|eoip.*|ipip.*"}';

/**
 * A bridge or a VLAN carries again what its ports carried: counted once, at the port. What an interface is must be known
 * for as long as its rate is: a router that stops ends its series at once, while rate() still has its window.
 */
const ports = (counter: string, rate: RateContext): string =>
  `(${rateOf(counter, rate)} unless on (routerboard_name, routerboard_address, name) last_over_time(${LOGICAL}[${rateWindow(rate)}]))`;

export const networkTraffic: Panel = {
  id: 'network-traffic',
  title: 'Traffic by router, out below',
  unit: 'bps',
  stacked: true,
  limit: 8,
  queries: (rate) => [
    {
      expr: `8 * sum by (routerboard_name) ${ports('mktxp_interface_rx_byte_total', rate)}`,
      legend: label('routerboard_name'),
      direction: 'in',
    },
    {
      expr: `8 * sum by (routerboard_name) ${ports('mktxp_interface_tx_byte_total', rate)}`,
      legend: label('routerboard_name'),
      direction: 'out',
    },
  ],
};

/** All that comes in and goes out, bits/s: of the routers, or of this host where there is none. */
export function networkTotals(rate: RateContext, hostSelector?: string): { readonly in: string; readonly out: string } {
  if (hostSelector === undefined) {
    return {
      in: `8 * sum ${ports('mktxp_interface_rx_byte_total', rate)}`,
      out: `8 * sum ${ports('mktxp_interface_tx_byte_total', rate)}`,
    };
  }
  const total = (name: string): string => `8 * sum(${rateOf(select(name, hostSelector, NO_VIRTUAL_DEVICES), rate)})`;
  return { in: total('node_network_receive_bytes_total'), out: total('node_network_transmit_bytes_total') };
}

/** One request per kind of device for all rows of a table; each answer's labels tell whose line it is. */
export const SPARK_QUERIES: Readonly<Record<DeviceKind, (window: string) => string>> = {
  host: (window) =>
    `100 * (1 - avg without (cpu, mode) (rate(${select('node_cpu_seconds_total', 'mode="idle"')}[${window}])))`,
  router: () => 'max without (version, board_name, cpu, architecture_name) (mktxp_system_cpu_load)',
  target: () => 'scrape_duration_seconds',
  exporter: (window) => `8 * sum without (protocol, dst_port) (rate(edge_ipfix_bytes_total[${window}]))`,
  edge: () => 'max by (edge_id) (edge_cpu_usage_percent)',
  headend: () => 'max by (headend_id) (tobogganing_headend_cpu_usage_percent)',
  client: (window) => `8 * max by (client_id) (rate(tobogganing_client_bytes_sent[${window}]))`,
  docker: (window) =>
    `100 * sum by (job, instance) (rate(container_cpu_usage_seconds_total[${window}])) / on (job, instance) machine_cpu_cores`,
  sender: (window) => `sum by (sender) (rate(linewarden_remote_write_samples_total[${window}]))`,
};
