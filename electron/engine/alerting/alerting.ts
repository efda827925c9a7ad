// Rules, their schedule and their alerts, put together and handed to the router.
import type { Alert, Rule } from '../../../shared/contract/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { Labels } from '../../../shared/model/labels.ts';
import type { Clock } from '../clock.ts';
import type { MetricAppender, MetricQueries } from '../store/metrics/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { AlertLog } from './notify/alert-log.ts';
import type { AlertTable } from './notify/alert-log.ts';
import { type Arrivals, type PromptRule, PromptRules } from './prompt/index.ts';
import { AlertFeed } from './alert-feed.ts';
import type { AlertRouter } from './alert-router.ts';
import type { LoadedRouting } from './routing-file.ts';
import { Settling, type Watched } from './settling.ts';
import { shownAlerts } from './shown-alerts.ts';
import { RunningGroup } from './rules/group.ts';
import type { GroupContext, RunningRule } from './rules/group.ts';
import { loadRuleFiles } from './rules/load.ts';
import type { LoadedFiles } from './rules/load.ts';
import { formatRuleProblem } from './rules/problem.ts';
import { groupKey, ruleKeys } from './rules/rule.ts';
import type { RuleGroup } from './rules/rule.ts';
import { scheduleGroup } from './rules/scheduler.ts';
import type { ScheduledGroup } from './rules/scheduler.ts';

/** What holds for all rules, and may change while they run. */
export type RuleDefaults = {
  readonly evaluationIntervalMs: number;
  readonly externalLabels: Readonly<Record<string, string>>;
};

export type AlertingOptions = RuleDefaults & {
  readonly queries: Pick<MetricQueries, 'instant'>;
  readonly appender: MetricAppender;
  /** Hears what is stored: rules without `for` are asked when what they read arrives, and not at their slots only. */
  readonly arrivals?: Pick<Arrivals, 'listen'>;
  readonly clock: Clock;
  readonly state: { readonly alerts: AlertTable };
  readonly inventory: {
    findByLabels(labels: Labels): string | undefined;
    list(): readonly Watched[];
    markGap(fromMs: number, toMs: number): void;
  };
  readonly router: Pick<AlertRouter, 'put' | 'apply'>;
  /** Paths or globs. */
  readonly ruleFiles: readonly string[];
  /** The rules of the packs that are on, as the operator wants them. */
  readonly packs: () => LoadedFiles;
  readonly logger: Logger;
  /** Of the window, without a slash at its end; it may become known only after the start. */
  readonly externalUrl?: () => string;
  /** Alerts or the health of rules have changed. */
  readonly onChange: () => void;
  /** How each write of the alerts' history ended: undefined, or what refused it. */
  readonly onWritten?: (error: unknown) => void;
};

/** A group as it runs, with all that Prometheus's rules API tells of it. */
export type RuleGroupState = {
  readonly group: RuleGroup;
  readonly intervalMs: number;
  readonly rules: readonly Readonly<Omit<RunningRule, 'written'>>[];
};

export interface Alerting {
  start(): void;
  /** No evaluation begins after this; resolves when those that run are done. What is stored stays for the restart. */
  stop(): Promise<void>;
  /** Firing and pending ones, and those resolved within the last 24 hours. */
  alerts(): Alert[];
  rules(): Rule[];
  /** In the order of the files. */
  groups(): RuleGroupState[];
  /**
   * Reads the rule files again (or others); rules that stay the same keep their state. Throws LW_RULES_INVALID, one
   * line a problem, or what the router throws of the routing, and keeps the old rules and what held for them.
   */
  reload(ruleFiles?: readonly string[], defaults?: RuleDefaults, routing?: LoadedRouting): void;
  /** This computer could not listen between the two times. */
  gap(fromMs: number, toMs: number): void;
  /** Whether this computer has a network. */
  network(isThere: boolean): void;
  /** Before something that would take a sleep for a long silence. */
  lookAtClock(): void;
}

/** As long as an instant selector looks back: then every source has been asked again. */
const SETTLE_MS = 300_000;
/** How long nothing may be evaluated before alerts that fired count as over: four times this. */
const LONGEST_INTERVAL_MS = 300_000;
const LOOK_MS = 1_000;

type Scheduled = {
  readonly running: RunningGroup;
  readonly source: string;
  /** The one in force. */
  intervalMs: number;
  schedule: ScheduledGroup | undefined;
};

/** Throws LW_RULES_INVALID when a rule file has a problem. */
export function createAlerting(options: AlertingOptions): Alerting {
  const { clock, inventory, logger } = options;
  let isRefused = false;
  const log = new AlertLog(options.state.alerts, clock.now(), (error) => {
    if (error !== undefined && !isRefused) logger.warn({ err: error }, 'the history of alerts could not be written');
    isRefused = error !== undefined;
    options.onWritten?.(error);
  });
  const stopping = new AbortController();
  const groups = new Map<string, Scheduled>();
  const ending: Promise<void>[] = [];
  let ruleFiles = options.ruleFiles;
  let defaults: RuleDefaults = options;
  let started = false;
  let shown = '';

  const deviceOf = (labels: Readonly<Record<string, string>>): string | undefined =>
    inventory.findByLabels(Labels.fromRecord(labels));

  const externalUrl = options.externalUrl ?? (() => '');
  const feed = new AlertFeed({ put: (sent) => void options.router.put(sent), externalUrl });
  const settling = new Settling({
    clock,
    devices: () => inventory.list(),
    deviceOf,
    onGap(fromMs, toMs) {
      inventory.markGap(fromMs, toMs);
      log.settle(toMs, toMs + SETTLE_MS);
      for (const { running } of groups.values()) running.delay(toMs - fromMs);
      feed.keepAlive(log.firing(), toMs, LONGEST_INTERVAL_MS);
      logger.info({ fromMs, toMs }, 'this machine slept or had no network; alerts wait for new data');
    },
  });
  const prompt = new PromptRules(clock);
  let looking: ReturnType<typeof setInterval> | undefined;

  const isHeld = (labels: Readonly<Record<string, string>>): boolean => settling.holds(labels) !== undefined;

  const context: GroupContext = {
    queries: options.queries,
    appender: options.appender,
    get externalLabels() {
      return defaults.externalLabels;
    },
    get externalUrl() {
      return externalUrl();
    },
    signal: stopping.signal,
    logger,
    monotonic: () => clock.monotonic(),
    isHeld: (labels) => isHeld(labels.toRecord()),
    onAlerts({ key, rule: { name, expr } }, active, ts, group, isEarly) {
      const rule = { key, name, expr };
      const changes = isEarly ? log.begin(rule, active) : log.update(rule, active, ts, isHeld);
      feed.tell(changes, log.ofRule(key), ts, intervalOf(group));
    },
  };

  const changed = (): void => {
    const nowMs = clock.now();
    const pending = [...groups.values()].flatMap(({ running }) => running.rules).flatMap(pendingKeys);
    const now = [
      ...log.firing().map(({ fingerprint, value }) => `${fingerprint} ${value}`),
      ...pending,
      ...log.resolved(nowMs).map(({ fingerprint, activeAtMs }) => `${fingerprint} ${activeAtMs}`),
      JSON.stringify(health()),
    ].join('\n');
    if (now === shown) return;
    shown = now;
    options.onChange();
  };
  const health = () =>
    [...groups.values()].map(({ running }) => running.rules.map((rule) => [rule.health, rule.lastError]));

  const intervalOf = (group: RuleGroup): number => group.intervalMs ?? defaults.evaluationIntervalMs;

  const schedule = (scheduled: Scheduled): void => {
    const { running } = scheduled;
    scheduled.intervalMs = intervalOf(running.group);
    scheduled.schedule = scheduleGroup({
      group: running,
      intervalMs: scheduled.intervalMs,
      clock,
      onLate: () => settling.look(),
      onEvaluated: changed,
    });
  };

  /** At another interval, once an evaluation that runs is done. */
  const reschedule = async (key: string, scheduled: Scheduled): Promise<void> => {
    const { schedule: before } = scheduled;
    await before?.stop();
    const isCurrent = groups.get(key) === scheduled && scheduled.schedule === before;
    if (isCurrent && !stopping.signal.aborted) schedule(scheduled);
  };

  /** Those whose latency is all theirs: with a `for` or an offset another second is no matter. */
  const promptRulesOf = (groupId: string, { group, rules }: RunningGroup): PromptRule[] =>
    rules
      .filter(
        ({ rule }) => rule.kind === 'alerting' && rule.forMs === 0 && rule.badInARow === 1 && group.queryOffsetMs === 0,
      )
      .map((running) => ({
        key: running.key,
        expr: running.rule.expr,
        evaluate: () => groups.get(groupId)?.schedule?.evaluateEarly(running) ?? Promise.resolve(true),
      }));

  const replace = (loaded: readonly RuleGroup[]): void => {
    const wanted = new Map(loaded.map((group) => [groupKey(group), group]));
    for (const [key, scheduled] of groups) {
      const { running, schedule: timer } = scheduled;
      const group = wanted.get(key);
      if (group !== undefined && sourceOf(group) === scheduled.source) {
        if (started && scheduled.intervalMs !== intervalOf(group)) void reschedule(key, scheduled);
        continue;
      }
      const stopped = timer?.stop() ?? Promise.resolve();
      if (group === undefined) {
        groups.delete(key);
        ending.push(stopped.then(() => running.end(clock.now())));
        continue;
      }
      const next: Scheduled = {
        running: new RunningGroup(group, context, running),
        source: sourceOf(group),
        intervalMs: intervalOf(group),
        schedule: undefined,
      };
      groups.set(key, next);
      if (started) schedule(next);
    }
    for (const [key, group] of wanted) {
      if (groups.has(key)) continue;
      const next: Scheduled = {
        running: new RunningGroup(group, context),
        source: sourceOf(group),
        intervalMs: intervalOf(group),
        schedule: undefined,
      };
      groups.set(key, next);
      if (started) schedule(next);
    }
    prompt.set([...groups].flatMap(([key, { running }]) => promptRulesOf(key, running)));
    options.arrivals?.listen(
      (name) => prompt.reads(name),
      (names) => prompt.arrived(names),
    );
    const ended = log.keepRules(new Set(loaded.flatMap(ruleKeys)), clock.now());
    feed.tell({ fired: [], resolved: ended }, [], clock.now(), defaults.evaluationIntervalMs);
  };

  const load = (): RuleGroup[] => {
    const packs = options.packs();
    const own = loadRuleFiles(ruleFiles);
    const problems = [...packs.problems, ...own.problems];
    if (problems.length > 0) {
      throw new LinewardenError('LW_RULES_INVALID', problems.map(formatRuleProblem).join('\n'), {
        hint: `Mend the named lines${groups.size > 0 ? '; until then the rules that were loaded before stay in force' : ''}.`,
      });
    }
    return [...packs.groups, ...own.groups];
  };

  const alerts = (): Alert[] =>
    shownAlerts(
      log,
      [...groups.values()].flatMap(({ running }) => running.rules),
      clock.now(),
      deviceOf,
    );

  replace(load());

  return {
    start() {
      if (started) return;
      started = true;
      log.settle(clock.now(), clock.now() + SETTLE_MS);
      feed.keepAlive(log.firing(), clock.now(), LONGEST_INTERVAL_MS);
      settling.look();
      looking = setInterval(() => settling.look(), LOOK_MS);
      looking.unref();
      for (const scheduled of groups.values()) schedule(scheduled);
    },
    async stop() {
      stopping.abort();
      clearInterval(looking);
      await Promise.all([
        prompt.stop(),
        ...[...groups.values()].map((scheduled) => scheduled.schedule?.stop()),
        ...ending,
      ]);
      log.save();
    },
    alerts,
    rules: () =>
      [...groups.values()].flatMap(({ running: { group, rules } }) =>
        rules.map(({ rule, ...now }): Rule => ({
          group: group.name,
          file: group.file,
          name: rule.name,
          kind: rule.kind,
          expr: rule.expr,
          forMs: rule.kind === 'alerting' ? rule.forMs : 0,
          badInARow: rule.kind === 'alerting' ? rule.badInARow : 1,
          goodInARow: rule.kind === 'alerting' ? rule.goodInARow : 1,
          labels:
            rule.kind === 'alerting'
              ? Object.fromEntries(rule.labels.map(({ name, text }) => [name, text]))
              : Object.fromEntries(rule.labels),
          annotations:
            rule.kind === 'alerting' ? Object.fromEntries(rule.annotations.map(({ name, text }) => [name, text])) : {},
          health: now.health,
          lastError: now.lastError,
          lastEvaluationMs: now.lastEvaluationMs,
          evaluationMs: now.evaluationMs,
          shipped: group.shipped,
        })),
      ),
    groups: () =>
      [...groups.values()].map(({ running: { group, rules } }) => ({
        group,
        intervalMs: intervalOf(group),
        rules,
      })),
    reload(files = ruleFiles, next = defaults, routing) {
      const before = ruleFiles;
      ruleFiles = files;
      try {
        const loaded = load();
        if (routing !== undefined) options.router.apply(routing);
        // Only now: what is loaded is good, and the old rules keep what held for them otherwise.
        defaults = next;
        replace(loaded);
      } catch (error) {
        ruleFiles = before;
        throw error;
      }
      changed();
    },
    gap: (fromMs, toMs) => settling.gap(fromMs, toMs),
    network: (isThere) => settling.network(isThere),
    lookAtClock: () => settling.look(),
  };
}

const pendingKeys = ({ alerts }: RunningRule): string[] =>
  [...alerts.values()].filter(({ state }) => state === 'pending').map(({ labels, value }) => `${labels.key} ${value}`);

/** Equal exactly when the group is unchanged. */
const sourceOf = (group: RuleGroup): string =>
  JSON.stringify(group, (key, value: unknown) => (key === 'template' ? undefined : value));

/** The problems of the files, one sentence each with file, line and field; empty when all is well. */
export function checkRuleFiles(paths: readonly string[]): string[] {
  return loadRuleFiles(paths).problems.map(formatRuleProblem);
}
