// Arithmetic and comparisons between two vectors: one-to-one, or many-to-one with group_left / group_right.
import { METRIC_NAME, type Labels } from '../../../../shared/model/labels.ts';
import type { VectorMatching } from '../ast.ts';
import { executionError } from '../errors.ts';
import type { QueryContext } from './context.ts';
import { dropMetadata, formatLabels, keepLabels, removeLabels, setLabel } from './label-sets.ts';
import { anyPresent, groupByKey, matchKey } from './match-keys.ts';
import type { PairOperation } from './operators.ts';
import { mergeSameLabels } from './results.ts';
import { isAnyPresent, type StepSeries } from './values.ts';

const NOT_ONE_TO_ONE = 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)';
const NOT_UNIQUE = 'multiple matches for labels: grouping labels must ensure unique matches';

export function evaluateVectorMatching(
  context: QueryContext,
  operation: PairOperation,
  bool: boolean,
  matching: VectorMatching,
  left: readonly StepSeries[],
  right: readonly StepSeries[],
): readonly StepSeries[] {
  if (matching.fillLeft !== undefined || matching.fillRight !== undefined) {
    throw executionError('fill modifiers are not supported');
  }
  // With no samples at all on one side nothing can match, not even ambiguously.
  if (left.length === 0 || right.length === 0) return [];
  const swapped = matching.cardinality === 'one-to-many';
  const many = swapped ? right : left;
  const one = swapped ? left : right;
  const key = matchKey(matching);
  const ones = groupByKey(one, key);
  checkUnique(ones, many, matching, swapped);

  const steps = left[0]?.values.length ?? 0;
  const labelsOf = resultLabels(context, operation, bool, matching);
  const result: StepSeries[] = [];
  for (const [own, group] of groupByKey(many, key)) {
    const partners = ones.get(own);
    if (partners === undefined) continue;
    const matched: StepSeries[] = [];
    for (const series of group) {
      for (const partner of partners) {
        const values = context.column(steps);
        const present = new Uint8Array(steps);
        for (let i = 0; i < steps; i++) {
          if (series.present[i] !== 1 || partner.present[i] !== 1) continue;
          const a = (swapped ? partner.values[i] : series.values[i]) ?? 0;
          const b = (swapped ? series.values[i] : partner.values[i]) ?? 0;
          if (!operation.keeps(a, b)) continue;
          values[i] = operation.value(a, b);
          present[i] = 1;
        }
        if (isAnyPresent(present)) matched.push({ ...labelsOf(series, partner), values, present });
      }
    }
    if (matching.cardinality === 'one-to-one') checkOneResult(matched, steps);
    for (const series of mergeSameLabels(matched, NOT_UNIQUE)) result.push(series);
  }
  return mergeSameLabels(result);
}

/** The "one" side must have a single series in each match group at each step at which both sides have any. */
function checkUnique(
  ones: ReadonlyMap<string, readonly StepSeries[]>,
  many: readonly StepSeries[],
  matching: VectorMatching,
  swapped: boolean,
): void {
  let manyPresent: Uint8Array | undefined;
  for (const group of ones.values()) {
    if (group.length < 2) continue;
    const steps = group[0]?.present.length ?? 0;
    manyPresent ??= anyPresent(many, steps);
    for (let i = 0; i < steps; i++) {
      if (manyPresent[i] !== 1) continue;
      const present = group.filter((series) => series.present[i] === 1);
      const [first, second] = present;
      if (first === undefined || second === undefined) continue;
      const names = new Set(matching.labels);
      const labels = matching.on
        ? keepLabels(first.labels, names)
        : removeLabels(first.labels, new Set([METRIC_NAME, ...names]));
      throw executionError(
        `found duplicate series for the match group ${formatLabels(labels)} on the ${swapped ? 'left' : 'right'} hand-side of the operation: ` +
          `[${formatLabels(second.labels)}, ${formatLabels(first.labels)}];many-to-many matching not allowed: matching labels must be unique on one side`,
      );
    }
  }
}

function checkOneResult(matched: readonly StepSeries[], steps: number): void {
  if (matched.length < 2) return;
  const taken = new Uint8Array(steps);
  for (const series of matched) {
    for (let i = 0; i < steps; i++) {
      if (series.present[i] !== 1) continue;
      if (taken[i] === 1) throw executionError(NOT_ONE_TO_ONE);
      taken[i] = 1;
    }
  }
}

type Named = { readonly labels: Labels; readonly dropName: boolean };

function resultLabels(
  context: QueryContext,
  operation: PairOperation,
  bool: boolean,
  matching: VectorMatching,
): (many: StepSeries, one: StepSeries) => Named {
  const names = new Set(matching.labels);
  const delayed = context.settings.delayedNameRemoval;
  return (many, one) => {
    let labels = many.labels;
    // Delayed removal concerns `bool` only: arithmetic has no name to come back to.
    if (operation.changesMeaning && !(bool && delayed)) labels = dropMetadata(labels);
    if (matching.cardinality === 'one-to-one') {
      labels = matching.on ? keepLabels(labels, names) : removeLabels(labels, names);
    }
    for (const name of matching.include) labels = setLabel(labels, name, one.labels.get(name));
    return { labels, dropName: bool ? delayed : !operation.changesMeaning && many.dropName };
  };
}
