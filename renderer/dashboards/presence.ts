// Which panels of a dashboard have anything to show: those whose metrics are stored in the time range.
import type { Dashboard, DashboardSection } from '../../shared/model/dashboard.ts';

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
    return saysOnly ? [] : [{ ...section, panels }];
  });
}
