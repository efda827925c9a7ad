// What of this screen is this person's taste and stays in this browser.
import { DEFAULT_MOST_SAMPLES } from './estimate.ts';

const KEY = 'linewarden.explore.mostSamples';

/** Queries that would read more samples are asked about first. */
export function readMostSamples(store: Pick<Storage, 'getItem'>): number {
  try {
    const found = Number(store.getItem(KEY) ?? Number.NaN);
    return Number.isFinite(found) && found > 0 ? found : DEFAULT_MOST_SAMPLES;
  } catch {
    return DEFAULT_MOST_SAMPLES;
  }
}

export function writeMostSamples(store: Pick<Storage, 'setItem'>, most: number): void {
  try {
    store.setItem(KEY, String(most));
  } catch {
    // Then it holds until the page is left.
  }
}
