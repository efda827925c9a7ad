// A group of rules as it runs: evaluates its rules in order at one time, keeps their state, restores it after a restart.
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { METRIC_NAME } from '../../../../shared/model/labels.ts';
import type { MetricAppender } from '../../store/metrics/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { delayPending, moveAlerts } from './alert-state.ts';
import type { ActiveAlerts } from './alert-state.ts';
import { alertSamples, evaluateAlerting, evaluateRecording, RuleError } from './evaluate.ts';
import type { EvaluationContext, OutputSample } from './evaluate.ts';
import { GRACE_MS, OUTAGE_TOLERANCE_MS, restoredActiveAtMs } from './restore.ts';
import { groupKey, ruleKeys } from './rule.ts';
import type { AlertingRule, LoadedRule, RuleGroup } from './rule.ts';
import { WrittenSeries } from './written-series.ts';

/** As long as an instant selector looks back, so that every source had time for its first poll. */
const LATE_RESTORE_MS = 300_000;

export type RunningRule = {
  /** Its identity over reloads and restarts. */
  readonly key: string;
  readonly rule: LoadedRule;
  health: 'ok' | 'err' | 'unknown';
  lastError: string | null;
  lastEvaluationMs: number | null;
  evaluationMs: number | null;
  alerts: ActiveAlerts;
  readonly written: WrittenSeries;
};

export type GroupContext = EvaluationContext & {
  readonly appender: MetricAppender;
  readonly logger: Logger;
  /** Monotonic ms. */
  readonly monotonic: () => number;
  readonly outageToleranceMs?: number;
  readonly graceMs?: number;
  /** There is no state to restore: what the rules write is stored from the first evaluation on. */
  readonly isRestored?: boolean;
  /** After each evaluation of an alerting rule that succeeded. */
  readonly onAlerts: (
    running: RunningRule,
    alerts: ActiveAlerts,
    ts: number,
    group: RuleGroup,
    /** Between two rounds: some began, none ended. */
    isEarly: boolean,
  ) => void;
};

export class RunningGroup {
  readonly group: RuleGroup;
  readonly rules: readonly RunningRule[];
  readonly #context: GroupContext;
  /** Series of rules that a reload removed: they end at the next evaluation. */
  readonly #orphans: WrittenSeries[] = [];
  /** Alerts that appear up to then may have been active before the restart; undefined before the first evaluation. */
  #restoreUntilMs: number | undefined;
  #lastTs: number | undefined;
  /** The evaluation that runs; never two at once. */
  #evaluating: Promise<unknown> = Promise.resolve();
  #isEvaluating = false;

  constructor(group: RuleGroup, context: GroupContext, before?: RunningGroup) {
    this.group = group;
    this.#context = context;
    const known = new Map(before?.rules.map((rule) => [rule.key, rule]));
    const keys = ruleKeys(group);
    this.rules = group.rules.map((rule, i) => {
      const key = keys[i] ?? '';
      const same = known.get(key);
      known.delete(key);
      // A rule that is the same over a reload keeps its state.
      return same === undefined ? newRule(key, rule) : { ...same, rule };
    });
    this.#orphans.push(...[...known.values()].map(({ written }) => written));
    if (context.isRestored === true) this.#restoreUntilMs = -Infinity;
    if (before === undefined) return;
    this.#restoreUntilMs = before.#restoreUntilMs;
    this.#lastTs = before.#lastTs;
  }

  get key(): string {
    return groupKey(this.group);
  }

  /** Evaluates every rule in order at `ts`; a later one sees what an earlier one wrote. Never rejects. */
  evaluate(ts: number): Promise<void> {
    return this.#alone(() => this.#evaluateAll(ts));
  }

  /**
   * Between two rounds: alerts of a rule without `for` that are true at `ts` begin to fire; nothing else changes.
   * Resolves with whether any began; undefined where an evaluation runs, or the clock was set back. Never rejects.
   */
  evaluateEarly(running: RunningRule, ts: number): Promise<boolean | undefined> {
    const isBehind = this.#lastTs !== undefined && ts < this.#lastTs;
    if (this.#isEvaluating || isBehind || this.#context.signal.aborted) return Promise.resolve(undefined);
    return this.#alone(() => this.#beginEarly(running, ts));
  }

  async #alone<T>(run: () => Promise<T>): Promise<T> {
    const before = this.#evaluating;
    const own = (async () => {
      await before;
      this.#isEvaluating = true;
      return run().finally(() => {
        this.#isEvaluating = false;
      });
    })();
    this.#evaluating = own;
    return own;
  }

  async #beginEarly(running: RunningRule, ts: number): Promise<boolean> {
    const { rule, alerts: before } = running;
    if (rule.kind !== 'alerting') return false;
    try {
      const alerts = await evaluateAlerting(rule, before, ts, this.group, this.#context, true);
      const begun = [...alerts].filter(([key, alert]) => before.get(key) !== alert);
      if (begun.length === 0 || running.alerts !== before) return false;
      running.alerts = alerts;
      this.#context.onAlerts(running, alerts, ts, this.group, true);
      // What was stored before the restart must not be overwritten before it is read.
      if (this.#restoreUntilMs === undefined) return true;
      await running.written.begin(this.#context.appender, ts, alertSamples(new Map(begun)));
      return true;
    } catch (error) {
      // Its next round tells what is wrong with it.
      this.#context.logger.debug({ err: error, rule: rule.name }, 'a rule could not be evaluated early');
      return false;
    }
  }

  async #evaluateAll(ts: number): Promise<void> {
    const lastTs = this.#lastTs;
    if (lastTs !== undefined && ts < lastTs) {
      for (const running of this.rules) running.alerts = moveAlerts(running.alerts, ts - lastTs);
    }
    this.#lastTs = ts;
    for (const orphan of this.#orphans.splice(0)) await this.#append(orphan, ts, []);
    for (const running of this.rules) {
      if (this.#context.signal.aborted) return;
      await this.#evaluateRule(running, ts);
    }
    if (this.#restoreUntilMs !== undefined || this.#context.signal.aborted) return;
    for (const running of this.rules) {
      if (running.rule.kind === 'alerting') {
        running.alerts = await this.#restored(running.rule, new Map(), running.alerts, ts);
      }
    }
    this.#restoreUntilMs = ts + LATE_RESTORE_MS;
  }

  /** So much time was lost: it counts toward no `for`. */
  delay(byMs: number): void {
    for (const running of this.rules) running.alerts = delayPending(running.alerts, byMs);
  }

  /** The group is gone: its series end. */
  async end(ts: number): Promise<void> {
    for (const { written } of this.rules) await this.#append(written, ts, []);
  }

  async #evaluateRule(running: RunningRule, ts: number): Promise<void> {
    const { rule } = running;
    const startedMs = this.#context.monotonic();
    try {
      let samples: OutputSample[];
      if (rule.kind === 'recording') {
        samples = await evaluateRecording(rule, ts, this.group, this.#context);
      } else {
        let alerts = await evaluateAlerting(rule, running.alerts, ts, this.group, this.#context);
        if (ts <= (this.#restoreUntilMs ?? 0)) alerts = await this.#restored(rule, running.alerts, alerts, ts);
        running.alerts = alerts;
        // What was stored before the restart must not be overwritten before it is read.
        samples = this.#restoreUntilMs === undefined ? [] : alertSamples(alerts);
      }
      running.health = 'ok';
      running.lastError = null;
      // Told first: storing takes as long as the store's next commit.
      if (rule.kind === 'alerting') this.#context.onAlerts(running, running.alerts, ts, this.group, false);
      await this.#append(running.written, ts - this.group.queryOffsetMs, samples);
    } catch (error) {
      if (this.#context.signal.aborted) return;
      if (error instanceof RuleError && error.clearsAlerts) running.alerts = new Map();
      const known = running.lastError;
      running.health = 'err';
      running.lastError = error instanceof Error ? error.message : String(error);
      // Said once: the same again at each evaluation would fill the log.
      if (running.lastError !== known) this.#tell(rule, error);
    }
    running.lastEvaluationMs = ts;
    running.evaluationMs = this.#context.monotonic() - startedMs;
  }

  #tell(rule: LoadedRule, error: unknown): void {
    const { logger } = this.#context;
    const fields = { rule: rule.name, group: this.group.name, file: this.group.file };
    const isExpected = error instanceof RuleError || error instanceof LinewardenError;
    if (isExpected) logger.warn(fields, `a rule could not be evaluated: ${error.message}`);
    else logger.error({ ...fields, err: error }, 'a rule could not be evaluated');
  }

  async #append(written: WrittenSeries, timeMs: number, samples: readonly OutputSample[]): Promise<void> {
    try {
      await written.write(this.#context.appender, timeMs, samples);
    } catch (error) {
      this.#context.logger.warn({ err: error, group: this.group.name }, 'what a rule wrote could not be stored');
    }
  }

  /**
   * Alerts that are new since `before` go on where they stood before the restart. Asked after the first evaluation, and
   * for the first minutes: sources that were stopped cleanly only expose their series again after their first poll.
   */
  async #restored(rule: AlertingRule, before: ActiveAlerts, alerts: ActiveAlerts, ts: number): Promise<ActiveAlerts> {
    const { graceMs = GRACE_MS, outageToleranceMs = OUTAGE_TOLERANCE_MS } = this.#context;
    const isNew = (key: string): boolean => !before.has(key);
    if (rule.forMs < graceMs || ![...alerts.keys()].some(isNew)) return alerts;
    // An instant selector answers with the last sample, or nothing where the series had ended.
    const selector = `ALERTS_FOR_STATE{alertname=${JSON.stringify(rule.name)}}`;
    const ask = async (expr: string): Promise<Map<string, number>> => {
      const options = { lookbackMs: outageToleranceMs, signal: this.#context.signal };
      const { value } = await this.#context.queries.instant(expr, ts, options);
      const samples = value.type === 'vector' ? value.samples : [];
      return new Map(samples.map(({ labels, value: number }) => [labels.without(METRIC_NAME).key, number]));
    };
    try {
      const [times, values] = [await ask(`timestamp(${selector})`), await ask(selector)];
      return new Map(
        [...alerts].map(([key, alert]) => {
          const [timeS, activeAtS] = [times.get(key), values.get(key)];
          if (!isNew(key) || timeS === undefined || activeAtS === undefined) return [key, alert];
          const sample = { timeMs: timeS * 1_000, activeAtMs: activeAtS * 1_000 };
          return [key, { ...alert, activeAtMs: restoredActiveAtMs(sample, ts, rule.forMs, graceMs) }];
        }),
      );
    } catch (error) {
      if (this.#context.signal.aborted) return alerts;
      this.#context.logger.warn({ err: error, rule: rule.name }, 'the state of alerts could not be restored');
      return alerts;
    }
  }
}

const newRule = (key: string, rule: LoadedRule): RunningRule => ({
  key,
  rule,
  health: 'unknown',
  lastError: null,
  lastEvaluationMs: null,
  evaluationMs: null,
  alerts: new Map(),
  written: new WrittenSeries(),
});
