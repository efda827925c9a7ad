// Applies relabelling rules to a label set, action by action as Prometheus defines them.
import { createHash } from 'node:crypto';
import { compileAnchored, expandTemplate } from '../promql/index.ts';
import { Labels } from '../../../shared/model/labels.ts';
import type { RelabelConfig } from './config.ts';

/** Labels while they are changed; an empty value is as good as none. */
export type LabelMap = Map<string, string>;

/** Changes the labels in place; false where a rule drops what they belong to. */
export type Relabel = (labels: LabelMap) => boolean;

type Pattern = ReturnType<typeof compileAnchored>;

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
/** Nothing written is longer; what would be is cut off there. */
const MAX_WRITTEN = 64 * 1024;

export function compileRelabel(rules: readonly RelabelConfig[]): Relabel {
  const steps = compileRelabelSteps(rules);
  return (labels) => steps.every((step) => step(labels));
}

/** One step for each rule, so that the one that drops can be told. */
export const compileRelabelSteps = (rules: readonly RelabelConfig[]): Relabel[] => rules.map(compileRule);

/** For label sets that do not change: the set after the rules, undefined where they drop it. */
export function compileSeriesRelabel(rules: readonly RelabelConfig[]): (labels: Labels) => Labels | undefined {
  if (rules.length === 0) return (labels) => labels;
  const relabel = compileRelabel(rules);
  return (labels) => {
    const map: LabelMap = new Map();
    for (let i = 0; i < labels.flat.length; i += 2) map.set(labels.flat[i] ?? '', labels.flat[i + 1] ?? '');
    return relabel(map) ? Labels.fromPairs(map) : undefined;
  };
}

function compileRule(rule: RelabelConfig): Relabel {
  const { source_labels: sources, separator, target_label: target, action } = rule;
  const pattern = compileAnchored(rule.regex);
  const joined = (labels: LabelMap): string => sources.map((name) => labels.get(name) ?? '').join(separator);
  switch (action) {
    case 'keep':
      return (labels) => pattern.testExact(joined(labels));
    case 'drop':
      return (labels) => !pattern.testExact(joined(labels));
    case 'keepequal':
      return (labels) => (labels.get(target) ?? '') === joined(labels);
    case 'dropequal':
      return (labels) => (labels.get(target) ?? '') !== joined(labels);
    case 'lowercase':
      return always((labels) => put(labels, target, joined(labels).toLowerCase()));
    case 'uppercase':
      return always((labels) => put(labels, target, joined(labels).toUpperCase()));
    case 'hashmod':
      return always((labels) => put(labels, target, String(hashOf(joined(labels)) % BigInt(rule.modulus))));
    case 'replace':
      return always((labels) => replace(labels, joined(labels), rule, pattern));
    case 'labelmap':
      return always((labels) => mapNames(labels, rule, pattern));
    case 'labeldrop':
      return always((labels) => dropNames(labels, (name) => pattern.testExact(name)));
    case 'labelkeep':
      return always((labels) => dropNames(labels, (name) => !pattern.testExact(name)));
  }
}

const always =
  (change: (labels: LabelMap) => void): Relabel =>
  (labels) => {
    change(labels);
    return true;
  };

function put(labels: LabelMap, name: string, value: string): void {
  if (value === '') labels.delete(name);
  else labels.set(name, value);
}

function replace(labels: LabelMap, value: string, rule: RelabelConfig, pattern: Pattern): void {
  const match = pattern.matcher(value);
  if (!match.matches()) return;
  const name = expandTemplate(rule.target_label, match, MAX_WRITTEN);
  if (!LABEL_NAME.test(name)) return;
  put(labels, name, expandTemplate(rule.replacement, match, MAX_WRITTEN).slice(0, MAX_WRITTEN));
}

function mapNames(labels: LabelMap, rule: RelabelConfig, pattern: Pattern): void {
  // Those that are there now: what is written is not mapped again.
  for (const [name, value] of Array.from(labels)) {
    const match = pattern.matcher(name);
    if (match.matches()) put(labels, expandTemplate(rule.replacement, match, MAX_WRITTEN), value);
  }
}

function dropNames(labels: LabelMap, isDropped: (name: string) => boolean): void {
  for (const name of Array.from(labels.keys())) if (isDropped(name)) labels.delete(name);
}

/** The last eight bytes of the MD5, big-endian: what other Prometheus servers of a divided job compute. */
const hashOf = (value: string): bigint => createHash('md5').update(value, 'utf8').digest().readBigUInt64BE(8);
