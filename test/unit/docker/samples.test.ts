// What an engine answers, under cAdvisor's names: answers of cgroup 1, of cgroup 2 and of Windows.
import { describe, expect, it } from 'vitest';
import { infoSchema, inspectSchema, statsSchema } from '../../../electron/engine/collectors/docker/answers.ts';
import { inspectSamples, machineSamples, statsSamples } from '../../../electron/engine/collectors/docker/samples.ts';
import type { Emit } from '../../../electron/engine/collectors/docker/samples.ts';

function gathered(work: (emit: Emit) => void): Record<string, number> {
  const found: Record<string, number> = {};
  work((name, value, labels) => {
    const shown = Object.entries(labels ?? {}).map(([key, text]) => `${key}=${text}`);
    if (value !== undefined) found[shown.length === 0 ? name : `${name}{${shown.join(',')}}`] = value;
  });
  return found;
}

const stats = (answer: unknown) =>
  gathered((emit) =>
    statsSamples(statsSchema.parse(answer), emit, (device) => (device === '8:0' ? '/dev/sda' : device)),
  );

describe('what a container uses', () => {
  it('is read from an engine on cgroup 1', () => {
    expect(
      stats({
        pids_stats: { current: 2 },
        blkio_stats: {
          io_service_bytes_recursive: [
            { major: 8, minor: 0, op: 'Read', value: 4096 },
            { major: 8, minor: 0, op: 'Write', value: 8192 },
            { major: 8, minor: 0, op: 'Sync', value: 12_288 },
            { major: 8, minor: 0, op: 'Total', value: 12_288 },
          ],
          io_serviced_recursive: [
            { major: 8, minor: 0, op: 'Read', value: 1 },
            { major: 8, minor: 0, op: 'Write', value: 2 },
          ],
        },
        cpu_stats: {
          cpu_usage: {
            total_usage: 64_000_000,
            percpu_usage: [48_000_000, 16_000_000],
            usage_in_kernelmode: 30_000_000,
            usage_in_usermode: 20_000_000,
          },
          throttling_data: { periods: 10, throttled_periods: 3, throttled_time: 1_500_000_000 },
        },
        memory_stats: {
          usage: 1_000_000,
          max_usage: 4_000_000,
          failcnt: 0,
          stats: {
            cache: 1,
            total_cache: 102_400,
            total_rss: 114_688,
            total_inactive_file: 200_000,
            total_mapped_file: 0,
            total_pgfault: 3346,
            total_pgmajfault: 1,
          },
          limit: 67_108_864,
        },
        networks: {
          eth0: {
            rx_bytes: 5338,
            rx_dropped: 1,
            rx_errors: 0,
            rx_packets: 36,
            tx_bytes: 648,
            tx_dropped: 0,
            tx_errors: 2,
            tx_packets: 8,
          },
        },
      }),
    ).toEqual({
      'container_cpu_usage_seconds_total{cpu=total}': 0.064,
      container_cpu_user_seconds_total: 0.02,
      container_cpu_system_seconds_total: 0.03,
      container_cpu_cfs_periods_total: 10,
      container_cpu_cfs_throttled_periods_total: 3,
      container_cpu_cfs_throttled_seconds_total: 1.5,
      container_memory_usage_bytes: 1_000_000,
      container_memory_max_usage_bytes: 4_000_000,
      container_memory_failcnt: 0,
      container_memory_cache: 102_400,
      container_memory_rss: 114_688,
      container_memory_mapped_file: 0,
      container_memory_working_set_bytes: 800_000,
      'container_memory_failures_total{failure_type=pgfault,scope=container}': 3346,
      'container_memory_failures_total{failure_type=pgmajfault,scope=container}': 1,
      container_threads: 2,
      'container_network_receive_bytes_total{interface=eth0}': 5338,
      'container_network_receive_packets_total{interface=eth0}': 36,
      'container_network_receive_errors_total{interface=eth0}': 0,
      'container_network_receive_packets_dropped_total{interface=eth0}': 1,
      'container_network_transmit_bytes_total{interface=eth0}': 648,
      'container_network_transmit_packets_total{interface=eth0}': 8,
      'container_network_transmit_errors_total{interface=eth0}': 2,
      'container_network_transmit_packets_dropped_total{interface=eth0}': 0,
      'container_fs_reads_bytes_total{device=/dev/sda}': 4096,
      'container_fs_writes_bytes_total{device=/dev/sda}': 8192,
      'container_blkio_device_usage_total{device=/dev/sda,major=8,minor=0,operation=Read}': 4096,
      'container_blkio_device_usage_total{device=/dev/sda,major=8,minor=0,operation=Write}': 8192,
      'container_fs_reads_total{device=/dev/sda}': 1,
      'container_fs_writes_total{device=/dev/sda}': 2,
    });
  });

  it('is read from an engine on cgroup 2, whose names differ and which leaves lists out', () => {
    expect(
      stats({
        pids_stats: { current: 7, limit: 18_446_744_073_709_552_000 },
        blkio_stats: {
          io_service_bytes_recursive: [{ major: 259, minor: 1, op: 'read', value: 10 }],
          io_serviced_recursive: null,
        },
        cpu_stats: {
          cpu_usage: { total_usage: 2e9, usage_in_kernelmode: 5e8, usage_in_usermode: 15e8 },
          throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
        },
        memory_stats: {
          usage: 5_000,
          stats: { anon: 3_000, file: 1_500, file_mapped: 100, inactive_file: 6_000, pgfault: 4, pgmajfault: 0 },
        },
      }),
    ).toEqual({
      'container_cpu_usage_seconds_total{cpu=total}': 2,
      container_cpu_user_seconds_total: 1.5,
      container_cpu_system_seconds_total: 0.5,
      container_memory_usage_bytes: 5_000,
      container_memory_cache: 1_500,
      container_memory_rss: 3_000,
      container_memory_mapped_file: 100,
      container_memory_working_set_bytes: 0,
      'container_memory_failures_total{failure_type=pgfault,scope=container}': 4,
      'container_memory_failures_total{failure_type=pgmajfault,scope=container}': 0,
      container_threads: 7,
      'container_fs_reads_bytes_total{device=259:1}': 10,
      'container_blkio_device_usage_total{device=259:1,major=259,minor=1,operation=Read}': 10,
    });
  });

  it('is little on Windows, and nothing is made up', () => {
    expect(stats({ cpu_stats: { cpu_usage: { total_usage: 5e9 } }, memory_stats: { privateworkingset: 77 } })).toEqual({
      'container_cpu_usage_seconds_total{cpu=total}': 5,
      container_memory_usage_bytes: 77,
      container_memory_working_set_bytes: 77,
    });
    expect(stats({})).toEqual({});
  });

  it('is bounded', () => {
    const networks = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`veth${i}`, { rx_bytes: i }]));
    expect(Object.keys(stats({ networks }))).toHaveLength(64);
  });
});

const inspected = (answer: unknown) => gathered((emit) => inspectSamples(inspectSchema.parse(answer), emit));

describe('what a container may use, and how it is', () => {
  it('is read from what it was made with', () => {
    expect(
      inspected({
        State: { StartedAt: '2026-11-20T08:00:00.123456789Z', Health: { Status: 'healthy' } },
        HostConfig: {
          Memory: 67_108_864,
          MemoryReservation: 0,
          MemorySwap: -1,
          CpuShares: 0,
          CpuPeriod: 0,
          CpuQuota: 0,
          NanoCpus: 1_500_000_000,
        },
      }),
    ).toEqual({
      container_start_time_seconds: 1_795_161_600,
      container_health_state: 1,
      container_spec_memory_limit_bytes: 67_108_864,
      container_spec_memory_reservation_limit_bytes: 0,
      container_spec_memory_swap_limit_bytes: 0,
      container_spec_cpu_shares: 1_024,
      container_spec_cpu_period: 100_000,
      container_spec_cpu_quota: 150_000,
    });
  });

  it.each([
    [undefined, -1],
    ['none', -1],
    ['starting', 0],
    ['unhealthy', 0],
    ['healthy', 1],
  ])('has a health of %s as %d', (status, value) => {
    const State = status === undefined ? {} : { Health: { Status: status } };
    expect(inspected({ State })['container_health_state']).toBe(value);
  });

  it('has no start where it never started', () => {
    expect(inspected({ State: { StartedAt: '0001-01-01T00:00:00Z' } })['container_start_time_seconds']).toBeUndefined();
  });
});

it('tells what the machine has', () => {
  expect(gathered((emit) => machineSamples(infoSchema.parse({ NCPU: 4, MemTotal: 8e9 }), emit))).toEqual({
    machine_cpu_cores: 4,
    machine_memory_bytes: 8e9,
  });
});
