// label_replace and label_join.
import { METRIC_NAME } from '../../../../shared/model/labels.ts';
import { executionError } from '../errors.ts';
import { isLabelName, setLabel } from '../evaluate/label-sets.ts';
import { mergeSameLabels } from '../evaluate/results.ts';
import { reasonOf } from '../matchers.ts';
import { compileAnchored, expandTemplate } from '../regex.ts';
import type { Invocation, VectorFunction } from './invocation.ts';

/** What a character of input costs a regular expression, in samples. */
const REGEX_WORK = 100;

function checkName(name: string, which: string, func: string): void {
  if (!isLabelName(name)) throw executionError(`invalid ${which} label name in ${func}(): ${name}`);
}

/** A query's own label values: calls that double them, each inside the next, must not fill the memory. */
const MAX_VALUE_LENGTH = 8_192;

function checkLength(length: number, func: string): void {
  if (length <= MAX_VALUE_LENGTH) return;
  throw executionError(`${func}() would make a label value of more than ${MAX_VALUE_LENGTH} characters`);
}

/** Sets one label of every series; a new name survives delayed name removal. */
function relabel(invocation: Invocation, target: string, valueOf: VectorValue): ReturnType<VectorFunction> {
  const { context, call } = invocation;
  const result = invocation.vector(0).map((one) => {
    const value = valueOf(one.labels);
    if (value === undefined) return one;
    checkLength(value.length, call.func);
    context.makeText(value.length);
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
    const value = labels.get(source);
    invocation.context.work(value.length * REGEX_WORK);
    const matcher = regex.matcher(value);
    return matcher.matches() ? expandTemplate(replacement, matcher, MAX_VALUE_LENGTH) : undefined;
  });
}

function labelJoin(invocation: Invocation): ReturnType<VectorFunction> {
  const target = invocation.text(1);
  const separator = invocation.text(2);
  const sources = invocation.call.args.slice(3).map((_, i) => invocation.text(i + 3));
  for (const source of sources) checkName(source, 'source', 'label_join');
  checkName(target, 'destination', 'label_join');
  return relabel(invocation, target, (labels) => {
    const values = sources.map((source) => labels.get(source));
    const joints = separator.length * Math.max(0, values.length - 1);
    checkLength(
      values.reduce((sum, value) => sum + value.length, joints),
      'label_join',
    );
    return values.join(separator);
  });
}

export const LABEL_FUNCTIONS: Readonly<Record<string, VectorFunction>> = {
  label_replace: labelReplace,
  label_join: labelJoin,
};
