// Reads a macOS or Windows computer with what Node itself tells, so that no poll starts a process on Windows.
import { existsSync, readdirSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import os from 'node:os';
import type { Clock } from '../../../clock.ts';
import { formatGib, formatUptime } from '../format.ts';
import type { Emit, HostPart, HostReader } from '../types.ts';
import { interfaceCounters } from './interface-counters.ts';

const CPU_MODES = ['user', 'nice', 'sys', 'idle', 'irq'] as const;
const STATFS_TIMEOUT_MS = 2_000;
/** A wall clock that is corrected must not move the boot time about. */
const BOOT_TOLERANCE_SECONDS = 2;

/** Mounted volumes: drive letters on Windows, / and /Volumes on macOS. */
function volumes(platform: NodeJS.Platform): string[] {
  if (platform === 'win32') {
    return Array.from({ length: 24 }, (_, i) => `${String.fromCharCode(67 + i)}:\\`).filter((root) => existsSync(root));
  }
  try {
    return ['/', ...readdirSync('/Volumes').map((name) => `/Volumes/${name}`)];
  } catch {
    return ['/'];
  }
}

async function readVolume(mountpoint: string, pending: Set<string>, emit: Emit): Promise<void> {
  if (pending.has(mountpoint)) return;
  pending.add(mountpoint);
  const labels = { device: mountpoint, mountpoint };
  const answer = statfs(mountpoint).finally(() => pending.delete(mountpoint));
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, STATFS_TIMEOUT_MS, undefined);
  });
  const found = await Promise.race([answer.catch(() => undefined), timeout]);
  clearTimeout(timer);
  emit('node_filesystem_device_error', found === undefined ? 1 : 0, labels);
  if (found === undefined) return;
  emit('node_filesystem_size_bytes', found.blocks * found.bsize, labels);
  emit('node_filesystem_free_bytes', found.bfree * found.bsize, labels);
  emit('node_filesystem_avail_bytes', found.bavail * found.bsize, labels);
}

export type DesktopReaderOptions = {
  readonly clock: Clock;
  readonly platform?: NodeJS.Platform;
};

export function createDesktopReader({ clock, platform = process.platform }: DesktopReaderOptions): HostReader {
  const pending = new Set<string>();
  let bootSeconds = Number.NaN;
  const parts: HostPart[] = [
    {
      name: 'cpu',
      read(emit) {
        for (const [i, { times }] of os.cpus().entries()) {
          for (const mode of CPU_MODES) {
            const labels = { cpu: String(i), mode: mode === 'sys' ? 'system' : mode };
            emit('node_cpu_seconds_total', times[mode] / 1000, labels);
          }
        }
        return true;
      },
    },
    {
      name: 'meminfo',
      read(emit) {
        emit('node_memory_MemTotal_bytes', os.totalmem());
        emit('node_memory_MemFree_bytes', os.freemem());
        emit('node_memory_MemAvailable_bytes', process.availableMemory());
        return true;
      },
    },
    {
      name: 'loadavg',
      read(emit) {
        // Windows has no load average: Node would say 0.
        if (platform === 'win32') return false;
        const [load1 = 0, load5 = 0, load15 = 0] = os.loadavg();
        emit('node_load1', load1);
        emit('node_load5', load5);
        emit('node_load15', load15);
        return true;
      },
    },
    {
      name: 'filesystem',
      async read(emit) {
        await Promise.all(volumes(platform).map((mountpoint) => readVolume(mountpoint, pending, emit)));
        return true;
      },
    },
    {
      name: 'stat',
      read(emit) {
        const now = Math.round(clock.now() / 1000 - os.uptime());
        if (!(Math.abs(now - bootSeconds) <= BOOT_TOLERANCE_SECONDS)) bootSeconds = now;
        emit('node_boot_time_seconds', bootSeconds);
        return true;
      },
    },
    {
      name: 'uname',
      read(emit) {
        emit('node_uname_info', 1, {
          sysname: os.type(),
          release: os.release(),
          version: os.version(),
          machine: os.machine(),
          nodename: os.hostname(),
          domainname: '(none)',
        });
        return true;
      },
    },
    {
      name: 'time',
      read(emit) {
        emit('node_time_seconds', clock.now() / 1000);
        return true;
      },
    },
  ];
  // On Windows each reading would start PowerShell: interface and disk counters are not read there.
  if (platform === 'darwin') parts.push(interfaceCounters(() => clock.monotonic()));
  return {
    parts,
    facts: () => [
      { name: 'Operating system', value: os.version() },
      { name: 'Kernel', value: `${os.type()} ${os.release()}` },
      { name: 'CPU', value: os.cpus()[0]?.model.trim() ?? 'unknown' },
      { name: 'Cores', value: String(os.cpus().length) },
      { name: 'Memory', value: formatGib(os.totalmem()) },
      { name: 'Uptime', value: formatUptime(os.uptime()) },
    ],
  };
}
