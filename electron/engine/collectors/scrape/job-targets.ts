// From a job's groups to its targets, as Prometheus makes them: defaults, relabelling, then the URL and the labels.
import { parseDurationMs, formatDurationMs } from '../../../../shared/model/duration.ts';
import { httpSettings } from '../../http-client/index.ts';
import type { HttpSettings } from '../../http-client/index.ts';
import { compileRelabelSteps } from '../../relabel/index.ts';
import type { LabelMap, RelabelConfig } from '../../relabel/index.ts';
import type { ScrapeConfig } from './config.ts';
import type { TargetGroup } from './discovery/index.ts';
import { shownLabels, shownUrl } from './shown.ts';
import { DEFAULT_BODY_LIMIT_BYTES, DEFAULT_TIMEOUT_MS } from './target.ts';
import type { TargetConfig } from './target.ts';

export type ScrapeGlobals = {
  readonly scrapeIntervalMs: number;
  /** Absent: 10 s, as in Prometheus. A job whose interval is shorter uses its interval. */
  readonly scrapeTimeoutMs?: number | undefined;
  /** What file names in the section are relative to. */
  readonly baseDir: string;
};

/** A target that is not scraped, and why. */
export type DroppedTarget = {
  readonly job: string;
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly reason: string;
};

export type JobTargets = {
  readonly active: readonly TargetConfig[];
  /** The first of them. */
  readonly dropped: readonly DroppedTarget[];
  readonly droppedCount: number;
};

const MAX_DROPPED_SHOWN = 1_000;

/** Every target that the groups mean, once each. */
export function jobTargets(config: ScrapeConfig, groups: readonly TargetGroup[], globals: ScrapeGlobals): JobTargets {
  const job = new Job(config, globals);
  const active = new Map<string, TargetConfig>();
  const dropped: DroppedTarget[] = [];
  let droppedCount = 0;
  for (const group of groups) {
    for (const address of group.targets) {
      const discovered = job.discovered(address, group.labels);
      const target = job.target(discovered);
      if ('reason' in target) {
        droppedCount++;
        if (dropped.length < (config.keep_dropped_targets || MAX_DROPPED_SHOWN)) dropped.push(target);
      } else active.set(JSON.stringify([target.labels, target.url]), target);
    }
  }
  const isOverTargetLimit = config.target_limit > 0 && active.size > config.target_limit;
  const targets = [...active.values()];
  return {
    active: isOverTargetLimit ? targets.map((each) => ({ ...each, isOverTargetLimit })) : targets,
    dropped,
    droppedCount,
  };
}

class Job {
  readonly #config: ScrapeConfig;
  readonly #intervalMs: number;
  readonly #timeoutMs: number;
  readonly #http: HttpSettings;
  readonly #steps: ReturnType<typeof compileRelabelSteps>;

  constructor(config: ScrapeConfig, globals: ScrapeGlobals) {
    this.#config = config;
    this.#intervalMs = config.scrape_interval ?? globals.scrapeIntervalMs;
    this.#timeoutMs =
      config.scrape_timeout ?? Math.min(globals.scrapeTimeoutMs ?? DEFAULT_TIMEOUT_MS, this.#intervalMs);
    this.#http = httpSettings(config, globals.baseDir);
    this.#steps = compileRelabelSteps(config.relabel_configs);
  }

  /** What is known of a target before relabelling: its own labels win over the job's. */
  discovered(address: string, given: Readonly<Record<string, string>>): Record<string, string> {
    const { job_name: job, metrics_path: route, scheme, params } = this.#config;
    const labels: Record<string, string> = {
      job,
      __scrape_interval__: formatDurationMs(this.#intervalMs),
      __scrape_timeout__: formatDurationMs(this.#timeoutMs),
      __metrics_path__: route,
      __scheme__: scheme,
    };
    for (const [name, [first]] of Object.entries(params)) if (first !== undefined) labels[`__param_${name}`] = first;
    for (const [name, value] of Object.entries(given)) if (value !== '') labels[name] = value;
    return { ...labels, __address__: address };
  }

  target(discoveredLabels: Readonly<Record<string, string>>): TargetConfig | DroppedTarget {
    const config = this.#config;
    const labels: LabelMap = new Map(Object.entries(discoveredLabels));
    const dropped = (reason: string): DroppedTarget => ({
      job: config.job_name,
      discoveredLabels: shownLabels(discoveredLabels),
      reason,
    });
    const by = this.#steps.findIndex((step) => !step(labels));
    if (by >= 0) return dropped(`dropped by relabel_configs[${by}]${shownRule(config.relabel_configs[by])}`);
    const address = labels.get('__address__') ?? '';
    if (address === '') return dropped('has no __address__ after relabel_configs');
    const scheme = labels.get('__scheme__') ?? '';
    if (scheme !== 'http' && scheme !== 'https')
      return dropped(`its __scheme__ is ${scheme || 'empty'}, not http or https`);
    const intervalMs = parseDurationMs(labels.get('__scrape_interval__') ?? '') ?? 0;
    const timeoutMs = parseDurationMs(labels.get('__scrape_timeout__') ?? '') ?? 0;
    if (intervalMs < 100 || intervalMs > 86_400_000)
      return dropped('its __scrape_interval__ is no duration from 100ms to 1d');
    if (timeoutMs < 10) return dropped('its __scrape_timeout__ is no duration from 10ms on');
    if (timeoutMs > intervalMs) return dropped('its __scrape_timeout__ is above its __scrape_interval__');
    const url = targetUrl(config, scheme, address, labels);
    if (url === undefined)
      return dropped(`its __address__ ${JSON.stringify(address.slice(0, 80))} is no host or host:port`);
    if (!labels.has('instance')) labels.set('instance', address);
    // Labels that begin with __ steer the scrape and are not stored.
    const kept = [...labels].filter(([name, value]) => !name.startsWith('__') && value !== '');
    return {
      job: labels.get('job') ?? '',
      pool: config.job_name,
      instance: labels.get('instance') ?? '',
      variant: '',
      url,
      shownUrl: shownUrl(url),
      intervalMs,
      timeoutMs,
      labels: Object.fromEntries(kept),
      discoveredLabels: shownLabels(discoveredLabels),
      honorLabels: config.honor_labels,
      honorTimestamps: config.honor_timestamps,
      http: this.#http,
      compression: config.enable_compression,
      metricRelabel: config.metric_relabel_configs,
      // 0 is "no limit" in Prometheus; here nothing is without one.
      bodyLimitBytes: config.body_size_limit || DEFAULT_BODY_LIMIT_BYTES,
      sampleLimit: config.sample_limit,
      labelLimits: {
        labels: config.label_limit,
        nameLength: config.label_name_length_limit,
        valueLength: config.label_value_length_limit,
      },
      isOverTargetLimit: false,
    };
  }
}

function shownRule(rule: RelabelConfig | undefined): string {
  if (rule === undefined) return '';
  const from = rule.source_labels.length === 0 ? '' : ` ${rule.source_labels.join(', ')}`;
  const held = rule.target_label === '' ? ` against ${rule.regex}` : ` against the label ${rule.target_label}`;
  return ` (${rule.action}${from}${held})`;
}

/** Undefined where the address is none. */
function targetUrl(config: ScrapeConfig, scheme: string, address: string, labels: LabelMap): string | undefined {
  // A host name would be taken apart at these, and ask somebody else.
  if (/[/\s?#@\\]/.test(address)) return undefined;
  const base = `${scheme}://${address}`;
  if (!URL.canParse(base)) return undefined;
  const url = new URL(base);
  url.pathname = labels.get('__metrics_path__') ?? '';
  const params = new Map(Object.entries(config.params).map(([name, values]) => [name, [...values]]));
  for (const [label, value] of labels) {
    if (!label.startsWith('__param_')) continue;
    const name = label.slice('__param_'.length);
    // A label holds the first value; further ones stay.
    params.set(name, [value, ...(params.get(name)?.slice(1) ?? [])]);
  }
  for (const [name, values] of [...params].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    for (const value of values) url.searchParams.append(name, value);
  }
  return url.href;
}
