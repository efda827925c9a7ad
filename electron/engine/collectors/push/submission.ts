// Reads what a client or headend sends: one report, or several with their times from a sender that was offline.
import { z } from 'zod';
import { FIELDS, type SenderKind } from './families.ts';

/** A day of one report a minute, and some. */
export const MAX_REPORTS = 2_000;
const MAX_NAME = 128;
/** Later than the year 5000: such a number is of milliseconds. */
const MAX_UNIX_S = 100_000_000_000;

export type Report = {
  /** Unix ms; undefined: it is told now. */
  readonly atMs: number | undefined;
  /** By the body's own keys; what was not told is not there. */
  readonly values: ReadonlyMap<string, number>;
  /** Of clients. */
  readonly headless: boolean;
  /** Of headends. */
  readonly name: string | undefined;
};

/** Why a body cannot be taken, as a sentence with the place in it. */
export type Unreadable = { readonly error: string; readonly isImpossible: boolean };

export type Submission = { readonly reports: readonly Report[]; readonly ignored: readonly string[] };

const timestampSchema = z.union([z.number(), z.string().max(64)]);
const bodySchema = z.looseObject({
  headless: z.boolean().optional(),
  headend_name: z.string().max(MAX_NAME).optional(),
  timestamp: timestampSchema.optional(),
  metrics: z.record(z.string().max(MAX_NAME), z.unknown()),
});

const refused = (error: string, isImpossible = false): Unreadable => ({ error, isImpossible });

export function readSubmission(kind: SenderKind, text: string): Submission | Unreadable {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return refused('the body is not JSON');
  }
  if (!Array.isArray(body)) {
    const read = readReport(kind, body, 'the body');
    return 'error' in read ? read : { reports: [read.report], ignored: read.ignored };
  }
  if (body.length === 0) return refused('the list of reports is empty');
  if (body.length > MAX_REPORTS)
    return refused(`a list has at most ${MAX_REPORTS} reports; this one has ${body.length}`);
  const reports: Report[] = [];
  const ignored = new Set<string>();
  for (const [index, each] of body.entries()) {
    const where = `report ${index}`;
    const read = readReport(kind, each, where);
    if ('error' in read) return read;
    if (read.report.atMs === undefined && body.length > 1) return refused(`${where} has no timestamp (Unix seconds)`);
    reports.push(read.report);
    for (const name of read.ignored) ignored.add(name);
  }
  return { reports, ignored: [...ignored] };
}

function readReport(
  kind: SenderKind,
  body: unknown,
  where: string,
): { readonly report: Report; readonly ignored: string[] } | Unreadable {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return refused(`${where}: ${shapeFault(parsed.error)}`);
  const { headless = false, headend_name: name, timestamp, metrics } = parsed.data;
  const atMs = timestamp === undefined ? undefined : readTimestamp(timestamp);
  if (Number.isNaN(atMs))
    return refused(`${where}: timestamp is neither Unix seconds nor a time such as 2026-01-31T12:00:00Z`);
  const values = new Map<string, number>();
  for (const { key } of FIELDS[kind]) {
    if (!Object.hasOwn(metrics, key)) continue;
    const value = metrics[key];
    if (typeof value !== 'number') return refused(`${where}: metrics.${key} is not a number`);
    // JSON has no infinity, but 1e999 becomes one.
    if (!Number.isFinite(value) || value < 0) return refused(`${where}: metrics.${key} cannot be ${value}`, true);
    values.set(key, value);
  }
  const known = new Set(FIELDS[kind].map(({ key }) => key));
  const ignored = Object.keys(metrics).filter((key) => !known.has(key));
  return { report: { atMs, values, headless, name }, ignored };
}

function shapeFault({ issues: [first] }: z.ZodError): string {
  const path = first?.path.join('.') ?? '';
  if (path === '') return 'expected an object with metrics';
  if (path === 'metrics') return 'metrics is missing or no object';
  return `${path.slice(0, MAX_NAME)}: ${first?.message ?? 'not as expected'}`;
}

/** NaN for what is no time. */
function readTimestamp(timestamp: number | string): number {
  if (typeof timestamp === 'number') {
    return timestamp >= 0 && timestamp < MAX_UNIX_S ? Math.round(timestamp * 1_000) : Number.NaN;
  }
  return /^\d{4}-\d\d-\d\dT/.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
}
