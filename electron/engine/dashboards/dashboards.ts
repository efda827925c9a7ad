// The dashboards that there are: the shipped ones, and those of the data directory, which take a shipped one's place
// where they have its id.
import path from 'node:path';
import type { DashboardAnswer, DashboardList, DashboardProblem } from '../../../shared/contract/index.ts';
import type { Dashboard } from '../../../shared/model/dashboard.ts';
import { checkDashboard } from './check.ts';
import { JsonFolder } from './read-folder.ts';

export type Dashboards = {
  list(): Promise<DashboardList>;
  get(id: string): Promise<DashboardAnswer | undefined>;
};

type Found = { readonly dashboard: Dashboard; readonly shipped: boolean };

const folderOf = (dir: string) =>
  new JsonFolder(dir, checkDashboard, (reason) => ({
    dashboard: undefined,
    faults: [`It cannot be read: ${reason}.`],
  }));

export function createDashboards(options: { readonly shippedDir: string; readonly ownDir: string }): Dashboards {
  const shippedFolder = folderOf(options.shippedDir);
  const ownFolder = folderOf(options.ownDir);

  const all = async (): Promise<{ found: Map<string, Found>; problems: DashboardProblem[] }> => {
    const found = new Map<string, Found>();
    const problems: DashboardProblem[] = [];
    const taken = new Map<string, string>();
    for (const [folder, shipped] of [
      [shippedFolder, true],
      [ownFolder, false],
    ] as const) {
      for (const { file, content } of await folder.read()) {
        const { dashboard, faults } = content;
        const id = dashboard?.id ?? null;
        problems.push(...faults.map((message) => ({ file, message, id })));
        if (dashboard === undefined) continue;
        const other = taken.get(`${shipped} ${dashboard.id}`);
        if (other !== undefined) {
          problems.push({ file, message: `The id "${dashboard.id}" is that of ${other} already.`, id: null });
          continue;
        }
        taken.set(`${shipped} ${dashboard.id}`, path.basename(file));
        found.set(dashboard.id, { dashboard, shipped });
      }
    }
    return { found, problems };
  };

  return {
    async list() {
      const { found, problems } = await all();
      const dashboards = [...found.values()].map(
        ({ dashboard: { id, title, description, tags, sections }, shipped }) => ({
          id,
          title,
          description,
          tags,
          panels: sections.reduce((sum, { panels }) => sum + panels.length, 0),
          shipped,
        }),
      );
      return {
        dashboards: dashboards.toSorted((a, b) => a.title.localeCompare(b.title)),
        problems,
        ownDir: options.ownDir,
      };
    },
    async get(id) {
      return (await all()).found.get(id);
    },
  };
}
