// Devices as CSV: what the window added goes out without passwords, and a list comes in row by row, each with its fate.
import type {
  DeviceSummary,
  ImportPreview,
  ImportRow,
  RouterEdit,
  RouterForm,
  StoredRouterForm,
  TargetForm,
} from '../../../../shared/contract/index.ts';
import { CsvError, parseCsv, toCsv, undefused } from '../../../../shared/model/csv.ts';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { COLUMNS, EXPORTED, routerCells, targetCells } from './columns.ts';
import type { Cells, Column } from './columns.ts';
import { readRow, RowRefused } from './read-row.ts';
import type { CsvProfile, RowPlan } from './read-row.ts';

const MAX_ROWS = 1_000;

/** What the exchange needs of the devices. */
export type CsvDevices = {
  list(): DeviceSummary[];
  get(id: string): DeviceSummary | undefined;
  /** What the window added. */
  stored(): readonly (
    | { readonly kind: 'router'; readonly id: string; readonly form: StoredRouterForm }
    | { readonly kind: 'target'; readonly id: string; readonly form: TargetForm }
  )[];
  targetId(form: TargetForm): string;
  addRouter(form: RouterForm): Promise<unknown>;
  editRouter(edit: RouterEdit): Promise<unknown>;
  addTarget(form: TargetForm): Promise<unknown>;
  editTarget(form: TargetForm): Promise<unknown>;
};

export type CsvProfiles = {
  list(): readonly CsvProfile[];
  /** Throws where it is gone. */
  password(id: string): Promise<string>;
};

export type ImportInput = { readonly text: string; readonly profileId?: string | undefined };

export type CsvExchange = {
  export(): string;
  preview(input: ImportInput): ImportPreview;
  /** Each row on its own: one that fails keeps no other out. */
  apply(input: ImportInput): Promise<ImportPreview>;
};

type Planned = { readonly row: ImportRow; readonly plan: RowPlan | undefined };

export function createCsvExchange(devices: CsvDevices, profiles: CsvProfiles): CsvExchange {
  const plan = ({
    text,
    profileId,
  }: ImportInput): { planned: Planned[]; ignored: string[]; problem: string | null } => {
    const read = readTable(text);
    if ('problem' in read) return { planned: [], ignored: [], problem: read.problem };
    const stored = devices.stored();
    const known = profiles.list();
    const context = {
      routerForm: (name: string) =>
        stored.flatMap((device) => (device.kind === 'router' && device.id === name ? [device.form] : []))[0],
      profile: (name: string) => known.find((profile) => profile.name.toLowerCase() === name.toLowerCase()),
      defaultProfile: known.find(({ id }) => id === profileId),
    };
    const seen = new Map<string, number>();
    const planned = read.rows.map(({ line, cells }): Planned => {
      const base = { line, kind: cells.kind ?? '', name: cells.name ?? '', address: cells.address ?? '' };
      const refused = (reason: string): Planned => ({
        row: { ...base, fate: 'refused', reason, changes: [] },
        plan: undefined,
      });
      try {
        const made = readRow(cells, context);
        const id = made.kind === 'router' ? made.form.name : devices.targetId(made.form);
        const before = seen.get(id);
        if (before !== undefined) return refused(`It is in line ${before} already.`);
        seen.set(id, line);
        return { row: { ...base, kind: made.kind, ...fateOf(id, made) }, plan: made };
      } catch (error) {
        if (error instanceof RowRefused || error instanceof LinewardenError) return refused(error.message);
        throw error;
      }
    });
    return { planned, ignored: read.ignored, problem: null };
  };

  const fateOf = (id: string, made: RowPlan): Pick<ImportRow, 'fate' | 'reason' | 'changes'> => {
    const device = devices.get(id);
    if (device === undefined) return { fate: 'add', reason: '', changes: [] };
    const from = device.provisioned ? 'the config file' : device.sample ? 'the sample network' : undefined;
    if (from !== undefined) throw new RowRefused(`${device.name} comes from ${from} and is changed there.`);
    const own = devices.stored().find((one) => one.id === id && one.kind === made.kind);
    if (own === undefined) throw new RowRefused(`There is another device called "${device.name}".`);
    const was = own.kind === 'router' ? routerCells(own.form) : targetCells(own.form);
    const is = made.kind === 'router' ? routerCells(made.form) : targetCells(made.form);
    const changes: string[] = COLUMNS.filter((column) => (was[column] ?? '') !== (is[column] ?? ''));
    if (made.kind === 'router' && (made.form.password !== '' || made.profile !== undefined)) changes.push('password');
    return changes.length === 0 ? { fate: 'unchanged', reason: '', changes } : { fate: 'change', reason: '', changes };
  };

  const carryOut = async ({ row, plan: made }: Planned): Promise<ImportRow> => {
    if (made === undefined || row.fate === 'refused' || row.fate === 'unchanged') return row;
    try {
      if (made.kind === 'target')
        await (row.fate === 'add' ? devices.addTarget(made.form) : devices.editTarget(made.form));
      else {
        const password =
          made.form.password === '' && made.profile !== undefined
            ? await profiles.password(made.profile.id)
            : made.form.password;
        const form = { ...made.form, password };
        await (row.fate === 'add'
          ? devices.addRouter(form)
          : devices.editRouter({ id: form.name, form, keepHistory: true }));
      }
      return row;
    } catch (error) {
      if (!(error instanceof LinewardenError)) throw error;
      return { ...row, fate: 'refused', reason: error.message, changes: [] };
    }
  };

  return {
    export: () =>
      toCsv([
        EXPORTED,
        ...devices.stored().map((device) => {
          const cells = device.kind === 'router' ? routerCells(device.form) : targetCells(device.form);
          return EXPORTED.map((column) => cells[column] ?? '');
        }),
      ]),
    preview(input) {
      const { planned, ignored, problem } = plan(input);
      return { rows: planned.map(({ row }) => row), ignoredColumns: ignored, problem };
    },
    async apply(input) {
      const { planned, ignored, problem } = plan(input);
      const rows: ImportRow[] = [];
      for (const one of planned) rows.push(await carryOut(one));
      return { rows, ignoredColumns: ignored, problem };
    },
  };
}

type Table = { readonly rows: { readonly line: number; readonly cells: Cells }[]; readonly ignored: string[] };

/** The first row names the columns. An empty cell is as good as none. */
function readTable(text: string): Table | { readonly problem: string } {
  try {
    const [head, ...rows] = parseCsv(text, MAX_ROWS + 1);
    const names = head?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
    const columns = names.map((name) => COLUMNS.find((column) => column === name));
    if (!columns.includes('name') || !columns.includes('address')) {
      return { problem: `The first line names the columns: ${COLUMNS.join(', ')}; name and address are needed.` };
    }
    const doubled = columns.find((column, index) => column !== undefined && columns.indexOf(column) !== index);
    if (doubled !== undefined) return { problem: `The column ${doubled} is there twice.` };
    return {
      rows: rows.map(({ line, cells }) => ({ line, cells: cellsOf(columns, cells) })),
      ignored: names.filter((name, index) => columns[index] === undefined && name !== ''),
    };
  } catch (error) {
    if (error instanceof CsvError) return { problem: `Line ${error.line}: ${error.message}.` };
    throw error;
  }
}

function cellsOf(columns: readonly (Column | undefined)[], cells: readonly string[]): Cells {
  const found: Cells = {};
  columns.forEach((column, index) => {
    const cell = undefused(cells[index] ?? '');
    // A password keeps its blanks.
    const value = column === 'password' ? cell : cell.trim();
    if (column !== undefined && value !== '') found[column] = value;
  });
  return found;
}
