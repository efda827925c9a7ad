// Templates of notifications: those that come along, the operator's files, and what a receiver's settings say.
import { DeliveryError } from '../../delivery/queue.ts';
import type { Message } from '../../delivery/message.ts';
import {
  alertmanagerFunctions,
  executeTemplate,
  isAlertmanagerFunction,
  parseTemplate,
  printHtml,
  type Template,
  TemplateExecutionError,
  TemplateSyntaxError,
} from '../../template/index.ts';
import type { RenderTemplate } from '../receiver-kind.ts';
import { templateData } from './data.ts';
import { DEFAULT_TEMPLATES } from './defaults.ts';

export type TemplateFile = { readonly name: string; readonly text: string };

/** A file of templates that cannot be read as such; the message names file and line. */
export class TemplateFileError extends Error {}

type Defined = Template['defined'];

const parseFile = ({ name, text }: TemplateFile): Defined => {
  try {
    return parseTemplate(name, text, isAlertmanagerFunction).defined;
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError)) throw error;
    throw new TemplateFileError(`${name}:${text.slice(0, error.at).split('\n').length}: ${error.message}`);
  }
};

let defaults: Defined | undefined;

/**
 * What renders with these files' templates; a later file's go before an earlier one's, and all before those that come
 * along. Throws TemplateFileError.
 */
export function notificationTemplates(files: readonly TemplateFile[], now: () => number = Date.now): RenderTemplate {
  defaults ??= parseFile({ name: 'default.tmpl', text: DEFAULT_TEMPLATES });
  const shared: Defined = new Map([...defaults, ...files.flatMap((file) => [...parseFile(file)])]);
  return (text, message, form = 'text') => {
    try {
      return Promise.resolve(render(text, message, form, shared, now()));
    } catch (error) {
      return Promise.reject(error instanceof DeliveryError ? error : failure(error));
    }
  };
}

function render(text: string, message: Message, form: 'text' | 'html', shared: Defined, nowMs: number): string {
  if (!text.includes('{{')) return text;
  const parsed = parseTemplate('', text, isAlertmanagerFunction);
  const template = { ...parsed, defined: new Map([...shared, ...parsed.defined]) };
  const data = templateData(message);
  const functions = alertmanagerFunctions(nowMs);
  return form === 'html'
    ? executeTemplate(template, data, functions, printHtml)
    : executeTemplate(template, data, functions);
}

function failure(error: unknown): unknown {
  if (!(error instanceof TemplateExecutionError || error instanceof TemplateSyntaxError)) return error;
  return new DeliveryError(`A template failed: ${error.message}`, { isRetryable: false, cause: error });
}
