// The Linux reader on recorded files: each value worked out from the file by hand.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLinuxReader } from '../../../electron/engine/collectors/host/index.ts';
import type { LinuxReaderOptions } from '../../../electron/engine/collectors/host/index.ts';

const root = path.resolve(import.meta.dirname, '../../fixtures/host/linux');
const BOOT_SECONDS = 1_795_214_021;
const clock = { now: () => (BOOT_SECONDS + 93_784) * 1000 + 500, monotonic: () => 0 };
const uname = { sysname: 'Linux', release: '6.1.0-25-amd64', version: '#1 SMP', machine: 'x86_64' };
const disk = { bsize: 4_096, blocks: 1_000, bfree: 600, bavail: 500, files: 2_000, ffree: 1_500 };

const reader = (changes: Partial<LinuxReaderOptions> = {}) =>
  createLinuxReader({ root, clock, uname, statfs: () => Promise.resolve(disk), ...changes });

/** What one part emits, `name{label="value"}` -> value. */
async function read(part: string, from = reader()): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  const present = await from.parts
    .find(({ name }) => name === part)
    ?.read((name, value, labels = {}) => {
      const text = Object.entries(labels).map(([label, of]) => `${label}="${of}"`);
      found[text.length === 0 ? name : `${name}{${text.join(',')}}`] = value;
    });
  return { ...found, present: present === true ? 1 : 0 };
}

describe('the Linux reader', () => {
  it('cpu: USER_HZ ticks as seconds, by cpu and mode, guests apart', async () => {
    const found = await read('cpu');
    expect(found).toMatchObject({
      'node_cpu_seconds_total{cpu="0",mode="user"}': 240.23,
      'node_cpu_seconds_total{cpu="0",mode="nice"}': 2.53,
      'node_cpu_seconds_total{cpu="0",mode="system"}': 138.42,
      'node_cpu_seconds_total{cpu="0",mode="idle"}': 2954.07,
      'node_cpu_seconds_total{cpu="0",mode="iowait"}': 2.43,
      'node_cpu_seconds_total{cpu="0",mode="irq"}': 0,
      'node_cpu_seconds_total{cpu="0",mode="softirq"}': 0.46,
      'node_cpu_seconds_total{cpu="0",mode="steal"}': 1.07,
      'node_cpu_seconds_total{cpu="1",mode="idle"}': 2890.17,
      'node_cpu_guest_seconds_total{cpu="1",mode="user"}': 0,
      'node_cpu_guest_seconds_total{cpu="1",mode="nice"}': 0,
    });
    // 2 CPUs x (8 modes + 2 guest modes), and nothing of the sum line; `present` is ours.
    expect(Object.keys(found)).toHaveLength(21);
  });

  it('stat, loadavg, filefd', async () => {
    expect(await read('stat')).toEqual({
      node_intr_total: 3_623_489,
      node_context_switches_total: 4_803_788,
      node_boot_time_seconds: BOOT_SECONDS,
      node_forks_total: 29_599,
      node_procs_running: 5,
      node_procs_blocked: 0,
      present: 1,
    });
    expect(await read('loadavg')).toEqual({ node_load1: 3.83, node_load5: 2.14, node_load15: 1.02, present: 1 });
    expect(await read('filefd')).toEqual({ node_filefd_allocated: 795, node_filefd_maximum: 2_466_177, present: 1 });
  });

  it('meminfo: every field, kB as bytes, counts as they are', async () => {
    expect(await read('meminfo')).toMatchObject({
      node_memory_MemTotal_bytes: 25_276_510_208,
      node_memory_MemAvailable_bytes: 24_343_117_824,
      node_memory_Active_anon_bytes: 1_662_976,
      node_memory_SwapTotal_bytes: 0,
      node_memory_HugePages_Total: 0,
      node_memory_Hugepagesize_bytes: 2_097_152,
    });
  });

  it('vmstat and pressure', async () => {
    expect(await read('vmstat')).toEqual({
      node_vmstat_pgpgin: 13_468_773,
      node_vmstat_pgpgout: 2_403_688,
      node_vmstat_pswpin: 0,
      node_vmstat_pswpout: 0,
      node_vmstat_pgfault: 38_763_557,
      node_vmstat_pgmajfault: 9_640,
      node_vmstat_oom_kill: 0,
      present: 1,
    });
    expect(await read('pressure')).toEqual({
      node_pressure_cpu_waiting_seconds_total: 147.872543,
      node_pressure_io_waiting_seconds_total: 10.70642,
      node_pressure_io_stalled_seconds_total: 8.859859,
      node_pressure_memory_waiting_seconds_total: 0,
      node_pressure_memory_stalled_seconds_total: 0,
      present: 1,
    });
  });

  it('diskstats: sectors as bytes, milliseconds as seconds, no loops', async () => {
    const found = await read('diskstats');
    const ofVda = (name: string) => found[`node_disk_${name}{device="vda"}`] ?? Number.NaN;
    expect(ofVda('reads_completed_total')).toBe(287_243);
    expect(ofVda('reads_merged_total')).toBe(49_917);
    expect(ofVda('read_bytes_total')).toBe(13_792_023_552);
    expect(ofVda('read_time_seconds_total')).toBeCloseTo(165.627, 9);
    expect(ofVda('writes_completed_total')).toBe(23_509);
    expect(ofVda('written_bytes_total')).toBe(2_461_376_512);
    expect(ofVda('write_time_seconds_total')).toBeCloseTo(10.946, 9);
    expect(ofVda('io_now')).toBe(0);
    expect(ofVda('io_time_seconds_total')).toBeCloseTo(22.872, 9);
    expect(ofVda('io_time_weighted_seconds_total')).toBeCloseTo(177.95, 9);
    expect(ofVda('discarded_sectors_total')).toBe(503_496);
    expect(ofVda('flush_requests_time_seconds_total')).toBeCloseTo(0.222, 9);
    expect(Object.keys(found).filter((name) => name.includes('loop'))).toEqual([]);
    expect(Object.keys(found).filter((name) => name.includes('zram0'))).toHaveLength(17);
  });

  it('netdev and netclass', async () => {
    const found = await read('netdev');
    expect(found).toMatchObject({
      'node_network_receive_bytes_total{device="eth0"}': 854_664_202,
      'node_network_receive_packets_total{device="eth0"}': 23_917,
      'node_network_receive_errs_total{device="eth0"}': 0,
      'node_network_transmit_bytes_total{device="eth0"}': 2_154_807,
      'node_network_transmit_packets_total{device="eth0"}': 15_634,
      'node_network_transmit_carrier_total{device="eth0"}': 0,
      'node_network_receive_bytes_total{device="lo"}': 108_254_673,
    });
    // 4 interfaces x 16 columns
    expect(Object.keys(found)).toHaveLength(65);
    expect(await read('netclass')).toMatchObject({
      'node_network_up{device="eth0"}': 1,
      'node_network_up{device="lo"}': 0,
      'node_network_up{device="ifb0"}': 0,
      // -1: the driver does not know
      'node_network_speed_bytes{device="eth0"}': -125_000,
      'node_network_mtu_bytes{device="eth0"}': 1_400,
      'node_network_carrier{device="eth0"}': 1,
      'node_network_info{device="eth0",address="02:fc:00:00:00:01",broadcast="ff:ff:ff:ff:ff:ff",duplex="unknown",operstate="up",ifalias=""}': 1,
    });
    expect(await read('netclass')).not.toHaveProperty('node_network_speed_bytes{device="lo"}');
  });

  it('netstat, sockstat, conntrack', async () => {
    expect(await read('netstat')).toMatchObject({
      node_netstat_Ip_Forwarding: 2,
      node_netstat_Tcp_ActiveOpens: 1_337,
      node_netstat_Tcp_PassiveOpens: 1_172,
      node_netstat_Tcp_RetransSegs: 26,
      node_netstat_Udp_InDatagrams: 31_000,
      node_netstat_Ip6_InOctets: 128,
      node_netstat_IpExt_InOctets: 962_583_293,
      node_netstat_IpExt_OutOctets: 110_177_708,
    });
    expect(await read('netstat')).not.toHaveProperty('node_netstat_Tcp_RtoMin');
    expect(await read('sockstat')).toMatchObject({
      node_sockstat_sockets_used: 19,
      node_sockstat_TCP_inuse: 3,
      node_sockstat_TCP_tw: 296,
    });
    expect(await read('conntrack')).toEqual({
      node_nf_conntrack_entries: 12,
      node_nf_conntrack_entries_limit: 262_144,
      present: 1,
    });
  });

  it("filesystem: Node Exporter's exclusions, each mount once, blanks in names, read-only ones told", async () => {
    const found = await read('filesystem');
    const sizes = Object.keys(found).filter((name) => name.startsWith('node_filesystem_size_bytes'));
    expect(sizes.toSorted()).toEqual([
      'node_filesystem_size_bytes{device="/dev/sdb1",mountpoint="/srv/my data",fstype="xfs"}',
      'node_filesystem_size_bytes{device="/dev/vda",mountpoint="/",fstype="ext4"}',
      'node_filesystem_size_bytes{device="nas:/export",mountpoint="/nas",fstype="nfs4"}',
      'node_filesystem_size_bytes{device="tmpfs",mountpoint="/run",fstype="tmpfs"}',
    ]);
    const labels = '{device="/dev/vda",mountpoint="/",fstype="ext4"}';
    expect(found).toMatchObject({
      [`node_filesystem_size_bytes${labels}`]: 4_096_000,
      [`node_filesystem_free_bytes${labels}`]: 2_457_600,
      [`node_filesystem_avail_bytes${labels}`]: 2_048_000,
      [`node_filesystem_files${labels}`]: 2_000,
      [`node_filesystem_files_free${labels}`]: 1_500,
      [`node_filesystem_readonly${labels}`]: 0,
      [`node_filesystem_device_error${labels}`]: 0,
      'node_filesystem_readonly{device="/dev/sdb1",mountpoint="/srv/my data",fstype="xfs"}': 1,
    });
  });

  it('filesystem: a mount that hangs stops nothing, is asked only once at a time, and comes back', async () => {
    let asked = 0;
    let answer: ((found: typeof disk) => void) | undefined;
    const hanging = reader({
      statfsTimeoutMs: 20,
      statfs: (mountpoint) => {
        if (mountpoint !== '/nas') return Promise.resolve(disk);
        asked++;
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
    });
    const labels = '{device="nas:/export",mountpoint="/nas",fstype="nfs4"}';
    for (let poll = 0; poll < 3; poll++) {
      const found = await read('filesystem', hanging);
      expect(found[`node_filesystem_device_error${labels}`]).toBe(1);
      expect(found).not.toHaveProperty(`node_filesystem_size_bytes${labels}`);
      expect(found['node_filesystem_size_bytes{device="/dev/vda",mountpoint="/",fstype="ext4"}']).toBe(4_096_000);
    }
    expect(asked).toBe(1);
    answer?.(disk);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
    const pending = read('filesystem', hanging);
    answer?.(disk);
    expect((await pending)[`node_filesystem_size_bytes${labels}`]).toBe(4_096_000);
    expect(asked).toBe(2);
  });

  it('filesystem: with two mounts hung, no new ones are tried, and those that answer go on', async () => {
    const asked: string[] = [];
    const hanging = reader({
      statfsTimeoutMs: 20,
      statfs: (mountpoint) => {
        asked.push(mountpoint);
        return mountpoint === '/' ? Promise.resolve(disk) : new Promise(() => {});
      },
    });
    await read('filesystem', hanging);
    expect(asked.splice(0).toSorted()).toEqual(['/', '/nas', '/run', '/srv/my data']);
    await read('filesystem', hanging);
    expect(asked).toEqual(['/']);
  });

  it('uname, os, time', async () => {
    expect(await read('uname')).toEqual({
      'node_uname_info{sysname="Linux",release="6.1.0-25-amd64",version="#1 SMP",machine="x86_64",nodename="vm",domainname="(none)"}': 1,
      present: 1,
    });
    const found = await read('os');
    expect(found['node_os_version{id="debian",id_like="",name="Debian GNU/Linux"}']).toBe(12);
    const [info = ''] = Object.keys(found).filter((name) => name.startsWith('node_os_info'));
    expect(info).toContain('pretty_name="Debian GNU/Linux 12 (bookworm)"');
    expect(info).toContain('version_codename="bookworm",version_id="12"');
    expect(await read('time')).toEqual({ node_time_seconds: BOOT_SECONDS + 93_784.5, present: 1 });
  });

  it('hwmon: degrees, under the chip that the driver names', async () => {
    expect(await read('hwmon')).toEqual({
      'node_hwmon_chip_names{chip="coretemp",chip_name="coretemp"}': 1,
      'node_hwmon_sensor_label{chip="coretemp",sensor="temp1",label="Package id 0"}': 1,
      'node_hwmon_temp_celsius{chip="coretemp",sensor="temp1"}': 47.5,
      'node_hwmon_temp_crit_celsius{chip="coretemp",sensor="temp1"}': 100,
      present: 1,
    });
  });

  it.skipIf(process.platform === 'win32')('hwmon: a chip with a device is called after its bus and name', async () => {
    const dir = mkdtempSync(path.join(os.tmpdir(), 'linewarden-hwmon-'));
    try {
      mkdirSync(path.join(dir, 'sys/devices/platform/coretemp.0'), { recursive: true });
      mkdirSync(path.join(dir, 'sys/class/hwmon/hwmon3'), { recursive: true });
      symlinkSync(path.join(dir, 'sys/devices/platform/coretemp.0'), path.join(dir, 'sys/class/hwmon/hwmon3/device'));
      writeFileSync(path.join(dir, 'sys/class/hwmon/hwmon3/temp2_input'), '-5000\n');
      expect(await read('hwmon', reader({ root: dir }))).toEqual({
        'node_hwmon_temp_celsius{chip="platform_coretemp_0",sensor="temp2"}': -5,
        present: 1,
      });
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  it('what a computer lacks is absent, not an error', async () => {
    const empty = reader({ root: path.join(root, 'nothing') });
    for (const part of ['hwmon', 'conntrack', 'pressure', 'diskstats', 'sockstat', 'netclass', 'os']) {
      expect(await read(part, empty)).toEqual({ present: 0 });
    }
    await expect(read('meminfo', empty)).rejects.toThrow('ENOENT');
  });

  it('tells its facts', () => {
    expect(reader().facts()).toEqual([
      { name: 'Operating system', value: 'Debian GNU/Linux 12 (bookworm)' },
      { name: 'Kernel', value: 'Linux 6.1.0-25-amd64' },
      { name: 'CPU', value: 'AMD EPYC' },
      { name: 'Cores', value: '2' },
      // 25,276,510,208 bytes
      { name: 'Memory', value: '23.5 GiB' },
      // 93,784 s = 1 day, 2 hours, 3 minutes, 4 seconds
      { name: 'Uptime', value: '1 d 2 h' },
    ]);
  });
});
