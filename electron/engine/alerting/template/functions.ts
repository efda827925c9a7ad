// The functions that templates may call: Go's builtins and Prometheus's.
import { BUILTINS } from './builtins.ts';
import { prometheusFunctions } from './prometheus-functions.ts';
import type { PrometheusContext } from './prometheus-functions.ts';
import type { TemplateFunctions } from './arguments.ts';

export { FunctionError } from './arguments.ts';
export type { TemplateFunctions } from './arguments.ts';

export function templateFunctions(context: PrometheusContext): TemplateFunctions {
  return new Map([...BUILTINS, ...prometheusFunctions(context)]);
}

const NAMES = new Set([...templateFunctions({ query: () => [], nowMs: 0, externalUrl: '' }).keys(), 'and', 'or']);

export const isTemplateFunction = (name: string): boolean => NAMES.has(name);
