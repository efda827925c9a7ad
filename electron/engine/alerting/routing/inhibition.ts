// Inhibition: an alert is not told of while another that explains it fires.
import type { Labels } from '../../../../shared/model/labels.ts';
import { isResolvedAt, type RoutedAlert } from './alert.ts';
import type { InhibitRule } from './config.ts';
import { matchesAll } from './matcher.ts';

const equalKey = (rule: InhibitRule, labels: Labels): string =>
  JSON.stringify(rule.equal.map((name) => labels.get(name)));

/** The firing sources of each rule by the values of its `equal` labels, so that a question costs no walk over all alerts. */
export class Inhibitor {
  readonly #rules: readonly InhibitRule[];
  readonly #sources: Map<string, Map<string, RoutedAlert>>[];

  constructor(rules: readonly InhibitRule[]) {
    this.#rules = rules;
    this.#sources = rules.map(() => new Map());
  }

  put(alert: RoutedAlert): void {
    this.#rules.forEach((rule, index) => {
      if (!matchesAll(rule.source, alert.labels)) return;
      const key = equalKey(rule, alert.labels);
      const sources = this.#sources[index]!;
      const same = sources.get(key) ?? new Map<string, RoutedAlert>();
      same.set(alert.fingerprint, alert);
      sources.set(key, same);
    });
  }

  remove(alert: RoutedAlert): void {
    this.#rules.forEach((rule, index) => {
      const sources = this.#sources[index]!;
      const key = equalKey(rule, alert.labels);
      const same = sources.get(key);
      same?.delete(alert.fingerprint);
      if (same?.size === 0) sources.delete(key);
    });
  }

  /** The fingerprint of an alert that inhibits these labels now. */
  inhibitedBy(labels: Labels, atMs: number): string | undefined {
    for (const [index, rule] of this.#rules.entries()) {
      if (!matchesAll(rule.target, labels)) continue;
      // One that is on both sides is not inhibited by others that are: they would silence each other.
      const isSourceToo = matchesAll(rule.source, labels);
      for (const source of this.#sources[index]!.get(equalKey(rule, labels))?.values() ?? []) {
        if (isResolvedAt(source, atMs)) continue;
        if (isSourceToo && matchesAll(rule.target, source.labels)) continue;
        return source.fingerprint;
      }
    }
    return undefined;
  }
}
