import { describe, expect, test } from 'vitest';
import { dashboardSchema } from '../../../shared/model/dashboard.ts';

const chart = {
  kind: 'timeseries',
  id: 'cpu',
  title: 'CPU',
  width: 12,
  height: 8,
  unit: 'percent',
  queries: [{ expr: 'mktxp_system_cpu_load' }],
};
const table = {
  kind: 'table',
  id: 'list',
  title: 'List',
  width: 24,
  height: 8,
  queries: [{ id: 'cpu', expr: 'mktxp_system_cpu_load' }],
  by: ['routerboard_name'],
  columns: [
    { title: 'Router', label: 'routerboard_name', link: 'device' },
    { title: 'CPU', query: 'cpu', unit: 'percent' },
  ],
};
const variable = { name: 'instance', label: 'Router', query: 'label_values(mktxp_system_uptime, routerboard_name)' };
const dashboard = (...panels: object[]) => ({
  version: 1,
  id: 'mine',
  title: 'Mine',
  variables: [variable],
  sections: [{ title: 'Now', panels }],
});

/** The path and the sentence of the first fault, '' where there is none. */
function faultOf(value: unknown): string {
  const [issue] = dashboardSchema.safeParse(value).error?.issues ?? [];
  return issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
}

test('what is left out has a default', () => {
  const read = dashboardSchema.parse(dashboard(chart));
  expect(read).toMatchObject({ description: '', tags: [], annotations: [] });
  expect(read.variables[0]).toMatchObject({ multi: true, all: true, allValue: '.*', values: [] });
  expect(read.sections[0]).toMatchObject({ collapsed: false });
  expect(read.sections[0]?.panels[0]).toMatchObject({ stacked: false, fromZero: true, limit: 12, legend: true });
});

test('a table that names its queries and columns rightly is taken', () => {
  expect(faultOf(dashboard({ ...table, sort: { column: 'CPU', descending: true }, rows: 'cpu' }))).toBe('');
});

describe('is refused', () => {
  test.each([
    ['another version', { ...dashboard(chart), version: 2 }, 'version: '],
    [
      'a field that is not known',
      dashboard({ ...chart, colour: 'red' }),
      'sections.0.panels.0: Unrecognized key: "colour"',
    ],
    ['an id that is no part of an address', { ...dashboard(chart), id: 'A b' }, 'id: lower-case letters'],
    ['two panels of one id', dashboard(chart, chart), 'sections: two panels "cpu"'],
    ['two variables of one name', { ...dashboard(chart), variables: [variable, variable] }, 'variables: two variables'],
    [
      'a variable in the name of a step',
      { ...dashboard(chart), variables: [{ ...variable, name: '__range' }] },
      'variables.0.name: ',
    ],
    [
      'a variable that is no label_values',
      { ...dashboard(chart), variables: [{ ...variable, query: 'up' }] },
      'variables.0.query: label_values(',
    ],
    ['a panel wider than the grid', dashboard({ ...chart, width: 25 }), 'sections.0.panels.0.width: '],
    ['a unit that is not known', dashboard({ ...chart, unit: 'furlongs' }), 'sections.0.panels.0.unit: '],
    [
      'thresholds that do not ascend',
      dashboard({
        ...chart,
        thresholds: [
          { from: 2, state: 'degraded' },
          { from: 1, state: 'offline' },
        ],
      }),
      'sections.0.panels.0.thresholds: steps with ascending',
    ],
    [
      'a second threshold without a beginning',
      dashboard({ ...chart, thresholds: [{ state: 'online' }, { state: 'offline' }] }),
      'sections.0.panels.0.thresholds: steps with ascending',
    ],
    [
      'a column of a query that is not there',
      dashboard({ ...table, columns: [{ title: 'CPU', query: 'gpu' }] }),
      'sections.0.panels.0: every "query" of a column',
    ],
    [
      'an order by a column that is not there',
      dashboard({ ...table, sort: { column: 'GPU' } }),
      'sections.0.panels.0.sort.column: the title of a column',
    ],
    [
      'an interval that is none',
      dashboard({ ...chart, interval: 'often' }),
      'sections.0.panels.0.interval: a duration from 1s to 1d',
    ],
    ['no section', { ...dashboard(chart), sections: [] }, 'sections: '],
  ])('%s', (_, value, fault) => {
    expect(faultOf(value)).toContain(fault);
    expect(faultOf(value).startsWith(fault.split(':')[0] ?? '')).toBe(true);
  });
});
