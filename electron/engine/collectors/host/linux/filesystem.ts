// File systems: /proc/1/mounts (ours where that is closed) and statfs, with a time-out so that a hung mount stops nothing.
import { statfs } from 'node:fs/promises';
import type { Emit, HostLabels, HostPart } from '../types.ts';
import { linesOf } from './files.ts';
import type { HostFiles } from './files.ts';

export type StatFs = (
  mountpoint: string,
) => Promise<{ bsize: number; blocks: number; bfree: number; bavail: number; files: number; ffree: number }>;

/** Node Exporter's defaults. */
const EXCLUDED_MOUNTPOINTS =
  /^\/(dev|proc|run\/credentials\/.+|sys|var\/lib\/docker\/.+|var\/lib\/containers\/storage\/.+)($|\/)/;
const EXCLUDED_TYPES =
  /^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tracefs)$/;
const TIMEOUT_MS = 2_000;
/** Each hung call holds one of the process's few file threads: beyond this, only what answered before is asked. */
const MAX_STUCK = 2;

export type Mount = { readonly labels: HostLabels; readonly mountpoint: string; readonly readonly: boolean };

/** The mounts that Node Exporter reports, each once. */
export function parseMounts(text: string): Mount[] {
  const seen = new Set<string>();
  const mounts: Mount[] = [];
  for (const line of linesOf(text)) {
    const [device = '', rawMountpoint = '', fstype = '', options = ''] = line.split(' ');
    // Blanks and such are octal in the file.
    const mountpoint = rawMountpoint.replace(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    if (EXCLUDED_MOUNTPOINTS.test(mountpoint) || EXCLUDED_TYPES.test(fstype)) continue;
    const key = JSON.stringify([device, mountpoint, fstype]);
    if (seen.has(key)) continue;
    seen.add(key);
    const labels = { device, mountpoint, fstype };
    mounts.push({ labels, mountpoint, readonly: options.split(',').includes('ro') });
  }
  return mounts;
}

export function filesystemPart(files: HostFiles, stat: StatFs = statfs, timeoutMs = TIMEOUT_MS): HostPart {
  /** Asked, and not settled after the time-out. */
  const stuck = new Set<string>();
  const answered = new Set<string>();

  const ask = async (mountpoint: string): Promise<Awaited<ReturnType<StatFs>> | undefined> => {
    if (stuck.has(mountpoint) || (stuck.size >= MAX_STUCK && !answered.has(mountpoint))) return undefined;
    const answer = stat(mountpoint).finally(() => stuck.delete(mountpoint));
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, timeoutMs, undefined);
    });
    try {
      const found = await Promise.race([answer, timeout]);
      if (found === undefined) {
        stuck.add(mountpoint);
        answered.delete(mountpoint);
      } else answered.add(mountpoint);
      return found;
    } catch {
      // Its error is the metric node_filesystem_device_error.
      return undefined;
    } finally {
      clearTimeout(timer);
      answer.catch(() => {});
    }
  };

  const readMount = async (mount: Mount, emit: Emit): Promise<void> => {
    const { labels } = mount;
    const found = await ask(mount.mountpoint);
    emit('node_filesystem_device_error', found === undefined ? 1 : 0, labels);
    if (found === undefined) return;
    emit('node_filesystem_size_bytes', found.blocks * found.bsize, labels);
    emit('node_filesystem_free_bytes', found.bfree * found.bsize, labels);
    emit('node_filesystem_avail_bytes', found.bavail * found.bsize, labels);
    emit('node_filesystem_files', found.files, labels);
    emit('node_filesystem_files_free', found.ffree, labels);
    emit('node_filesystem_readonly', mount.readonly ? 1 : 0, labels);
  };

  return {
    name: 'filesystem',
    async read(emit) {
      const mounts = parseMounts(files.optional('proc/1/mounts') ?? files.text('proc/mounts'));
      await Promise.all(mounts.map((mount) => readMount(mount, emit)));
      return true;
    },
  };
}
