// Which columns a narrow table leaves out.
export type FitColumn = {
  readonly id: string;
  /** A CSS grid track: '120px', 'minmax(160px, 2fr)'. */
  readonly width: string;
  /** The lowest gives way first; a column without one stays. */
  readonly yields?: number | undefined;
};

const GAP_PX = 16;
const PADDING_PX = 24;

const leastPx = (width: string): number => Number(/(\d+)px/.exec(width)?.[1] ?? 80);

/** The ids of the columns that yield so that the others have their least widths; with no width yet, none. */
export function yielding(columns: readonly FitColumn[], widthPx: number): ReadonlySet<string> {
  const left = new Set<string>();
  if (widthPx <= 0) return left;
  let neededPx = PADDING_PX - GAP_PX + columns.reduce((sum, { width }) => sum + leastPx(width) + GAP_PX, 0);
  const inOrder = columns
    .filter(({ yields }) => yields !== undefined)
    .toSorted((a, b) => (a.yields ?? 0) - (b.yields ?? 0));
  for (const { id, width } of inOrder) {
    if (neededPx <= widthPx) break;
    left.add(id);
    neededPx -= leastPx(width) + GAP_PX;
  }
  return left;
}
