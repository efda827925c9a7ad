// What a unit test expects against what there is, whatever the order.
import { Labels, METRIC_NAME } from '../../../../shared/model/labels.ts';
import { formatValue } from '../../promql/index.ts';

type AlertTexts = { readonly labels: Labels; readonly annotations: Readonly<Record<string, string>> };
type SampleTexts = { readonly labels: Labels; readonly value: number };

const pairsText = (labels: Labels): string =>
  `{${[...labels.entries()].map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`;

const seriesText = (labels: Labels): string => {
  const rest = labels.without(METRIC_NAME);
  return `${labels.name}${rest.size > 0 || labels.name === '' ? pairsText(rest) : ''}`;
};

const alertText = ({ labels, annotations }: AlertTexts): string =>
  `Labels:${pairsText(labels)} Annotations:${pairsText(Labels.fromRecord(annotations))}`;

const sampleText = ({ labels, value }: SampleTexts): string => `${seriesText(labels)} ${formatValue(value)}`;

const listText = (texts: readonly string[]): string => (texts.length === 0 ? 'nil' : texts.join('\n          '));

const difference = (expected: readonly string[], got: readonly string[]): string =>
  `    exp: ${listText(expected)}\n    got: ${listText(got)}`;

/** undefined where they are the same. Alerts that differ in an annotation differ. */
export function alertDifference(expected: readonly AlertTexts[], got: readonly AlertTexts[]): string | undefined {
  // An annotation that is empty is told apart from none by promtool; the text keeps both.
  const key = ({ labels, annotations }: AlertTexts): string =>
    JSON.stringify([labels.key, Object.entries(annotations).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
  const [wanted, found] = [expected.map(key).toSorted(), got.map(key).toSorted()];
  const isSame = wanted.length === found.length && wanted.every((each, i) => each === found[i]);
  return isSame ? undefined : difference(expected.map(alertText), got.map(alertText));
}

/** undefined where they are the same; `isFuzzy` lets values be one unit in the last place apart. */
export function sampleDifference(
  expected: readonly SampleTexts[],
  got: readonly SampleTexts[],
  isFuzzy: boolean,
): string | undefined {
  const byLabels = (a: SampleTexts, b: SampleTexts): number => Labels.compare(a.labels, b.labels);
  const [wanted, found] = [expected.toSorted(byLabels), got.toSorted(byLabels)];
  const isSame =
    wanted.length === found.length &&
    wanted.every(({ labels, value }, i) => {
      const other = found[i]!;
      return labels.equals(other.labels) && isEqual(value, other.value, isFuzzy);
    });
  return isSame ? undefined : difference(wanted.map(sampleText), found.map(sampleText));
}

function isEqual(a: number, b: number, isFuzzy: boolean): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  return isFuzzy && (nextAfter(a, b) === b || nextAfter(b, a) === a);
}

const double = new Float64Array(1);
const bits = new BigInt64Array(double.buffer);

/** The next double after `from` towards `to`. */
function nextAfter(from: number, to: number): number {
  if (Number.isNaN(from) || Number.isNaN(to) || from === to) return to;
  if (from === 0) return to > 0 ? Number.MIN_VALUE : -Number.MIN_VALUE;
  double[0] = from;
  bits[0]! += from < to === from > 0 ? 1n : -1n;
  return double[0];
}
