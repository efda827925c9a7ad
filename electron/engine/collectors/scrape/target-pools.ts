// The targets of every job: static ones and those that are discovered, kept up to date while the config stays the same.
import { Labels } from '../../../../shared/model/labels.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { ScrapeConfig, ScrapeConfigs } from './config.ts';
import { startDiscovery } from './discovery/index.ts';
import type { DiscoveryConfig, RunningDiscovery } from './discovery/index.ts';
import { jobTargets } from './job-targets.ts';
import type { DroppedTarget, JobTargets, ScrapeGlobals } from './job-targets.ts';
import type { TargetConfig } from './target.ts';

/** Each becomes a device; what a discovery says is not ours to trust. */
const MAX_DISCOVERED = 2_000;
/** A first look that takes longer is not waited for. */
const FIRST_LOOK_MS = 2_000;

export type JobState = {
  readonly job: string;
  readonly active: number;
  readonly droppedCount: number;
  readonly dropped: readonly DroppedTarget[];
  /** Why its discoveries learn nothing new. */
  readonly errors: readonly string[];
};

export type TargetPools = {
  /** Takes a config; settles with the first look of what is new in it, or soon. */
  apply(section: ScrapeConfigs, globals: ScrapeGlobals): Promise<void>;
  targets(): TargetConfig[];
  jobs(): JobState[];
  stop(): Promise<void>;
};

export function createTargetPools(options: { readonly logger: Logger; readonly onChange: () => void }): TargetPools {
  const { logger, onChange } = options;
  let section: ScrapeConfigs = [];
  let globals: ScrapeGlobals = { scrapeIntervalMs: 15_000, baseDir: '.' };
  let isApplying = false;
  /** By what they look at, so that a reload of the same config keeps what they know. */
  const running = new Map<string, RunningDiscovery>();
  let made: { targets: TargetConfig[]; jobs: JobState[] } | undefined;

  const make = (): { targets: TargetConfig[]; jobs: JobState[] } => {
    let room = MAX_DISCOVERED;
    const jobs: JobState[] = [];
    const targets: TargetConfig[] = [];
    for (const config of section) {
      const states = discoveriesOf(config).map((each) => running.get(keyOf(each, globals))?.state());
      const discovered = states.flatMap((state) => state?.groups ?? []);
      const found = jobTargets(config, [...config.static_configs, ...discovered], globals);
      const isDiscovering = states.length > 0;
      const taken = isDiscovering ? found.active.slice(0, Math.max(0, room)) : found.active;
      if (isDiscovering) room -= taken.length;
      targets.push(...taken);
      jobs.push(
        jobState(
          config.job_name,
          found,
          taken.length,
          states.flatMap((state) => state?.error ?? []),
        ),
      );
    }
    return { targets: withVariants(targets), jobs };
  };

  const changed = (): void => {
    made = undefined;
    if (!isApplying) onChange();
  };

  return {
    async apply(next, nextGlobals) {
      isApplying = true;
      try {
        section = next;
        globals = nextGlobals;
        const wanted = new Map(
          section.flatMap((config) => discoveriesOf(config).map((each) => [keyOf(each, globals), each] as const)),
        );
        const gone = [...running].filter(([key]) => !wanted.has(key));
        for (const [key] of gone) running.delete(key);
        await Promise.all(gone.map(([, each]) => each.stop()));
        const fresh = [...wanted].filter(([key]) => !running.has(key));
        for (const [key, each] of fresh) {
          running.set(key, startDiscovery(each, { baseDir: globals.baseDir, logger, onChange: changed }));
        }
        const looks = fresh.map(async ([key]) => running.get(key)?.first);
        let timer: NodeJS.Timeout | undefined;
        const late = new Promise<void>((resolve) => {
          timer = setTimeout(resolve, FIRST_LOOK_MS);
        });
        if (fresh.length > 0) await Promise.race([Promise.all(looks), late]);
        clearTimeout(timer);
      } finally {
        isApplying = false;
        made = undefined;
      }
    },
    targets: () => (made ??= make()).targets,
    jobs: () => (made ??= make()).jobs,
    async stop() {
      const all = [...running.values()];
      running.clear();
      await Promise.all(all.map((each) => each.stop()));
    },
  };
}

function jobState(job: string, found: JobTargets, active: number, errors: readonly string[]): JobState {
  const left = found.active.length - active;
  const reason = `left out: discoveries may add ${MAX_DISCOVERED} targets`;
  const over = found.active
    .slice(active, active + 100)
    .map(({ discoveredLabels }) => ({ job, discoveredLabels, reason }));
  return {
    job,
    active,
    droppedCount: found.droppedCount + left,
    dropped: [...over, ...found.dropped],
    errors:
      left > 0 ? [...errors, `${left} targets are left out: discoveries may add ${MAX_DISCOVERED} in all`] : errors,
  };
}

const discoveriesOf = (config: ScrapeConfig): DiscoveryConfig[] => [
  ...config.file_sd_configs.map((each) => ({ kind: 'file', config: each }) as const),
  ...config.http_sd_configs.map((each) => ({ kind: 'http', config: each }) as const),
  ...config.dns_sd_configs.map((each) => ({ kind: 'dns', config: each }) as const),
];

const keyOf = (discovery: DiscoveryConfig, { baseDir }: ScrapeGlobals): string => JSON.stringify([baseDir, discovery]);

/** Targets of the same job and instance are told apart by the labels in which they differ. */
export function withVariants(targets: readonly TargetConfig[]): TargetConfig[] {
  const byIdentity = new Map<string, TargetConfig[]>();
  for (const target of targets) {
    const identity = JSON.stringify([target.job, target.instance]);
    byIdentity.set(identity, [...(byIdentity.get(identity) ?? []), target]);
  }
  return [...byIdentity.values()].flatMap((same) => (same.length === 1 ? same : toldApart(same)));
}

function toldApart(same: readonly TargetConfig[]): TargetConfig[] {
  const ordered = same.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
  return ordered.map((target, index) => {
    if (index === 0) return target;
    const others = ordered.filter((other) => other !== target);
    const own = Object.entries(target.labels).filter(([name, value]) =>
      others.some((other) => other.labels[name] !== value),
    );
    const told = own
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      .toSorted()
      .join(',');
    return { ...target, variant: told === '' ? target.url : `{${told}}` };
  });
}

const textOf = ({ labels, url }: TargetConfig): string => JSON.stringify([Labels.fromRecord(labels).flat, url]);
