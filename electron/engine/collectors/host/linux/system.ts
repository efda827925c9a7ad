// Who this computer is: kernel, distribution, clock, and the facts shown on its page.
import type { Clock } from '../../../clock.ts';
import { formatGib, formatUptime } from '../format.ts';
import type { HostFact, HostPart } from '../types.ts';
import { linesOf } from './files.ts';
import type { HostFiles } from './files.ts';

export type Uname = {
  readonly sysname: string;
  readonly release: string;
  readonly version: string;
  readonly machine: string;
};

/** os-release(5): NAME="value" lines. */
export function parseOsRelease(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of linesOf(text)) {
    const match = /^([A-Z0-9_]+)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(.*))$/.exec(line.trim());
    if (match === null) continue;
    values[(match[1] ?? '').toLowerCase()] = (match[2] ?? match[3] ?? match[4] ?? '').replace(/\\(["$`\\])/g, '$1');
  }
  return values;
}

const OS_LABELS = [
  'build_id',
  'id',
  'id_like',
  'image_id',
  'image_version',
  'name',
  'pretty_name',
  'variant',
  'variant_id',
  'version',
  'version_codename',
  'version_id',
] as const;

const osRelease = (files: HostFiles): Record<string, string> =>
  parseOsRelease(files.optional('etc/os-release') ?? files.optional('usr/lib/os-release') ?? '');

export function systemParts(files: HostFiles, uname: Uname, clock: Clock): HostPart[] {
  return [
    {
      name: 'uname',
      read(emit) {
        emit('node_uname_info', 1, {
          ...uname,
          nodename: files.text('proc/sys/kernel/hostname').trim(),
          domainname: files.text('proc/sys/kernel/domainname').trim(),
        });
        return true;
      },
    },
    {
      name: 'os',
      read(emit) {
        const values = osRelease(files);
        if (values['id'] === undefined) return false;
        emit('node_os_info', 1, Object.fromEntries(OS_LABELS.map((name) => [name, values[name] ?? ''])));
        const version = Number.parseFloat(/^\d+(?:\.\d+)?/.exec(values['version_id'] ?? '')?.[0] ?? '');
        const { id, id_like: like = '', name = '' } = values;
        if (!Number.isNaN(version)) emit('node_os_version', version, { id, id_like: like, name });
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
}

export function systemFacts(files: HostFiles, uname: Uname, clock: Clock): HostFact[] {
  const cpuinfo = files.optional('proc/cpuinfo') ?? '';
  const model = /^(?:model name|Model|Hardware)\s*:\s*(.+)$/m.exec(cpuinfo)?.[1] ?? 'unknown';
  const cores = (files.optional('proc/stat') ?? '').match(/^cpu\d+ /gm)?.length ?? 0;
  const memoryKib = Number(/^MemTotal:\s+(\d+) kB/m.exec(files.optional('proc/meminfo') ?? '')?.[1] ?? 0);
  const bootSeconds = Number(/^btime (\d+)/m.exec(files.optional('proc/stat') ?? '')?.[1] ?? 0);
  const { pretty_name: pretty, name } = osRelease(files);
  return [
    { name: 'Operating system', value: pretty ?? name ?? uname.sysname },
    { name: 'Kernel', value: `${uname.sysname} ${uname.release}` },
    { name: 'CPU', value: model },
    { name: 'Cores', value: String(cores) },
    { name: 'Memory', value: formatGib(memoryKib * 1024) },
    { name: 'Uptime', value: formatUptime(clock.now() / 1000 - bootSeconds) },
  ];
}
