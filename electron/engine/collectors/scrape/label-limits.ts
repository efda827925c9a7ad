// Prometheus's limits on the labels of a target's series: one series beyond them fails the scrape.
import { LinewardenError } from '../../../../shared/model/errors.ts';
import type { Labels } from '../../../../shared/model/labels.ts';

/** 0 is no limit. Lengths are in bytes, as in Prometheus. */
export type LabelLimits = {
  readonly labels: number;
  readonly nameLength: number;
  readonly valueLength: number;
};

export const NO_LABEL_LIMITS: LabelLimits = { labels: 0, nameLength: 0, valueLength: 0 };

const HINT = 'Raise it in scrape_configs of linewarden.yml, or make the exporter expose less.';

/** Throws LW_SCRAPE_LABEL_LIMIT. The metric's name counts as a label, the target's own labels count too. */
export function checkLabels(labels: Labels, limits: LabelLimits): Labels {
  const refused = (what: string): LinewardenError => {
    const name = labels.get('__name__').slice(0, 80);
    return new LinewardenError('LW_SCRAPE_LABEL_LIMIT', `A series of ${name} has ${what}.`, { hint: HINT });
  };
  const { flat } = labels;
  const count = flat.length / 2;
  if (limits.labels > 0 && count > limits.labels) {
    throw refused(`${count} labels, more than label_limit (${limits.labels})`);
  }
  if (limits.nameLength === 0 && limits.valueLength === 0) return labels;
  for (let i = 0; i < flat.length; i += 2) {
    if (isLonger(flat[i] ?? '', limits.nameLength)) {
      throw refused(`a label name longer than label_name_length_limit (${limits.nameLength})`);
    }
    if (isLonger(flat[i + 1] ?? '', limits.valueLength)) {
      throw refused(`a label value longer than label_value_length_limit (${limits.valueLength})`);
    }
  }
  return labels;
}

const isLonger = (text: string, limit: number): boolean =>
  limit > 0 && text.length * 3 > limit && Buffer.byteLength(text) > limit;
