// Templates in labels and annotations of rules: Go's text/template with Prometheus's functions.
import type { Labels } from '../../../../shared/model/labels.ts';
import type { Template } from './ast.ts';
import { executeTemplate, TemplateExecutionError } from './execute.ts';
import { FunctionError, isTemplateFunction, type TemplateFunctions, templateFunctions } from './functions.ts';
import { TemplateSyntaxError } from './lexer.ts';
import { parseTemplate } from './parser.ts';
import { Sample, StringMap, Struct } from './values.ts';
import type { GoValue } from './values.ts';

export type { Template } from './ast.ts';
export type { GoValue } from './values.ts';
export { MethodList, MethodMap, Sample, StringMap, Struct } from './values.ts';
export { alertmanagerFunctions, isAlertmanagerFunction } from './alertmanager-functions.ts';
export { executeTemplate, TemplateExecutionError } from './execute.ts';
export { GoTime } from './go-time.ts';
export { printHtml } from './html-escape.ts';
export { TemplateSyntaxError } from './lexer.ts';
export { parseTemplate } from './parser.ts';

export type QueryResultSample = { readonly labels: Labels; readonly value: number };

export type TemplateContext = {
  /** Answers `query "..."`; rejections become the template's error. */
  readonly query: (expr: string) => Promise<readonly QueryResultSample[]>;
  readonly nowMs: number;
  readonly externalUrl: string;
};

/** A template that cannot be parsed or run; the message is Prometheus's own. */
export class TemplateError extends Error {}

/** What Prometheus puts before each label and annotation, so that errors name the same places. */
const PRELUDE =
  '{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}';

/** Of one template that others have not asked before it. */
const MAX_QUERIES = 16;
const MAX_SHARED_ANSWERS = 64;

/** Throws TemplateError. */
export function compileTemplate(name: string, text: string): Template {
  try {
    return parseTemplate(name, text, isTemplateFunction);
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError)) throw error;
    const line = text.slice(0, error.at).split('\n').length;
    throw new TemplateError(`error parsing template ${name}: template: ${name}:${line}: ${error.message}`);
  }
}

export const compileAlertTemplate = (alertName: string, text: string): Template =>
  compileTemplate(`__alert_${alertName}`, text.includes('{{') ? PRELUDE + text : text);

class QueryWanted {
  readonly expr: string;
  constructor(expr: string) {
    this.expr = expr;
  }
}

type Answers = Map<string, readonly Sample[] | FunctionError>;

/** What all templates of one evaluation share: the functions, and what `query` was answered. */
class Shared {
  readonly functions: TemplateFunctions;
  readonly #answers: Answers = new Map();
  /** Of the template that runs. */
  #own: Answers = new Map();

  constructor(context: TemplateContext) {
    this.functions = templateFunctions({
      nowMs: context.nowMs,
      externalUrl: context.externalUrl,
      query: (expr) => {
        const answer = this.#own.get(expr) ?? this.#answers.get(expr);
        // oxlint-disable-next-line no-throw-literal -- not an error: it asks for an answer and runs again
        if (answer === undefined) throw new QueryWanted(expr);
        if (answer instanceof FunctionError) throw answer;
        return answer;
      },
    });
  }

  execute(template: Template, dot: GoValue, own: Answers): string {
    this.#own = own;
    return executeTemplate(template, dot, this.functions);
  }

  keep(expr: string, answer: readonly Sample[] | FunctionError): void {
    if (this.#answers.size < MAX_SHARED_ANSWERS) this.#answers.set(expr, answer);
  }
}

const shared = new WeakMap<TemplateContext, Shared>();

/** Runs the template over `dot`; rejects with TemplateError. */
export async function runTemplate(template: Template, dot: GoValue, context: TemplateContext): Promise<string> {
  let ofAll = shared.get(context);
  if (ofAll === undefined) shared.set(context, (ofAll = new Shared(context)));
  const own: Answers = new Map();
  // Templates have no side effects: one that needs a query is stopped, answered and run from the start.
  for (;;) {
    try {
      return ofAll.execute(template, dot, own);
    } catch (error) {
      if (error instanceof TemplateExecutionError) {
        throw new TemplateError(`error executing template ${template.name}: ${error.message}`);
      }
      if (!(error instanceof QueryWanted)) throw error;
      if (own.size >= MAX_QUERIES) {
        throw new TemplateError(`error executing template ${template.name}: more than ${MAX_QUERIES} queries`);
      }
      const answer = await ask(error.expr, context);
      own.set(error.expr, answer);
      ofAll.keep(error.expr, answer);
    }
  }
}

async function ask(expr: string, { query }: TemplateContext): Promise<readonly Sample[] | FunctionError> {
  try {
    const samples = await query(expr);
    return samples.map(({ labels, value }) => new Sample(StringMap.from(labels.toRecord()), value));
  } catch (error) {
    return new FunctionError(error instanceof Error ? error.message : String(error));
  }
}

export type AlertData = {
  readonly labels: Labels;
  readonly externalLabels: Readonly<Record<string, string>>;
  readonly value: number;
};

/** The text for one alert; a failure is told in the text itself, so that the alert is not lost. */
export async function expandAlertTemplate(
  template: Template,
  data: AlertData,
  context: TemplateContext,
): Promise<string> {
  if (template.body.every(({ type }) => type === 'text')) return template.text;
  const dot = new Struct(
    'template.tmplData',
    new Map<string, GoValue>([
      ['Labels', StringMap.from(data.labels.toRecord())],
      ['ExternalLabels', StringMap.from(data.externalLabels)],
      ['ExternalURL', context.externalUrl],
      ['Value', data.value],
    ]),
  );
  try {
    return await runTemplate(template, dot, context);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return `<error expanding template: ${error.message}>`;
  }
}
