// `flows`: what was carried, by whom and by what: asked of the engine that runs on the data dir, or of its files.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseDurationMs } from '../../shared/model/duration.ts';
import { LinewardenError } from '../../shared/model/errors.ts';
import { seriesCsv, topCsv } from '../../shared/model/flow-csv.ts';
import { flowAnswerSchema, flowQuestionSchema } from '../../shared/model/flow-question.ts';
import type { FlowAnswer, FlowQuestion } from '../../shared/model/flow-question.ts';
import { topTable } from './flow-table.ts';

export type FlowsOptions = {
  readonly dataDir: string;
  readonly by: string;
  readonly filter?: string;
  readonly measure: string;
  readonly limit: string;
  readonly last: string;
  readonly from?: string;
  readonly to?: string;
  readonly step?: string;
  readonly exporter?: string;
  readonly previous?: boolean;
  readonly format: string;
  readonly url?: string;
  readonly tokenFile?: string;
};

const TIMEOUT_MS = 120_000;

export async function flows(what: 'top' | 'series', options: FlowsOptions): Promise<void> {
  // Whoever reads the answer may have enough of it, as `head` has.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const { format } = options;
  if (format !== 'table' && format !== 'csv' && format !== 'json')
    throw usage(`"${format}" is no format`, 'It is table, csv or json.');
  const question = questionOf(what, options);
  const answer = await answerOf(question, options);
  for (const note of answer.notes) process.stderr.write(`${note}\n`);
  if (format === 'json') process.stdout.write(`${JSON.stringify(answer, undefined, 2)}\n`);
  else if (format === 'csv' || what === 'series') {
    const { by, measure } = question;
    process.stdout.write(what === 'series' ? seriesCsv(answer, by, measure) : topCsv(answer, by));
  } else process.stdout.write(topTable(answer, question));
}

const usage = (message: string, hint: string): LinewardenError =>
  new LinewardenError('LW_CLI_BAD_OPTION', message, { hint });

function questionOf(what: 'top' | 'series', options: FlowsOptions): FlowQuestion {
  const endMs = options.to === undefined ? Date.now() : timeOf(options.to);
  const lastMs = parseDurationMs(options.last);
  if (lastMs === undefined || lastMs === 0) throw usage(`"${options.last}" is no duration`, 'Write 15m, 1h or 7d.');
  const stepMs = options.step === undefined ? undefined : parseDurationMs(options.step);
  if (options.step !== undefined && stepMs === undefined)
    throw usage(`"${options.step}" is no duration`, 'Write 1m, 10m or 1d.');
  const read = flowQuestionSchema.safeParse({
    startMs: options.from === undefined ? endMs - lastMs : timeOf(options.from),
    endMs,
    by: options.by.split(',').map((key) => key.trim()),
    filter: options.filter ?? '',
    measure: options.measure,
    limit: Number(options.limit),
    series: what === 'series',
    ...(options.exporter !== undefined && { exporter: options.exporter }),
    ...(stepMs !== undefined && { stepMs }),
    ...(options.previous === true && { compare: 'previous' }),
  });
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw usage(
    `${issue?.path[0] === undefined ? 'the question' : String(issue.path[0])}: ${issue?.message ?? ''}`,
    'See linewarden flows --help.',
  );
}

function timeOf(text: string): number {
  const timeMs = /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1_000) : Date.parse(text);
  if (Number.isNaN(timeMs))
    throw new LinewardenError('LW_CLI_BAD_TIME', `"${text}" is neither RFC 3339 nor Unix seconds`);
  return timeMs;
}

async function answerOf(question: FlowQuestion, options: FlowsOptions): Promise<FlowAnswer> {
  const dataDir = path.resolve(options.dataDir);
  const ask = (url: string): Promise<FlowAnswer> =>
    askEngine(url, options.tokenFile ?? path.join(dataDir, 'admin-token'), question);
  if (options.url !== undefined) return ask(options.url.replace(/\/$/, ''));
  // A mistyped folder must be told, not made.
  if (!existsSync(dataDir)) {
    throw new LinewardenError('LW_CLI_NO_DATA', `there is no folder ${dataDir}`, {
      hint: 'Name the folder that serve or the desktop app keeps its data in: --data-dir DIR.',
    });
  }
  const { lockDataDir } = await import('../engine/store/state/index.ts');
  let lock;
  try {
    lock = lockDataDir(dataDir);
  } catch (error) {
    if (!(error instanceof LinewardenError) || error.code !== 'LW_DATA_DIR_LOCKED') throw error;
    const url = servedUrl(dataDir);
    if (url !== undefined) return ask(url);
    throw new LinewardenError('LW_CLI_NO_ENGINE', `an engine runs on ${dataDir} and serves no HTTP`, {
      hint: 'Set http.listen in its config, or end it.',
      cause: error,
    });
  }
  try {
    const { askFiles } = await import('./flow-files.ts');
    return await askFiles(dataDir, question);
  } finally {
    lock.release();
  }
}

/** Where the engine of this data dir serves HTTP. */
function servedUrl(dataDir: string): string | undefined {
  try {
    return readFileSync(path.join(dataDir, 'engine.url'), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

export async function askEngine(base: string, tokenFile: string, question: FlowQuestion): Promise<FlowAnswer> {
  const { startMs, endMs, by, stepMs, ...rest } = question;
  const params = new URLSearchParams({
    start: String(startMs / 1_000),
    end: String(endMs / 1_000),
    by: by.join(),
    ...(stepMs !== undefined && { step: String(stepMs / 1_000) }),
    ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)])),
  });
  let token: string;
  try {
    token = readFileSync(tokenFile, 'utf8').trim();
  } catch {
    throw new LinewardenError('LW_CLI_NO_TOKEN', `the token in ${tokenFile} cannot be read`, {
      hint: 'Name the file of a token with the scope read: --token-file FILE.',
    });
  }
  const response = await fetch(`${base}/api/v1/flows?${params.toString()}`, {
    headers: { Authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    if (isCertificateFault(error)) {
      throw new LinewardenError(
        'LW_CLI_CERTIFICATE',
        `the certificate of ${base} is signed by nobody whom this machine trusts`,
        {
          hint: 'Name the file of its authority (or of a self-signed one, itself) in NODE_EXTRA_CA_CERTS.',
          cause: error,
        },
      );
    }
    throw new LinewardenError('LW_CLI_NO_ENGINE', `no engine answers at ${base}`, {
      hint: 'Start it, or name another with --url.',
      cause: error,
    });
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && typeof body === 'object' && body !== null && 'data' in body) {
    const read = flowAnswerSchema.safeParse(body.data);
    if (read.success) return read.data;
    throw new LinewardenError('LW_CLI_OTHER_VERSION', `the engine at ${base} answers as another version does`, {
      hint: 'Use the linewarden of the same version as the engine that runs.',
      cause: read.error,
    });
  }
  const told =
    typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : `HTTP ${response.status}`;
  throw new LinewardenError('LW_CLI_REFUSED', told);
}

/** What fetch says of a certificate is in its cause. */
function isCertificateFault(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code);
}
