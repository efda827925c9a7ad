// What is asked about traffic, answered from stored conversations.
import type {
  FlowCompletion,
  FlowCompletionQuery,
  FlowFilterCheck,
  FlowLive,
  FlowLiveQuery,
} from '../../../shared/contract/index.ts';
import { MAX_FLOW_POINTS, MAX_FLOW_STEPS } from '../../../shared/model/flow-question.ts';
import type { FlowAnswer, FlowQuestion, FlowSankey, FlowSankeyQuestion } from '../../../shared/model/flow-question.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { FlowPlan, RawAnswer } from '../store/flows/index.ts';
import { SANKEY_KEYS, toAnswer, toSankey } from './answers.ts';
import { complete } from './complete.ts';
import { type NumberedCustomers, numberCustomers } from './customers.ts';
import { deviceAt, exporterAddresses } from './exporters.ts';
import { FlowFilterError, insideNets, parseFilter, printFilter } from './filter/index.ts';
import { type Labeller, createLabeller } from './labels.ts';
import { type LiveSource, liveAnswers } from './live.ts';
import { asksCustomers, resolveFilter } from './resolve.ts';
import type { FlowSurroundings } from './surroundings.ts';

export type FlowQuestions = {
  ask(question: FlowQuestion, signal?: AbortSignal): Promise<FlowAnswer>;
  sankey(question: FlowSankeyQuestion, signal?: AbortSignal): Promise<FlowSankey>;
  check(filter: string): FlowFilterCheck;
  complete(query: FlowCompletionQuery): FlowCompletion;
  live(query: FlowLiveQuery, signal?: AbortSignal): AsyncGenerator<FlowLive>;
};

export type Planned = { readonly plan: FlowPlan; readonly label: Labeller; readonly notes: readonly string[] };

type Asked = Pick<FlowQuestion, 'startMs' | 'endMs' | 'filter' | 'exporter' | 'by' | 'measure' | 'limit'> &
  Partial<Pick<FlowQuestion, 'stepMs' | 'series' | 'compare'>> & { readonly sankey?: number };

const CUSTOMERS_KEPT_MS = 5_000;

export function createFlowQuestions(around: FlowSurroundings & { readonly live: LiveSource }): FlowQuestions {
  const answered = async (asked: Asked, signal: AbortSignal | undefined) => {
    const beganMs = performance.now();
    const planned = planOf(around, asked);
    const raw = await around.answer(planned.plan, signal);
    if (raw.isStopped) throw tooLong();
    return {
      ...planned,
      raw,
      notes: [...planned.notes, ...storedNotes(raw, asked.startMs)],
      tookMs: performance.now() - beganMs,
    };
  };
  const recent = recentlyNumbered(around);
  return {
    async ask(question, signal) {
      checkQuestion(question);
      const { raw, label, notes, tookMs } = await answered(question, signal);
      return toAnswer(raw, question, label, notes, tookMs);
    },
    async sankey(question, signal) {
      checkQuestion(question);
      const { limit, ...rest } = question;
      const { raw, label, notes } = await answered({ ...rest, by: [...SANKEY_KEYS], limit, sankey: limit }, signal);
      return toSankey(raw, label, notes);
    },
    check: (filter) => checkFilter(around, filter),
    complete: (query) => complete(around, query),
    live: (query, signal) => liveAnswers(around, query, (asked) => planOf(around, asked, recent), signal),
  };
}

/** For what is asked each second: customers are numbered anew only every few. */
function recentlyNumbered({ now }: Pick<FlowSurroundings, 'now'>): typeof numberCustomers {
  let kept: { readonly atMs: number; readonly numbered: NumberedCustomers } | undefined;
  return (customers, startMs, endMs) => {
    const ageMs = kept === undefined ? Infinity : Math.abs(now() - kept.atMs);
    if (kept === undefined || ageMs >= CUSTOMERS_KEPT_MS) {
      kept = { atMs: now(), numbered: numberCustomers(customers, startMs, endMs) };
    }
    return kept.numbered;
  };
}

function tooLong(): LinewardenError {
  return new LinewardenError('LW_FLOWS_TIMEOUT', 'The question took too long and was ended.', {
    hint: 'Ask for a shorter time.',
  });
}

const refuse = (message: string, hint: string): LinewardenError =>
  new LinewardenError('LW_FLOWS_QUESTION', message, { hint });

type Limited = Pick<FlowQuestion, 'startMs' | 'endMs' | 'limit'> & Partial<Pick<FlowQuestion, 'stepMs' | 'series'>>;

function checkQuestion({ startMs, endMs, stepMs, limit, series }: Limited): void {
  if (endMs <= startMs) throw refuse('The end of the time has to be after its start.', 'Change one of them.');
  if (stepMs === undefined) return;
  const steps = Math.ceil((endMs - startMs) / stepMs);
  if (steps > MAX_FLOW_STEPS) throw refuse(`${steps} steps are more than ${MAX_FLOW_STEPS}.`, 'Ask for longer steps.');
  if (series === true && steps * limit > MAX_FLOW_POINTS)
    throw refuse(
      `${limit} series of ${steps} steps are more than can be drawn.`,
      'Ask for fewer rows or longer steps.',
    );
}

/** Throws a FlowFilterError, or LW_FLOWS_EXPORTER. */
function planOf(around: FlowSurroundings, asked: Asked, number = numberCustomers): Planned {
  const filter = parseFilter(asked.filter);
  const needsCustomers = asksCustomers(filter) || asked.by.some((key) => key === 'subscriber' || key === 'tier');
  let customers: NumberedCustomers | undefined;
  const numbered = (): NumberedCustomers => (customers ??= number(around.customers, asked.startMs, asked.endMs));
  if (needsCustomers) numbered();
  const { predicate, notes } = resolveFilter(filter, around, numbered);
  const exporters = asked.exporter === undefined ? undefined : exporterAddresses(around, asked.exporter);
  if (exporters?.length === 0) {
    throw new LinewardenError('LW_FLOWS_EXPORTER', `No device is called "${asked.exporter}".`, {
      hint: 'Name a device by its id or name, or the address that its flows come from.',
    });
  }
  // With a single router all names are of its networks.
  const told = exporters ?? around.exporters();
  const only = exporters !== undefined || told.length === 1 ? told[0] : undefined;
  const near = only === undefined ? undefined : deviceAt(around, only)?.id;
  return {
    plan: {
      startS: Math.floor(asked.startMs / 1_000),
      endS: Math.ceil(asked.endMs / 1_000),
      by: asked.by,
      measure: asked.measure,
      predicate,
      exporters,
      limit: asked.limit,
      stepS: asked.stepMs === undefined ? undefined : Math.max(1, Math.round(asked.stepMs / 1_000)),
      withSeries: asked.series === true,
      withPrevious: asked.compare === 'previous',
      inside: insideNets(),
      owned: customers?.owned,
      sankey: asked.sankey,
    },
    label: createLabeller(around, customers, near),
    notes,
  };
}

function storedNotes({ storedFromS, startS }: RawAnswer, askedMs: number): string[] {
  if (storedFromS === undefined) return ['No conversations are stored yet.'];
  return startS * 1_000 > askedMs + 60_000
    ? [`Conversations are stored since ${new Date(storedFromS * 1_000).toISOString().slice(0, 16)}Z only.`]
    : [];
}

function checkFilter(around: FlowSurroundings, text: string): FlowFilterCheck {
  try {
    const filter = parseFilter(text);
    const nowMs = around.now();
    const { notes } = resolveFilter(filter, around, () => numberCustomers(around.customers, nowMs, nowMs));
    return { ok: true, canonical: printFilter(filter), notes: [...notes] };
  } catch (error) {
    if (!(error instanceof FlowFilterError)) throw error;
    return { ok: false, message: error.message, hint: error.hint, start: error.start, end: error.end };
  }
}
