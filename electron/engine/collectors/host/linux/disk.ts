// Block devices, from /proc/diskstats (Documentation/admin-guide/iostats.rst of the kernel).
import type { HostPart } from '../types.ts';
import { fieldsOf, linesOf } from './files.ts';
import type { HostFiles } from './files.ts';

/** Node Exporter's default: no RAM disks, loops, floppies and partitions. */
const EXCLUDED_DEVICES = /^(ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$/;
const SECTOR_BYTES = 512;
const MS = 0.001;

/** In the file's order, after major, minor and name; newer kernels have more. */
const COLUMNS: readonly (readonly [name: string, factor: number])[] = [
  ['reads_completed_total', 1],
  ['reads_merged_total', 1],
  ['read_bytes_total', SECTOR_BYTES],
  ['read_time_seconds_total', MS],
  ['writes_completed_total', 1],
  ['writes_merged_total', 1],
  ['written_bytes_total', SECTOR_BYTES],
  ['write_time_seconds_total', MS],
  ['io_now', 1],
  ['io_time_seconds_total', MS],
  ['io_time_weighted_seconds_total', MS],
  ['discards_completed_total', 1],
  ['discards_merged_total', 1],
  ['discarded_sectors_total', 1],
  ['discard_time_seconds_total', MS],
  ['flush_requests_total', 1],
  ['flush_requests_time_seconds_total', MS],
];

export function diskPart(files: HostFiles): HostPart {
  return {
    name: 'diskstats',
    read(emit) {
      const text = files.optional('proc/diskstats');
      if (text === undefined) return false;
      for (const line of linesOf(text)) {
        const [, , device = '', ...values] = fieldsOf(line);
        if (device === '' || EXCLUDED_DEVICES.test(device)) continue;
        for (const [i, [name, factor]] of COLUMNS.entries()) {
          const value = values[i];
          if (value !== undefined) emit(`node_disk_${name}`, Number(value) * factor, { device });
        }
      }
      return true;
    },
  };
}
