// Series colours, safe for colour-blind eyes, tuned so that a line has 3:1 on each theme's surface.
import type { ChartShape } from './series.ts';

export type Scheme = 'dark' | 'light';

const COLOURS: Readonly<Record<Scheme, readonly string[]>> = {
  dark: ['#6b9bd1', '#f5923a', '#62b55e', '#c48eb5', '#ec6a6c', '#7cc4bf', '#b58d74', '#c9c0bd'],
  light: ['#4c78a8', '#d4690a', '#3f8a3d', '#9a5f8b', '#d63f42', '#3f8f8a', '#8a6350', '#958b87'],
};
/** What is left over, everywhere. */
export const OTHER: Readonly<Record<Scheme, string>> = { dark: '#6f7883', light: '#5d6670' };
export const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

export type Look = { readonly colour: string; readonly dash: readonly number[] };

/** The n-th series colour, for what is drawn elsewhere than in a graph. */
export const seriesColour = (place: number, scheme: Scheme): string =>
  COLOURS[scheme][place % COLOURS[scheme].length] ?? OTHER[scheme];

/** One look per name in the order of appearance: an in/out pair shares it; after eight the dash changes. */
export function looksOf(series: ChartShape, scheme: Scheme): ReadonlyMap<string, Look> {
  const looks = new Map<string, Look>();
  const byName = new Map<string, Look>();
  const colours = COLOURS[scheme];
  for (const one of series) {
    let look = byName.get(one.name);
    if (look === undefined) {
      const place = [...byName.values()].filter((given) => given.colour !== OTHER[scheme]).length;
      look = one.other
        ? { colour: OTHER[scheme], dash: [] }
        : {
            colour: colours[place % colours.length] ?? OTHER[scheme],
            dash: DASHES[Math.floor(place / colours.length) % DASHES.length] ?? [],
          };
      byName.set(one.name, look);
    }
    looks.set(one.id, look);
  }
  return looks;
}

/** A colour with an alpha of 0..1, for areas. */
export const withAlpha = (hex: string, alpha: number): string =>
  `${hex}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0')}`;
