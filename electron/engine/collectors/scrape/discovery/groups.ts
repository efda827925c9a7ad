// Target groups as files and HTTP servers tell them, and what every discovery gives and asks.
import { z } from 'zod';
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import type { Logger } from '../../../telemetry/index.ts';
import { targetGroupSchema } from './config.ts';
import type { TargetGroup } from './config.ts';

export type { TargetGroup };

/** Of one file, URL or name. */
export type DiscoveredGroups = readonly TargetGroup[];

export type DiscoveryState = {
  readonly groups: DiscoveredGroups;
  /** Why the last look failed; what was known before stays. */
  readonly error: string | undefined;
};

export type DiscoveryContext = {
  readonly baseDir: string;
  readonly logger: Logger;
  /** What it knows, or why it knows nothing new, is another than before. */
  readonly onChange: () => void;
};

export type RunningDiscovery = {
  /** Settles with the first look, whatever comes of it. */
  readonly first: Promise<void>;
  state(): DiscoveryState;
  stop(): Promise<void>;
};

export const MAX_LIST_BYTES = 16 * 1024 ** 2;
const MAX_TARGETS = 10_000;

const listSchema = z.array(targetGroupSchema).max(MAX_TARGETS);

/** Checks a list of groups and marks each with where it comes from. Throws LW_SCRAPE_DISCOVERY. */
export function readGroups(value: unknown, where: string, meta: Readonly<Record<string, string>>): TargetGroup[] {
  const read = listSchema.safeParse(value ?? []);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw discoveryError(
      `${where} is no list of target groups: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    );
  }
  const count = read.data.reduce((sum, group) => sum + group.targets.length, 0);
  if (count > MAX_TARGETS) throw discoveryError(`${where} lists ${count} targets; at most ${MAX_TARGETS} are taken`);
  return read.data.map(({ targets, labels }) => ({ targets, labels: { ...labels, ...meta } }));
}

export const discoveryError = (message: string, cause?: unknown): LinewardenError =>
  new LinewardenError('LW_SCRAPE_DISCOVERY', `${message}.`, { cause });

/** A look that failed in part: what it learnt counts all the same. */
export class PartialLook extends Error {
  readonly groups: DiscoveredGroups;

  constructor(groups: DiscoveredGroups, cause: Error) {
    super(cause.message, { cause });
    this.groups = groups;
  }
}

/** Looks again and again until stopped: `look` throws where it learns nothing. */
export function refreshing(options: {
  readonly intervalMs: number;
  readonly logger: Logger;
  readonly onChange: () => void;
  readonly look: (signal: AbortSignal) => Promise<DiscoveredGroups>;
}): RunningDiscovery & { again(): void } {
  const { intervalMs, logger, onChange, look } = options;
  const stopping = new AbortController();
  let groups: DiscoveredGroups = [];
  let error: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isWanted = false;
  let running: Promise<void> | undefined;

  const lookNow = async (): Promise<void> => {
    const before = JSON.stringify([groups, error]);
    try {
      groups = await look(stopping.signal);
      error = undefined;
    } catch (cause) {
      if (stopping.signal.aborted) return;
      if (cause instanceof PartialLook) groups = cause.groups;
      const told = cause instanceof Error ? cause.message : String(cause);
      if (told !== error) logger.warn({ err: cause }, 'service discovery failed; the targets known before stay');
      error = told;
    }
    if (!stopping.signal.aborted && JSON.stringify([groups, error]) !== before) onChange();
  };

  const again = (): void => {
    if (stopping.signal.aborted) return;
    isWanted = running !== undefined;
    if (running !== undefined) return;
    clearTimeout(timer);
    running = lookNow().finally(() => {
      running = undefined;
      if (stopping.signal.aborted) return;
      if (isWanted) again();
      else timer = setTimeout(again, intervalMs);
    });
  };
  again();
  const first = running ?? Promise.resolve();
  return {
    first,
    again,
    state: () => ({ groups, error }),
    async stop() {
      clearTimeout(timer);
      stopping.abort();
      await running;
    },
  };
}
