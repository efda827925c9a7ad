// Reads a Linux computer from /proc and /sys, without starting any process.
import os from 'node:os';
import type { Clock } from '../../../clock.ts';
import type { HostReader } from '../types.ts';
import { diskPart } from './disk.ts';
import { HostFiles } from './files.ts';
import { filesystemPart } from './filesystem.ts';
import type { StatFs } from './filesystem.ts';
import { memoryParts } from './memory.ts';
import { networkParts } from './network.ts';
import { processorParts } from './processor.ts';
import { sensorPart } from './sensors.ts';
import { socketParts } from './sockets.ts';
import { systemFacts, systemParts } from './system.ts';
import type { Uname } from './system.ts';

export type LinuxReaderOptions = {
  readonly clock: Clock;
  /** Where /proc, /sys and /etc are below; tests give a recorded one. */
  readonly root?: string | undefined;
  readonly statfs?: StatFs;
  readonly statfsTimeoutMs?: number;
  readonly uname?: Uname;
};

export function createLinuxReader(options: LinuxReaderOptions): HostReader {
  const { clock, root = '/' } = options;
  const files = new HostFiles(root);
  const uname = options.uname ?? {
    sysname: os.type(),
    release: os.release(),
    version: os.version(),
    machine: os.machine(),
  };
  return {
    parts: [
      ...processorParts(files),
      ...memoryParts(files),
      filesystemPart(files, options.statfs, options.statfsTimeoutMs),
      diskPart(files),
      ...networkParts(files, () => clock.monotonic()),
      ...socketParts(files),
      sensorPart(files, () => clock.monotonic()),
      ...systemParts(files, uname, clock),
    ],
    facts: () => systemFacts(files, uname, clock),
  };
}
