import { describe, expect, test } from 'vitest';
import {
  filledQuery,
  filledTitle,
  matcherText,
  namesIn,
  parseLabelValues,
} from '../../../shared/model/dashboard-text.ts';
import type { VariableChoice } from '../../../shared/model/dashboard-text.ts';

const STEPS = { interval: '5m', rateInterval: '10m', range: '1d' };
const choice = (values: readonly string[] | null, isPattern = true): VariableChoice => ({
  values,
  allValue: '.*',
  isPattern,
});

const fill = (expr: string, values: readonly string[] | null, isPattern = true) =>
  filledQuery(expr, new Map([['instance', choice(values, isPattern)]]), STEPS);

describe('a query with variables', () => {
  test('All is the pattern that takes every series, those without the label too', () => {
    expect(fill('up{instance=~"$instance"}', null)).toBe('up{instance=~".*"}');
  });

  test('one value stands alone, several in parentheses, and nothing in them is a pattern', () => {
    expect(fill('up{instance=~"$instance"}', ['10.0.0.1:9100'])).toBe('up{instance=~"10\\\\.0\\\\.0\\\\.1:9100"}');
    expect(fill('up{instance=~"${instance}"}', ['a+b', 'c|d'])).toBe('up{instance=~"(a\\\\+b|c\\\\|d)"}');
  });

  test('a series without the label is the empty value', () => {
    expect(fill('up{job=~"$instance"}', [''])).toBe('up{job=~""}');
    expect(fill('up{job=~"$instance"}', ['', 'node'])).toBe('up{job=~"(|node)"}');
  });

  test('a quote or a backslash in a value ends no matcher', () => {
    expect(fill('up{instance=~"$instance"}', ['a"} or vector(1) #'])).toBe(
      'up{instance=~"a\\"\\\\} or vector\\\\(1\\\\) #"}',
    );
    expect(fill('up{instance="$instance"}', ['C:\\x"'], false)).toBe('up{instance="C:\\\\x\\""}');
    expect(fill('up{instance="$instance"}', ['two\nlines'], false)).toBe('up{instance="two\\nlines"}');
  });

  test('where one value alone can be chosen it is plain text', () => {
    expect(fill('up{instance="$instance"}', ['10.0.0.1'], false)).toBe('up{instance="10.0.0.1"}');
  });

  test('steps and the window are durations', () => {
    expect(fill('rate(x[$__rate_interval]) + rate(x[${__interval}] offset $__range)', null)).toBe(
      'rate(x[10m]) + rate(x[5m] offset 1d)',
    );
  });

  test('what is no variable stays: capture groups, ends of patterns, other names', () => {
    const expr = 'label_replace(x{a=~"b$"}, "c", "$1", "d", "(.*)") + y{z="$other"}';
    expect(fill(expr, null)).toBe(expr);
  });

  test('a name goes as far as it can: $instance_id is another variable', () => {
    expect(fill('x{a="$instance_id"}', ['core'])).toBe('x{a="$instance_id"}');
  });
});

test('in a title a choice is read by people', () => {
  const variables = new Map([['instance', choice(['core', 'mill'])]]);
  expect(filledTitle('Traffic of $instance', variables)).toBe('Traffic of core, mill');
  expect(filledTitle('Traffic of $instance', new Map([['instance', choice(null)]]))).toBe('Traffic of all');
});

test('an All of its own is taken as it is written', () => {
  expect(matcherText({ values: null, allValue: 'ether.+', isPattern: true })).toBe('ether.+');
});

test('the names in a text', () => {
  expect(namesIn('a{b=~"$c",d=~"${e}"}[$__interval] $1 $c')).toEqual(['c', 'e', '__interval']);
});

test('label_values with and without a selector', () => {
  expect(parseLabelValues('label_values(job)')).toEqual({ selector: '', label: 'job' });
  expect(parseLabelValues(' label_values( up{job=~"a,b(c)"} , instance ) ')).toEqual({
    selector: 'up{job=~"a,b(c)"}',
    label: 'instance',
  });
  expect(parseLabelValues('label_names()')).toBeUndefined();
  expect(parseLabelValues('label_values(up)) or (x, job)')).toEqual({ selector: 'up)) or (x', label: 'job' });
});
