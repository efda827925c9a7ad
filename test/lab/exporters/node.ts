// A simulated server behind Node Exporter: two CPUs, a disk that fills slowly, one busy interface.
import type { Family } from './families.ts';
import { createRandom } from './random.ts';

const GIB = 1024 ** 3;

const gauge = (name: string, help: string, value: number, labels = {}): Family => ({
  name,
  type: 'gauge',
  help,
  samples: [{ labels, value }],
});

/** Returns what it exposes after `seconds` of life; called with growing times. */
export function createNode(seed: number): (seconds: number) => Family[] {
  const random = createRandom(seed);
  const memoryTotal = 4 * GIB;
  const diskSize = 120 * GIB;
  const bootSeconds = Math.floor(Date.now() / 1000) - 86_400 * (1 + Math.floor(random.between(0, 40)));
  const idle = [random.between(1e5, 2e5), random.between(1e5, 2e5)];
  const user = [random.between(1e3, 2e4), random.between(1e3, 2e4)];
  const system = [random.between(1e3, 1e4), random.between(1e3, 1e4)];
  let received = random.between(1e9, 9e9);
  let sent = random.between(1e9, 9e9);
  let diskRead = random.between(1e9, 9e9);
  let diskUsed = diskSize * random.between(0.3, 0.7);
  let last = 0;
  return (seconds) => {
    const passed = Math.max(0, seconds - last);
    last = seconds;
    const busy = 0.15 + 0.1 * Math.sin(seconds / 60) + random.between(0, 0.1);
    for (const cpu of [0, 1]) {
      user[cpu] = (user[cpu] ?? 0) + passed * busy * 0.7;
      system[cpu] = (system[cpu] ?? 0) + passed * busy * 0.3;
      idle[cpu] = (idle[cpu] ?? 0) + passed * (1 - busy);
    }
    received += passed * busy * 12e6;
    sent += passed * busy * 4e6;
    diskRead += passed * busy * 3e6;
    diskUsed = Math.min(diskSize * 0.98, diskUsed + passed * 2e4);
    const available = memoryTotal * (0.6 - busy / 2);
    const root = { device: '/dev/sda1', mountpoint: '/', fstype: 'ext4' };
    return [
      {
        name: 'node_cpu_seconds',
        type: 'counter',
        help: 'Seconds the CPUs spent in each mode.',
        samples: [0, 1].flatMap((cpu) =>
          (
            [
              ['idle', idle[cpu] ?? 0],
              ['system', system[cpu] ?? 0],
              ['user', user[cpu] ?? 0],
            ] as const
          ).map(([mode, value]) => ({ labels: { cpu: String(cpu), mode }, value })),
        ),
      },
      gauge('node_memory_MemTotal_bytes', 'Memory information field MemTotal_bytes.', memoryTotal),
      gauge('node_memory_MemAvailable_bytes', 'Memory information field MemAvailable_bytes.', Math.round(available)),
      gauge('node_filesystem_size_bytes', 'Filesystem size in bytes.', diskSize, root),
      gauge(
        'node_filesystem_avail_bytes',
        'Filesystem space available in bytes.',
        Math.round(diskSize - diskUsed),
        root,
      ),
      {
        name: 'node_disk_read_bytes',
        type: 'counter',
        help: 'The total number of bytes read successfully.',
        samples: [{ labels: { device: 'sda' }, value: Math.round(diskRead) }],
      },
      {
        name: 'node_network_receive_bytes',
        type: 'counter',
        help: 'Network device statistic receive_bytes.',
        samples: [{ labels: { device: 'eth0' }, value: Math.round(received) }],
      },
      {
        name: 'node_network_transmit_bytes',
        type: 'counter',
        help: 'Network device statistic transmit_bytes.',
        samples: [{ labels: { device: 'eth0' }, value: Math.round(sent) }],
      },
      gauge('node_load1', '1m load average.', Number((busy * 2).toFixed(2))),
      gauge('node_boot_time_seconds', 'Node boot time, in unixtime.', bootSeconds),
      {
        name: 'node_uname',
        type: 'info',
        help: 'Labeled system information as provided by the uname system call.',
        samples: [
          {
            labels: {
              sysname: 'Linux',
              release: '6.1.0-25-amd64',
              version: '#1 SMP Debian 6.1.106-3',
              machine: 'x86_64',
              nodename: `server-${seed}`,
              domainname: '(none)',
            },
            value: 1,
          },
        ],
      },
      {
        name: 'node_exporter_build',
        type: 'info',
        help: 'A metric with a constant 1 value labeled by version.',
        samples: [{ labels: { version: '1.8.2', goos: 'linux', goarch: 'amd64' }, value: 1 }],
      },
    ];
  };
}
