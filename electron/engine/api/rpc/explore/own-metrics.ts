// What Linewarden's own sources measure, in a sentence: they expose no HELP lines, so it is told here.
import type { Metric } from '../../../../../shared/contract/index.ts';
import { OWN_ROUTER_COUNTERS, OWN_ROUTER_GAUGES } from './own-router-metrics.ts';
import { ROUTER_COUNTERS, ROUTER_GAUGES, ROUTER_RATES } from './router-metrics.ts';

type Told = Omit<Metric, 'name'>;

const table = (type: string, text: string): [string, Told][] =>
  text
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', unit = '', ...help] = line.trim().split(' | ');
      return [name, { type, unit, help: help.join(' | ') }];
    });

const EXACT: ReadonlyMap<string, Told> = new Map([
  ...table('gauge', ROUTER_GAUGES),
  ...table('gauge', ROUTER_RATES),
  ...table('counter', ROUTER_COUNTERS),
  ...table('gauge', OWN_ROUTER_GAUGES),
  ...table('counter', OWN_ROUTER_COUNTERS),
  ...table(
    'gauge',
    `
    up |  | 1 where the last scrape or poll succeeded, 0 where it failed.
    scrape_duration_seconds | seconds | How long the scrape took.
    scrape_samples_scraped |  | Samples that the target exposed.
    scrape_samples_post_metric_relabeling |  | Samples that were left after relabelling.
    scrape_series_added |  | Series that were new in this scrape.
    ALERTS |  | 1 for each alert that is pending or firing.
    ALERTS_FOR_STATE |  | When the alert became active, in seconds since 1970.
    linewarden_device_online |  | 1 only while the device is online.
    linewarden_device_state |  | 1 for the state that the device is in, 0 for the others.
    linewarden_collector_duration_seconds | seconds | How long the last poll took, by device and collector.
    linewarden_collector_up |  | 1 where the last poll of this collector succeeded.
    linewarden_flow_last_packet_timestamp_seconds |  | When the exporter's last packet came, in seconds since 1970.
    linewarden_flow_receive_buffer_bytes | bytes | Receive buffer that the system granted to the flow socket.
    linewarden_flow_templates |  | Templates that are known of the exporter.
    linewarden_subscriber_up |  | 1 while the customer is connected.
    linewarden_subscriber_uptime_seconds | seconds | For how long the customer is connected.
    linewarden_subscriber_rtt_seconds | seconds | Round-trip time to the customer.
    linewarden_problems |  | Problems that the engine shows just now.
    linewarden_store_bytes | bytes | Size of the metric store on disk.
    linewarden_store_head_samples |  | Samples that are not yet sealed into chunks.
    linewarden_store_series |  | Series in the metric store.
    process_resident_memory_bytes | bytes | Resident memory of the process.
    process_start_time_seconds |  | When the process started, in seconds since 1970.
    node_boot_time_seconds |  | When the machine started, in seconds since 1970.
    node_time_seconds |  | The machine's clock, in seconds since 1970.
    node_filefd_allocated |  | Open file descriptors.
    node_filefd_maximum |  | File descriptors that may be open at once.
    node_load1 |  | Load average of the last minute.
    node_load5 |  | Load average of the last 5 minutes.
    node_load15 |  | Load average of the last 15 minutes.
    node_procs_blocked |  | Processes that wait for input or output.
    node_procs_running |  | Processes that are ready to run.
    node_filesystem_avail_bytes | bytes | Space that is free for ordinary users.
    node_filesystem_free_bytes | bytes | Space that is free.
    node_filesystem_size_bytes | bytes | Size of the file system.
    node_filesystem_files |  | Inodes of the file system.
    node_filesystem_files_free |  | Inodes that are free.
    node_filesystem_readonly |  | 1 where the file system is read-only.
    node_filesystem_device_error |  | 1 where the file system could not be read.
    node_disk_io_now |  | Requests that are in progress.
    node_network_up |  | 1 where the interface is up.
    node_network_carrier |  | 1 where the interface has a carrier.
    node_network_mtu_bytes | bytes | MTU of the interface.
    node_network_speed_bytes | bytes | Speed of the link, bytes per second.
    node_network_info |  | What the interface is, in labels.
    node_nf_conntrack_entries |  | Connections that are tracked.
    node_nf_conntrack_entries_limit |  | Connections that can be tracked at once.
    node_uname_info |  | The machine's name and kernel, in labels.
    node_os_info |  | The machine's operating system, in labels.
    node_scrape_collector_duration_seconds | seconds | How long the collector took.
    node_scrape_collector_success |  | 1 where the collector succeeded.
    `,
  ),
  ...table(
    'counter',
    `
    edge_ipfix_bytes_total | bytes | Bytes of the flows that exporters told of, by protocol and port.
    edge_ipfix_packets_total |  | Packets of the flows that exporters told of, by protocol and port.
    edge_ipfix_flows_total |  | Flows that exporters told of, by protocol and port.
    linewarden_flow_packets_total |  | Packets that came from the exporter.
    linewarden_flow_records_total |  | Flow records that came from the exporter.
    linewarden_flow_lost_total |  | What the exporter sent and never arrived, by its sequence numbers.
    linewarden_flow_dropped_total |  | Flow records that could not be used, by reason.
    linewarden_flow_receive_errors_total |  | Packets that the system dropped before they were read.
    linewarden_flow_thread_restarts_total |  | How often the flow receiver was started again.
    linewarden_subscriber_rx_bytes_total | bytes | What the customer downloaded, over reconnects, moves and restarts.
    linewarden_subscriber_tx_bytes_total | bytes | What the customer uploaded, over reconnects, moves and restarts.
    linewarden_samples_appended_total |  | Samples committed to the metric store.
    linewarden_samples_out_of_order_total |  | Samples refused as too old, or as contradicting a stored one.
    linewarden_samples_over_limit_total |  | Samples refused because a series limit was reached.
    process_cpu_seconds_total | seconds | CPU time that the process has used.
    node_cpu_seconds_total | seconds | CPU time by core and mode.
    node_cpu_guest_seconds_total | seconds | CPU time that guests used, by core and mode.
    node_context_switches_total |  | Context switches.
    node_forks_total |  | Processes started.
    node_intr_total |  | Interrupts served.
    node_disk_read_bytes_total | bytes | Bytes read from the disk.
    node_disk_written_bytes_total | bytes | Bytes written to the disk.
    node_disk_reads_completed_total |  | Reads that were completed.
    node_disk_writes_completed_total |  | Writes that were completed.
    node_disk_read_time_seconds_total | seconds | Time that reads took, all together.
    node_disk_write_time_seconds_total | seconds | Time that writes took, all together.
    node_disk_io_time_seconds_total | seconds | Time in which the disk was busy.
    node_network_receive_bytes_total | bytes | Bytes received on the interface.
    node_network_transmit_bytes_total | bytes | Bytes sent on the interface.
    node_network_receive_packets_total |  | Packets received on the interface.
    node_network_transmit_packets_total |  | Packets sent on the interface.
    node_network_receive_errs_total |  | Receive errors on the interface.
    node_network_transmit_errs_total |  | Send errors on the interface.
    node_network_receive_drop_total |  | Received packets that were dropped.
    node_network_transmit_drop_total |  | Packets to send that were dropped.
    node_network_carrier_changes_total |  | How often the interface gained or lost its carrier.
    node_pressure_cpu_waiting_seconds_total | seconds | Time in which some process waited for a CPU.
    node_pressure_io_waiting_seconds_total | seconds | Time in which some process waited for input or output.
    node_pressure_io_stalled_seconds_total | seconds | Time in which all processes waited for input or output.
    node_pressure_memory_waiting_seconds_total | seconds | Time in which some process waited for memory.
    node_pressure_memory_stalled_seconds_total | seconds | Time in which all processes waited for memory.
    `,
  ),
]);

/** Families whose members are named after the fields of a kernel file. */
const FAMILIES: readonly (readonly [prefix: string, type: string, sentence: (field: string) => string])[] = [
  ['node_memory_', 'gauge', (field) => `The field ${field.replace(/_bytes$/, '')} of /proc/meminfo.`],
  ['node_netstat_', 'unknown', (field) => `The counter ${field} of the kernel's network statistics.`],
  ['node_vmstat_', 'unknown', (field) => `The field ${field} of /proc/vmstat.`],
  ['node_sockstat_', 'gauge', (field) => `The field ${field} of the kernel's socket statistics.`],
  ['node_disk_', 'counter', (field) => `Disk statistics: ${field.replace(/_total$/, '').replaceAll('_', ' ')}.`],
  [
    'node_network_',
    'counter',
    (field) => `Interface statistics: ${field.replace(/_total$/, '').replaceAll('_', ' ')}.`,
  ],
];

/** Undefined for a metric that is not Linewarden's own. */
export function ownMetric(name: string): Told | undefined {
  const exact = EXACT.get(name);
  if (exact !== undefined) return exact;
  const family = FAMILIES.find(([prefix]) => name.startsWith(prefix));
  if (family === undefined) return undefined;
  const [prefix, type, sentence] = family;
  const told = type === 'counter' && !name.endsWith('_total') ? 'gauge' : type;
  return { type: told, unit: name.endsWith('_bytes') ? 'bytes' : '', help: sentence(name.slice(prefix.length)) };
}
