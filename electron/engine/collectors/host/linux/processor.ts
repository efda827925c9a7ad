// CPU time, load, scheduler totals and open files, from /proc/stat, /proc/loadavg and /proc/sys/fs/file-nr.
import type { Emit, HostPart } from '../types.ts';
import { fieldsOf, linesOf } from './files.ts';
import type { HostFiles } from './files.ts';

/** The kernel counts in USER_HZ, which is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const MODES = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;
const GUEST_MODES = ['user', 'nice'] as const;

/** Idle and iowait of the kernel go back a little at times; a counter must not, or rate() sees a reset. */
class CpuTimes {
  readonly #last = new Map<string, number>();

  forward(key: string, seconds: number): number {
    const last = this.#last.get(key) ?? 0;
    // A larger step back is a CPU that was taken out and put in again: it starts anew.
    const value = seconds < last && last - seconds < 3 ? last : seconds;
    this.#last.set(key, value);
    return value;
  }
}

const STAT_TOTALS: Readonly<Record<string, string>> = {
  intr: 'node_intr_total',
  ctxt: 'node_context_switches_total',
  processes: 'node_forks_total',
  btime: 'node_boot_time_seconds',
  procs_running: 'node_procs_running',
  procs_blocked: 'node_procs_blocked',
};

function readCpus(text: string, times: CpuTimes, emit: Emit): void {
  for (const line of linesOf(text)) {
    if (!/^cpu\d/.test(line)) continue;
    const [name = '', ...ticks] = fieldsOf(line);
    const cpu = name.slice('cpu'.length);
    for (const [i, mode] of MODES.entries()) {
      const seconds = Number(ticks[i] ?? 0) / TICKS_PER_SECOND;
      emit('node_cpu_seconds_total', times.forward(`${cpu} ${mode}`, seconds), { cpu, mode });
    }
    for (const [i, mode] of GUEST_MODES.entries()) {
      const seconds = Number(ticks[MODES.length + i] ?? 0) / TICKS_PER_SECOND;
      emit('node_cpu_guest_seconds_total', times.forward(`${cpu} guest ${mode}`, seconds), { cpu, mode });
    }
  }
}

export function processorParts(files: HostFiles): HostPart[] {
  const times = new CpuTimes();
  return [
    {
      name: 'cpu',
      read(emit) {
        readCpus(files.text('proc/stat'), times, emit);
        return true;
      },
    },
    {
      name: 'stat',
      read(emit) {
        for (const line of linesOf(files.text('proc/stat'))) {
          const end = line.indexOf(' ');
          const name = STAT_TOTALS[line.slice(0, end)];
          // The first number of each; intr goes on with hundreds of single interrupts.
          if (name !== undefined) emit(name, Number.parseInt(line.slice(end + 1), 10));
        }
        return true;
      },
    },
    {
      name: 'loadavg',
      read(emit) {
        const [load1, load5, load15] = fieldsOf(files.text('proc/loadavg'));
        emit('node_load1', Number(load1));
        emit('node_load5', Number(load5));
        emit('node_load15', Number(load15));
        return true;
      },
    },
    {
      name: 'filefd',
      read(emit) {
        const [allocated, , maximum] = fieldsOf(files.text('proc/sys/fs/file-nr'));
        emit('node_filefd_allocated', Number(allocated));
        emit('node_filefd_maximum', Number(maximum));
        return true;
      },
    },
  ];
}
