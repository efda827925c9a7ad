// label_replace and label_join.
import { METRIC_NAME } from '../../../../shared/model/labels.ts';
import { executionError } from '../errors.ts';
import { isLabelName, setLabel } from '../evaluate/label-sets.ts';
import { mergeSameLabels } from '../evaluate/results.ts';
import { reasonOf } from '../matchers.ts';
import { compileAnchored, expandTemplate } from '../regex.ts';
import type { Invocation, VectorFunction } from './invocation.ts';

function checkName(name: string, which: string, func: string): void {
  if (!isLabelName(name)) throw executionError(`invalid ${which} label name in ${func}(): ${name}`);
}

/** Sets one label of every series; a new name survives delayed name removal. */
function relabel(invocation: Invocation, target: string, valueOf: VectorValue): ReturnType<VectorFunction> {
  const result = invocation.vector(0).map((one) => {
    const value = valueOf(one.labels);
    if (value === undefined) return one;
    const dropName = target === METRIC_NAME ? false : one.dropName;
    return { ...one, labels: setLabel(one.labels, target, value), dropName };
  });
  return mergeSameLabels(result);
}

type VectorValue = (labels: { get(name: string): string }) => string | undefined;

function labelReplace(invocation: Invocation): ReturnType<VectorFunction> {
  const target = invocation.text(1);
  const replacement = invocation.text(2);
  const source = invocation.text(3);
  const pattern = invocation.text(4);
  let regex: ReturnType<typeof compileAnchored>;
  try {
    regex = compileAnchored(pattern);
  } catch (cause) {
    throw executionError(`invalid regular expression in label_replace(): ${pattern}: ${reasonOf(cause)}`);
  }
  checkName(target, 'destination', 'label_replace');
  return relabel(invocation, target, (labels) => {
    const matcher = regex.matcher(labels.get(source));
    return matcher.matches() ? expandTemplate(replacement, matcher) : undefined;
  });
}

function labelJoin(invocation: Invocation): ReturnType<VectorFunction> {
  const target = invocation.text(1);
  const separator = invocation.text(2);
  const sources = invocation.call.args.slice(3).map((_, i) => invocation.text(i + 3));
  for (const source of sources) checkName(source, 'source', 'label_join');
  checkName(target, 'destination', 'label_join');
  return relabel(invocation, target, (labels) => sources.map((source) => labels.get(source)).join(separator));
}

export const LABEL_FUNCTIONS: Readonly<Record<string, VectorFunction>> = {
  label_replace: labelReplace,
  label_join: labelJoin,
};
