// Which group each series belongs to. Worked out once for a label set, however often the same grouping is asked for.
import { METRIC_NAME, type Labels } from '../../../../shared/model/labels.ts';
import { keepLabels, keyOfValues, keyWithout, removeLabels } from './label-sets.ts';

export type Grouping = {
  /** The labels of a series' group: one object for all series of the group. */
  labelsOf(labels: Labels): Labels;
  groups(): number;
};

/** Groupings that are remembered, and how many groups one of them may have to be used again. */
const MAX_GROUPINGS = 50;
const MAX_GROUPS = 1_000;

const groupings = new Map<string, Grouping>();

export function groupingBy(names: readonly string[], without: boolean): Grouping {
  const signature = JSON.stringify([without, ...names]);
  const known = groupings.get(signature);
  if (known !== undefined && known.groups() <= MAX_GROUPS) return known;
  if (groupings.size >= MAX_GROUPINGS) groupings.delete(groupings.keys().next().value ?? '');
  const grouping = createGrouping(names, without);
  groupings.set(signature, grouping);
  return grouping;
}

function createGrouping(names: readonly string[], without: boolean): Grouping {
  const listed = new Set(names);
  if (without) listed.add(METRIC_NAME);
  const ordered = [...listed];
  const ofSeries = new WeakMap<Labels, Labels>();
  const byKey = new Map<string, Labels>();
  const find = (labels: Labels): Labels => {
    const key = without ? keyWithout(labels, listed) : keyOfValues(labels, ordered);
    let group = byKey.get(key);
    if (group === undefined) {
      group = without ? removeLabels(labels, listed) : keepLabels(labels, listed);
      byKey.set(key, group);
    }
    ofSeries.set(labels, group);
    return group;
  };
  return { labelsOf: (labels) => ofSeries.get(labels) ?? find(labels), groups: () => byKey.size };
}
