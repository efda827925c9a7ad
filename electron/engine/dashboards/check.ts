// A dashboard's text: what it is, and every fault in one sentence that names its place.
import { dashboardSchema, exprsOf } from '../../../shared/model/dashboard.ts';
import type { Dashboard } from '../../../shared/model/dashboard.ts';
import { filledQuery, isStepName, namesIn, parseLabelValues } from '../../../shared/model/dashboard-text.ts';
import type { VariableChoice } from '../../../shared/model/dashboard-text.ts';
import { parseQuery, parseSelector, QueryError, typeOf } from '../promql/index.ts';

/** `dashboard` with faults: it can be shown, these parts of it will not work. */
export type CheckedDashboard = { readonly dashboard: Dashboard | undefined; readonly faults: readonly string[] };

const MAX_FAULTS = 10;
const STEPS = { interval: '1m', rateInterval: '1m', range: '1h' };

export function checkDashboard(text: string): CheckedDashboard {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      dashboard: undefined,
      faults: [`It is no JSON: ${error instanceof Error ? error.message : String(error)}`],
    };
  }
  const version =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)['version'] : undefined;
  if (typeof version === 'number' && version > 1) {
    return { dashboard: undefined, faults: [`It is of version ${version}, and this program knows version 1.`] };
  }
  const read = dashboardSchema.safeParse(value);
  if (!read.success) {
    const faults = read.error.issues.slice(0, MAX_FAULTS).map(({ path, message }) => {
      const place = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
      return `${place === '' ? '' : `${place.replace(/^\./, '')}: `}${message}.`;
    });
    return { dashboard: undefined, faults };
  }
  return { dashboard: read.data, faults: queryFaults(read.data).slice(0, MAX_FAULTS) };
}

function queryFaults({ variables, sections }: Dashboard): string[] {
  const choices = new Map<string, VariableChoice>();
  const faults: string[] = [];
  for (const { name, query, multi, all, allValue } of variables) {
    for (const one of typeof query === 'string' ? [query] : query) {
      const selector = parseLabelValues(one)?.selector ?? '';
      // A variable may stand on those before it.
      const fault = faultOf(selector, choices, (filled) => {
        if (filled !== '') parseSelector(filled);
      });
      if (fault !== undefined) faults.push(`Variable "${name}": ${fault}`);
    }
    choices.set(name, { values: all ? null : ['x'], allValue, isPattern: multi || all });
  }
  for (const panel of sections.flatMap(({ panels }) => panels)) {
    for (const expr of exprsOf(panel)) {
      const fault = faultOf(expr, choices, (filled) => {
        const type = typeOf(parseQuery(filled));
        if (type !== 'vector' && type !== 'scalar') throw new QueryError('bad_data', `a ${type} cannot be shown`);
      });
      if (fault !== undefined) faults.push(`Panel "${panel.title}": ${fault}`);
    }
  }
  return faults;
}

function faultOf(
  text: string,
  choices: ReadonlyMap<string, VariableChoice>,
  check: (filled: string) => void,
): string | undefined {
  // Templates of label_replace have names after $ too.
  const unknown = text.includes('label_replace')
    ? undefined
    : namesIn(text).find((name) => !choices.has(name) && !isStepName(name));
  if (unknown !== undefined) return `there is no variable $${unknown}.`;
  try {
    check(filledQuery(text, choices, STEPS));
    return undefined;
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return `${error.message}.`;
  }
}
