// The rows of the scrape targets: those that are scraped and those that relabelling dropped, with a state and a reason each.
import type { DeviceState, ScrapeTargets } from '../../../../shared/contract/index.ts';

export type TargetRow = {
  readonly id: string;
  readonly kind: 'scraped' | 'dropped';
  readonly deviceId: string | undefined;
  readonly state: DeviceState;
  readonly job: string;
  /** The instance, or the address of one that was dropped. */
  readonly name: string;
  readonly said: string;
  readonly samples: number | undefined;
  readonly durationMs: number | undefined;
  readonly intervalMs: number | undefined;
  readonly timeoutMs: number | undefined;
  readonly lastScrapeMs: number | null;
  readonly nextScrapeMs: number | null;
  readonly url: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly discoveredLabels: Readonly<Record<string, string>>;
};

/** Up with something to tell is half. */
function stateOf({ state, error }: ScrapeTargets['targets'][number]): DeviceState {
  if (state === 'unknown') return 'unknown';
  if (state === 'down') return 'offline';
  return error === '' ? 'online' : 'degraded';
}

export function scrapedRows({ targets }: ScrapeTargets): TargetRow[] {
  return targets.map((target) => ({
    ...target,
    id: target.deviceId,
    kind: 'scraped',
    state: stateOf(target),
    name: target.instance,
    said: target.error,
    samples: target.samples,
    durationMs: target.durationMs ?? undefined,
  }));
}

export function droppedRows({ jobs }: ScrapeTargets): TargetRow[] {
  return jobs.flatMap(({ job, dropped }) =>
    dropped.map(({ discoveredLabels, reason }, index) => ({
      id: `dropped ${job} ${index}`,
      kind: 'dropped' as const,
      deviceId: undefined,
      state: 'unknown' as const,
      job,
      name: discoveredLabels['__address__'] ?? '',
      said: reason,
      samples: undefined,
      durationMs: undefined,
      intervalMs: undefined,
      timeoutMs: undefined,
      lastScrapeMs: null,
      nextScrapeMs: null,
      url: '',
      labels: {},
      discoveredLabels,
    })),
  );
}
