// One row of an import: what it would make of a device, or why not.
import { routerFormSchema, targetFormSchema } from '../../../../shared/contract/index.ts';
import type { RouterForm, StoredRouterForm, TargetForm } from '../../../../shared/contract/index.ts';
import { parseDurationMs } from '../../../../shared/model/duration.ts';
import { readLabels } from './columns.ts';
import type { Cells } from './columns.ts';

/** A credential profile, without its password. */
export type CsvProfile = {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly port: number;
  /** What a router's form may hold, or pin-first: the certificate is taken at the first contact. */
  readonly tls: string;
  readonly intervalMs: number;
};

export type RowPlan =
  | { readonly kind: 'router'; readonly form: RouterForm; readonly profile: CsvProfile | undefined }
  | { readonly kind: 'target'; readonly form: TargetForm };

export type RowContext = {
  readonly routerForm: (name: string) => StoredRouterForm | undefined;
  readonly profile: (name: string) => CsvProfile | undefined;
  /** Of rows that name no profile and have no login of their own. */
  readonly defaultProfile: CsvProfile | undefined;
};

export class RowRefused extends Error {}

const PORTS = { plain: 8_728, tls: 8_729 } as const;
const INTERVAL_MS = 15_000;

/** An empty cell leaves what a device has. Throws RowRefused with a sentence. */
export function readRow(cells: Cells, context: RowContext): RowPlan {
  const kind = (cells.kind ?? '').toLowerCase() || (/^https?:\/\//i.test(cells.address ?? '') ? 'target' : 'router');
  if (kind === 'router') return readRouter(cells, context);
  if (kind === 'target') return { kind, form: readTarget(cells) };
  throw new RowRefused(`The kind is "${cells.kind}"; router and target are known.`);
}

function readRouter(cells: Cells, context: RowContext): RowPlan {
  const name = cells.name ?? '';
  const known = context.routerForm(name);
  const named = cells.profile === undefined ? undefined : context.profile(cells.profile);
  if (cells.profile !== undefined && named === undefined) {
    throw new RowRefused(`There is no credential profile called "${cells.profile}".`);
  }
  const hasLogin = cells.password !== undefined || known !== undefined;
  const profile = named ?? (hasLogin ? undefined : context.defaultProfile);
  if (profile === undefined && !hasLogin) {
    throw new RowRefused('A new router needs a password, or a credential profile.');
  }
  const tls = cells.tls?.toLowerCase() ?? (cells.pin === undefined ? (profile?.tls ?? known?.tls ?? 'off') : 'pin');
  const pin = cells.pin ?? (tls === 'pin' ? (known?.pin ?? '') : '');
  if (tls === 'pin-first' || (tls === 'pin' && pin === '')) {
    throw new RowRefused('A pinned certificate needs its SHA-256 in the column pin.');
  }
  const labels = cells.labels === undefined ? known?.labels : readLabels(cells.labels);
  if (labels === undefined && cells.labels !== undefined) {
    throw new RowRefused('The labels are not written as site=north; tier=gold.');
  }
  const standard = tls === 'off' ? PORTS.plain : PORTS.tls;
  const { data, error } = routerFormSchema.safeParse({
    name,
    address: cells.address ?? known?.address ?? '',
    port: cells.port === undefined ? (profile?.port ?? known?.port ?? standard) : Number(cells.port),
    tls,
    pin,
    username: cells.username ?? profile?.username ?? known?.username ?? '',
    password: cells.password ?? '',
    intervalMs: intervalOf(cells) ?? known?.intervalMs ?? profile?.intervalMs ?? INTERVAL_MS,
    ...(labels !== undefined && { labels }),
  });
  if (data === undefined) throw refusal(error);
  return { kind: 'router', form: data, profile };
}

function readTarget(cells: Cells): TargetForm {
  const { data, error } = targetFormSchema.safeParse({
    job: cells.name ?? '',
    url: cells.address ?? '',
    intervalMs: intervalOf(cells) ?? INTERVAL_MS,
  });
  if (data === undefined) throw refusal(error);
  return data;
}

/** "15s", or a plain number of seconds. */
function intervalOf({ interval }: Cells): number | undefined {
  if (interval === undefined) return undefined;
  const ms = /^\d+$/.test(interval) ? Number(interval) * 1_000 : parseDurationMs(interval);
  if (ms !== undefined) return ms;
  throw new RowRefused(`The interval "${interval}" is not written as 15s.`);
}

const FIELD_WORDS: Readonly<Record<string, string>> = { url: 'address', job: 'name', intervalMs: 'interval' };

function refusal(error: {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}): RowRefused {
  const [issue] = error.issues;
  const field = String(issue?.path[0] ?? '');
  return new RowRefused(`${FIELD_WORDS[field] ?? field}: ${issue?.message ?? 'not as expected'}.`);
}
