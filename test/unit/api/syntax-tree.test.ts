import { describe, expect, it } from 'vitest';
import { syntaxTree } from '../../../electron/engine/api/http/prometheus/syntax-tree.ts';
import { parseQuery, prettyExpr } from '../../../electron/engine/promql/index.ts';

const tree = (query: string): unknown => syntaxTree(parseQuery(query));

const selector = (name: string, more: object = {}) => ({
  type: 'vectorSelector',
  name,
  matchers: [{ name: '__name__', value: name, type: '=' }],
  offset: 0,
  timestamp: null,
  startOrEnd: null,
  anchored: false,
  smoothed: false,
  ...more,
});

describe("a query's syntax tree, as Prometheus's page draws it", () => {
  it('tells literals, signs and parentheses', () => {
    expect(tree('1.5')).toEqual({ type: 'numberLiteral', val: '1.5' });
    expect(tree('-Inf')).toEqual({ type: 'numberLiteral', val: '-Inf' });
    expect(tree('"a"')).toEqual({ type: 'stringLiteral', val: 'a' });
    expect(tree('(up)')).toEqual({ type: 'parenExpr', expr: selector('up') });
    expect(tree('-up')).toEqual({ type: 'unaryExpr', op: '-', expr: selector('up') });
  });

  it('tells selectors with their matchers and modifiers', () => {
    expect(tree('up{job!="a"}[5m] @ end() offset -1m')).toEqual(
      selector('up', {
        type: 'matrixSelector',
        matchers: [
          { name: 'job', value: 'a', type: '!=' },
          { name: '__name__', value: 'up', type: '=' },
        ],
        range: 300_000,
        offset: -60_000,
        startOrEnd: 'end',
      }),
    );
    expect(tree('up @ 1609746000')).toEqual(selector('up', { timestamp: 1_609_746_000_000 }));
  });

  it('tells subqueries, aggregations and calls', () => {
    expect(tree('up[1h:5m] offset 1d')).toEqual({
      type: 'subquery',
      expr: selector('up'),
      range: 3_600_000,
      step: 300_000,
      offset: 86_400_000,
      timestamp: null,
      startOrEnd: null,
    });
    expect(tree('topk by (job) (3, up)')).toEqual({
      type: 'aggregation',
      op: 'topk',
      expr: selector('up'),
      param: { type: 'numberLiteral', val: '3' },
      grouping: ['job'],
      without: false,
    });
    expect(tree('round(up)')).toEqual({
      type: 'call',
      func: { name: 'round', argTypes: ['vector', 'scalar'], variadic: 1, returnType: 'vector' },
      args: [selector('up')],
    });
    expect(tree('label_join(up, "a", ",", "b", "c")')).toMatchObject({
      func: { argTypes: ['vector', 'string', 'string', 'string'], variadic: -1 },
    });
  });

  it('tells how sides are matched, only where both are vectors', () => {
    const matching = (query: string): unknown => (tree(query) as { matching: unknown }).matching;
    expect(matching('a / on (x) group_left (y) b')).toEqual({
      card: 'many-to-one',
      labels: ['x'],
      on: true,
      include: ['y'],
      fillValues: { lhs: null, rhs: null },
    });
    expect(matching('a and b')).toMatchObject({ card: 'many-to-many', labels: [], on: false, include: [] });
    expect(matching('a > bool 1')).toBeNull();
    expect(tree('a > bool 1')).toMatchObject({ type: 'binaryExpr', op: '>', bool: true });
  });
});

const format = (query: string): string => prettyExpr(parseQuery(query));

describe('a formatted query', () => {
  it('stays in one line where it fits', () => {
    expect(format('sum(rate(a[5m]))by(b)')).toBe('sum by (b) (rate(a[5m]))');
  });

  it('is broken where Prometheus breaks it', () => {
    const name = 'a_metric_with_a_name_that_is_as_long_as_it_takes_to_fill_a_line_and_then_some';
    expect(format(`sum by (job) (rate(${name}{job="x"}[5m])) / on (job) group_left () -sum(${name})`)).toBe(
      ['  sum by (job) (', `    rate(${name}{job="x"}[5m])`, '  )', '/ on (job) group_left ()', `  -sum(${name})`].join(
        '\n',
      ),
    );
    expect(format(`topk(3, (${name}{a="1"} or ${name}{a="2"}))`)).toBe(
      ['topk(', '  3,', '  (', `      ${name}{a="1"}`, '    or', `      ${name}{a="2"}`, '  )', ')'].join('\n'),
    );
  });
});
