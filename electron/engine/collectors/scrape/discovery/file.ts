// file_sd: target groups from YAML and JSON files, read again when their folder changes.
import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { glob, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import type { FileSd } from './config.ts';
import { discoveryError, MAX_LIST_BYTES, PartialLook, readGroups, refreshing } from './groups.ts';
import type { DiscoveryContext, RunningDiscovery, TargetGroup } from './groups.ts';

/** Editors and scripts write in several steps. */
const SETTLE_MS = 200;
const READ_TIMEOUT_MS = 5_000;
const MAX_FILES = 1_000;

export function discoverFiles(config: FileSd, context: DiscoveryContext): RunningDiscovery {
  const patterns = config.files.map((file) => path.resolve(context.baseDir, file));
  /** By file: what it said when it could last be read. */
  let known = new Map<string, TargetGroup[]>();
  const running = refreshing({
    intervalMs: config.refresh_interval,
    logger: context.logger,
    onChange: context.onChange,
    async look() {
      const { files, failures } = await readAll(patterns, known);
      known = files;
      const groups = [...files.values()].flat();
      const [failure] = failures;
      if (failure !== undefined) throw new PartialLook(groups, failure);
      return groups;
    },
  });
  let settle: NodeJS.Timeout | undefined;
  const changed = (): void => {
    clearTimeout(settle);
    settle = setTimeout(() => running.again(), SETTLE_MS);
  };
  const watchers = watchFolders(patterns, changed);
  return {
    first: running.first,
    state: () => running.state(),
    async stop() {
      clearTimeout(settle);
      for (const each of watchers) each.close();
      await running.stop();
    },
  };
}

/** Folders that are not there yet, or cannot be watched, are read at the refresh interval. */
function watchFolders(patterns: readonly string[], onChange: () => void): FSWatcher[] {
  return [...new Set(patterns.map((pattern) => path.dirname(pattern)))].flatMap((folder) => {
    try {
      const watcher = watch(folder, { persistent: false }, onChange);
      watcher.on('error', () => watcher.close());
      return [watcher];
    } catch {
      return [];
    }
  });
}

async function readAll(
  patterns: readonly string[],
  before: ReadonlyMap<string, TargetGroup[]>,
): Promise<{ files: Map<string, TargetGroup[]>; failures: Error[] }> {
  const files = new Map<string, TargetGroup[]>();
  const failures: Error[] = [];
  for (const file of await matching(patterns)) {
    try {
      files.set(file, await readOne(file));
    } catch (error) {
      if (isMissing(error)) continue;
      failures.push(error instanceof Error ? error : new Error(String(error)));
      const last = before.get(file);
      if (last !== undefined) files.set(file, last);
    }
  }
  return { files, failures };
}

async function matching(patterns: readonly string[]): Promise<string[]> {
  const files = new Set<string>();
  for (const pattern of patterns) {
    if (!pattern.includes('*')) {
      files.add(pattern);
      continue;
    }
    const folder = path.dirname(pattern);
    for await (const name of glob(path.basename(pattern), { cwd: folder })) {
      files.add(path.join(folder, name));
      if (files.size > MAX_FILES) throw discoveryError(`${pattern} matches more than ${MAX_FILES} files`);
    }
  }
  return [...files].toSorted();
}

async function readOne(file: string): Promise<TargetGroup[]> {
  const found = await stat(file);
  if (!found.isFile()) throw discoveryError(`${file} is no regular file`);
  if (found.size > MAX_LIST_BYTES) throw discoveryError(`${file} is larger than ${MAX_LIST_BYTES} bytes`);
  const text = await readFile(file, { encoding: 'utf8', signal: AbortSignal.timeout(READ_TIMEOUT_MS) });
  let value: unknown;
  try {
    value = /\.json$/i.test(file) ? JSON.parse(text) : parse(text, { maxAliasCount: 1_000, logLevel: 'error' });
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw discoveryError(`${file} cannot be read: ${reason}`, error);
  }
  return readGroups(value, file, { __meta_filepath: file });
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
