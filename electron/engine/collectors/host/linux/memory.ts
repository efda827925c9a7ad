// Memory, swap, paging and stalls, from /proc/meminfo, /proc/vmstat and /proc/pressure.
import type { HostPart } from '../types.ts';
import { fieldsOf, linesOf } from './files.ts';
import type { HostFiles } from './files.ts';

/** What Node Exporter takes of /proc/vmstat. */
const VMSTAT_FIELDS = /^(oom_kill|pgpg|pswp|pg.*fault)/;
const MICROSECONDS = 1e6;

export function memoryParts(files: HostFiles): HostPart[] {
  return [
    {
      name: 'meminfo',
      read(emit) {
        for (const line of linesOf(files.text('proc/meminfo'))) {
          const match = /^([^:]+):\s+(\d+)( kB)?/.exec(line);
          if (match === null) continue;
          // Active(anon) -> Active_anon
          const field = (match[1] ?? '').replace(/\((.*)\)/, '_$1');
          if (match[3] === undefined) emit(`node_memory_${field}`, Number(match[2]));
          else emit(`node_memory_${field}_bytes`, Number(match[2]) * 1024);
        }
        return true;
      },
    },
    {
      name: 'vmstat',
      read(emit) {
        for (const line of linesOf(files.text('proc/vmstat'))) {
          const [field = '', value] = fieldsOf(line);
          if (VMSTAT_FIELDS.test(field)) emit(`node_vmstat_${field}`, Number(value));
        }
        return true;
      },
    },
    {
      name: 'pressure',
      read(emit) {
        let any = false;
        for (const resource of ['cpu', 'io', 'memory']) {
          const text = files.optional('proc/pressure', resource);
          if (text === undefined) continue;
          any = true;
          for (const line of linesOf(text)) {
            const seconds = Number(/ total=(\d+)/.exec(line)?.[1] ?? Number.NaN) / MICROSECONDS;
            const name = `node_pressure_${resource}`;
            if (line.startsWith('some ')) emit(`${name}_waiting_seconds_total`, seconds);
            else if (resource !== 'cpu') emit(`${name}_stalled_seconds_total`, seconds);
          }
        }
        return any;
      },
    },
  ];
}
