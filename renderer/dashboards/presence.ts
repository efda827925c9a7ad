// Which panels of a dashboard have anything to show: those whose metrics are stored in the time range.
import { GRID_COLUMNS } from '../../shared/model/dashboard.ts';
import type { Dashboard, DashboardPanel, DashboardSection } from '../../shared/model/dashboard.ts';

export function requiredMetrics({ sections }: Pick<Dashboard, 'sections'>): string[] {
  const names = sections.flatMap(({ requires, panels }) => [
    ...(requires ?? []),
    ...panels.flatMap((panel) => panel.requires ?? []),
  ]);
  return [...new Set(names)].toSorted();
}

/** Without `stored` everything is there. A section of which nothing but texts is left is left out. */
export function presentSections(
  { sections }: Pick<Dashboard, 'sections'>,
  stored: ReadonlySet<string> | undefined,
): DashboardSection[] {
  const isThere = ({ requires }: { readonly requires?: readonly string[] | undefined }): boolean =>
    stored === undefined || requires === undefined || requires.some((name) => stored.has(name));
  return sections.flatMap((section) => {
    if (!isThere(section)) return [];
    const panels = section.panels.filter(isThere);
    const saysOnly = panels.every(({ kind }) => kind === 'text') && panels.length < section.panels.length;
    if (saysOnly) return [];
    // Where some are missing, the others take their room.
    return [{ ...section, panels: panels.length < section.panels.length ? filledRows(panels) : panels }];
  });
}

/** A value that is wider than this is lost in its panel. */
const WIDEST_STAT = 8;

/** The panels with each row of one height as wide as the grid. */
export function filledRows(panels: readonly DashboardPanel[]): DashboardPanel[] {
  const rows: DashboardPanel[][] = [];
  let used = GRID_COLUMNS;
  for (const panel of panels) {
    if (used + panel.width > GRID_COLUMNS) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push(panel);
    used += panel.width;
  }
  return rows.flatMap((row) => {
    const taken = row.reduce((sum, { width }) => sum + width, 0);
    if (row.some(({ height }) => height !== row[0]?.height)) return row;
    let left = GRID_COLUMNS;
    return row.map((panel, index) => {
      const share = index === row.length - 1 ? left : Math.floor((panel.width / taken) * GRID_COLUMNS);
      const width = Math.max(panel.width, panel.kind === 'stat' ? Math.min(share, WIDEST_STAT) : share);
      left -= width;
      return { ...panel, width };
    });
  });
}
