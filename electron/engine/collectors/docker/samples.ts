// A container's figures under cAdvisor's names, labels and units (cadvisor: docs/storage/prometheus.md). What the engine
// does not tell yields no sample: a 0 in its place would look like a counter that began anew.
import type { ContainerInspect, ContainerStats, EngineInfo } from './answers.ts';

export type SampleLabels = Readonly<Record<string, string>>;
export type Emit = (name: string, value: number | undefined, labels?: SampleLabels) => void;

const NANOS_PER_SECOND = 1e9;
/** cAdvisor reports one, also where the engine gives each of them. */
const ALL_CPUS = { cpu: 'total' };
const MAX_INTERFACES = 64;
const MAX_DEVICES = 64;

const seconds = (nanoseconds: number | undefined): number | undefined =>
  nanoseconds === undefined ? undefined : nanoseconds / NANOS_PER_SECOND;

/** A number in an answer's free part. */
function figure(values: Readonly<Record<string, unknown>> | null | undefined, ...names: string[]): number | undefined {
  for (const name of names) {
    const value = values?.[name];
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  }
  return undefined;
}

/** `nameOf` gives "8:0" the name of its block device, where that is known. */
export function statsSamples(stats: ContainerStats, emit: Emit, nameOf: (device: string) => string): void {
  cpuSamples(stats, emit);
  memorySamples(stats, emit);
  const { pids_stats: pids, networks } = stats;
  emit('container_threads', pids?.current);
  // 2^64 - 1 where there is no limit.
  if (pids?.limit !== undefined && pids.limit < 2 ** 53) emit('container_threads_max', pids.limit);
  for (const [name, counters] of Object.entries(networks ?? {}).slice(0, MAX_INTERFACES)) {
    networkSamples(counters, { interface: name.slice(0, 64) }, emit);
  }
  blockSamples(stats, emit, nameOf);
}

function cpuSamples({ cpu_stats: cpu }: ContainerStats, emit: Emit): void {
  const { cpu_usage: usage, throttling_data: throttling } = cpu ?? {};
  emit('container_cpu_usage_seconds_total', seconds(usage?.total_usage), ALL_CPUS);
  emit('container_cpu_user_seconds_total', seconds(usage?.usage_in_usermode));
  emit('container_cpu_system_seconds_total', seconds(usage?.usage_in_kernelmode));
  // As cAdvisor: of containers that have a quota only.
  if (throttling?.periods === undefined || throttling.periods === 0) return;
  emit('container_cpu_cfs_periods_total', throttling.periods);
  emit('container_cpu_cfs_throttled_periods_total', throttling.throttled_periods);
  emit('container_cpu_cfs_throttled_seconds_total', seconds(throttling.throttled_time));
}

/** cgroup 1 has `total_*`, `cache` and `rss`; cgroup 2 has `file` and `anon`; Windows its private working set alone. */
function memorySamples({ memory_stats: memory }: ContainerStats, emit: Emit): void {
  if (memory === null || memory === undefined) return;
  const { stats, usage = memory.privateworkingset } = memory;
  emit('container_memory_usage_bytes', usage);
  emit('container_memory_max_usage_bytes', memory.max_usage);
  emit('container_memory_failcnt', memory.failcnt);
  emit('container_memory_cache', figure(stats, 'total_cache', 'cache', 'file'));
  emit('container_memory_rss', figure(stats, 'total_rss', 'rss', 'anon'));
  emit('container_memory_swap', figure(stats, 'total_swap', 'swap'));
  emit('container_memory_mapped_file', figure(stats, 'total_mapped_file', 'mapped_file', 'file_mapped'));
  const inactive = figure(stats, 'total_inactive_file', 'inactive_file') ?? 0;
  if (usage !== undefined) emit('container_memory_working_set_bytes', Math.max(0, usage - inactive));
  for (const failure of ['pgfault', 'pgmajfault']) {
    emit('container_memory_failures_total', figure(stats, `total_${failure}`, failure), {
      failure_type: failure,
      scope: 'container',
    });
  }
}

const NETWORK = [
  ['container_network_receive_bytes_total', 'rx_bytes'],
  ['container_network_receive_packets_total', 'rx_packets'],
  ['container_network_receive_errors_total', 'rx_errors'],
  ['container_network_receive_packets_dropped_total', 'rx_dropped'],
  ['container_network_transmit_bytes_total', 'tx_bytes'],
  ['container_network_transmit_packets_total', 'tx_packets'],
  ['container_network_transmit_errors_total', 'tx_errors'],
  ['container_network_transmit_packets_dropped_total', 'tx_dropped'],
] as const;

function networkSamples(counters: Readonly<Record<string, unknown>>, labels: SampleLabels, emit: Emit): void {
  for (const [name, key] of NETWORK) emit(name, figure(counters, key), labels);
}

const OPERATIONS = {
  read: { bytes: 'container_fs_reads_bytes_total', count: 'container_fs_reads_total', label: 'Read' },
  write: { bytes: 'container_fs_writes_bytes_total', count: 'container_fs_writes_total', label: 'Write' },
} as const;

function blockSamples({ blkio_stats: block }: ContainerStats, emit: Emit, nameOf: (device: string) => string): void {
  const bytes = new Set<string>();
  for (const { major, minor, op, value } of block?.io_service_bytes_recursive ?? []) {
    const operation = operationOf(op);
    if (operation === undefined || bytes.size >= 2 * MAX_DEVICES) continue;
    const device = nameOf(`${major}:${minor}`);
    bytes.add(`${device} ${op}`);
    emit(operation.bytes, value, { device });
    emit('container_blkio_device_usage_total', value, {
      device,
      major: String(major),
      minor: String(minor),
      operation: operation.label,
    });
  }
  for (const { major, minor, op, value } of (block?.io_serviced_recursive ?? []).slice(0, 8 * MAX_DEVICES)) {
    emit(operationOf(op)?.count ?? '', value, { device: nameOf(`${major}:${minor}`) });
  }
}

/** cgroup 1 writes "Read", cgroup 2 "read". */
const operationOf = (op: string): (typeof OPERATIONS)['read' | 'write'] | undefined => {
  const name = op.toLowerCase();
  return name === 'read' || name === 'write' ? OPERATIONS[name] : undefined;
};

/** Healthy 1, no health check -1, anything else (starting, unhealthy) 0. */
const healthState = (status: string | undefined): number =>
  status === undefined || status === '' || status === 'none' ? -1 : Number(status === 'healthy');

/** Without a limit, cAdvisor's figure is 0. */
const limit = (value: number | undefined): number | undefined => value && Math.max(0, value);

const CFS_PERIOD_US = 100_000;

export function inspectSamples({ State: state, HostConfig: config }: ContainerInspect, emit: Emit): void {
  const startedMs = Date.parse(state?.StartedAt ?? '');
  // A container that never ran has the year 1.
  if (startedMs > 0) emit('container_start_time_seconds', Math.floor(startedMs / 1_000));
  emit('container_health_state', healthState(state?.Health?.Status));
  emit('container_spec_memory_limit_bytes', limit(config?.Memory));
  emit('container_spec_memory_reservation_limit_bytes', limit(config?.MemoryReservation));
  emit('container_spec_memory_swap_limit_bytes', limit(config?.MemorySwap));
  emit('container_spec_cpu_shares', config?.CpuShares === 0 ? 1_024 : config?.CpuShares);
  const nanoCpus = config?.NanoCpus ?? 0;
  const period = config?.CpuPeriod === undefined || config.CpuPeriod === 0 ? CFS_PERIOD_US : config.CpuPeriod;
  const quota = nanoCpus > 0 ? Math.floor((nanoCpus * period) / NANOS_PER_SECOND) : (config?.CpuQuota ?? 0);
  emit('container_spec_cpu_period', period);
  if (quota > 0) emit('container_spec_cpu_quota', quota);
}

export function machineSamples({ NCPU: cores, MemTotal: memory }: EngineInfo, emit: Emit): void {
  emit('machine_cpu_cores', cores);
  emit('machine_memory_bytes', memory);
}
