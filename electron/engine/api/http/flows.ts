// GET /api/v1/flows: questions about traffic, answered as JSON or CSV.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { seriesCsv, topCsv } from '../../../../shared/model/flow-csv.ts';
import { flowQuestionSchema } from '../../../../shared/model/flow-question.ts';
import type { FlowQuestion } from '../../../../shared/model/flow-question.ts';
import type { FlowQuestions } from '../../flows/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { ApiError } from './prometheus/envelope.ts';
import { durationParam, requiredTimeParam, timeParam } from './prometheus/params.ts';
import { failureAnswer } from './prometheus/route.ts';

const TIMEOUT_MS = 60_000;
const KNOWN = new Set([
  'start',
  'end',
  'by',
  'filter',
  'exporter',
  'measure',
  'limit',
  'step',
  'series',
  'compare',
  'format',
]);
/** What a caller can mend; all else is the server's. */
const CALLERS_FAULT: ReadonlySet<string> = new Set(['LW_FLOWS_FILTER', 'LW_FLOWS_QUESTION', 'LW_FLOWS_EXPORTER']);

export type FlowsApi = { readonly questions: Pick<FlowQuestions, 'ask'>; readonly logger: Logger };

/** `start` and `end` (default: now) as Prometheus's API has them, `by` with commas, `format` json or csv; the rest is the question's. */
export function registerFlows(app: FastifyInstance, { questions, logger }: FlowsApi): void {
  app.get('/api/v1/flows', async (request, reply) => {
    try {
      const at = request.url.indexOf('?');
      const params = new URLSearchParams(at === -1 ? '' : request.url.slice(at + 1));
      const format = params.get('format') ?? 'json';
      if (format !== 'json' && format !== 'csv')
        throw new ApiError('bad_data', 'invalid parameter "format": it is json or csv');
      const question = questionOf(params);
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const answer = await questions.ask(question, signal);
      if (format === 'json') return { status: 'success', data: answer };
      const { by, series, measure } = question;
      return await asCsv(reply, series ? seriesCsv(answer, by, measure) : topCsv(answer, by));
    } catch (error) {
      const { status, body } = failureAnswer(asApiError(error), logger, '/api/v1/flows');
      return reply.code(status).send(body);
    }
  });
}

const asCsv = (reply: FastifyReply, text: string) =>
  reply.type('text/csv; charset=utf-8').header('Content-Disposition', 'attachment; filename="flows.csv"').send(text);

function questionOf(params: URLSearchParams): FlowQuestion {
  for (const name of params.keys()) {
    if (!KNOWN.has(name)) throw new ApiError('bad_data', `invalid parameter "${name}": there is none of that name`);
  }
  const given = (name: string): string | undefined => params.get(name) ?? undefined;
  const limit = given('limit');
  const read = flowQuestionSchema.safeParse({
    startMs: requiredTimeParam(params, 'start'),
    endMs: timeParam(params, 'end', Date.now()),
    by: (given('by') ?? 'host').split(','),
    filter: given('filter'),
    exporter: given('exporter'),
    measure: given('measure'),
    limit: limit === undefined ? undefined : Number(limit),
    stepMs: durationParam(params, 'step'),
    series: given('series') === 'true',
    compare: given('compare'),
  });
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new ApiError(
    'bad_data',
    `invalid parameter ${JSON.stringify(issue?.path.join('.'))}: ${z.prettifyError(read.error).split('\n')[0]}`,
  );
}

function asApiError(error: unknown): unknown {
  if (!(error instanceof LinewardenError)) return error;
  const sentence = error.hint === '' ? error.message : `${error.message} ${error.hint}`;
  if (error.code === 'LW_FLOWS_TIMEOUT') return new ApiError('timeout', sentence);
  return CALLERS_FAULT.has(error.code) ? new ApiError('bad_data', sentence) : new ApiError('execution', sentence);
}
