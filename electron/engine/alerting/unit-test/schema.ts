// The shape of promtool's unit-test files. Every scalar arrives as its text: `values: 0x10` is no number.
import { z } from 'zod';
import { parseDurationMs } from '../../../../shared/model/duration.ts';
import { Labels } from '../../../../shared/model/labels.ts';
import { durationField } from '../../../../shared/model/fields.ts';
import { parseNumber, parseSeriesLine, type SeriesLine } from '../../promql/testing/index.ts';

const MAX_ENTRIES = 100_000;
const NOTHING = new Set(['', '~', 'null']);

/** A key without a value counts as not given. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (typeof value === 'string' && NOTHING.has(value) ? undefined : value), schema.optional());
const listOf = <T extends z.ZodType>(schema: T) =>
  z.preprocess(
    (value) => (value === undefined || (typeof value === 'string' && NOTHING.has(value)) ? [] : value),
    z.array(schema, { error: 'a list' }).max(MAX_ENTRIES),
  );

const text = z.string({ error: 'a text' });
const textMap = optional(z.record(z.string(), text, { error: 'a mapping of names to texts' }));

/** A text, read by a function that throws an Error whose message says what is wrong. */
const readField = <T>(read: (value: string) => T) =>
  text.transform((value, context): T => {
    try {
      return read(value);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      context.addIssue({ code: 'custom', message, input: value });
      return z.NEVER;
    }
  });

const evalTime = readField((value) => {
  const isNegative = value.startsWith('-');
  const ms = parseDurationMs(isNegative ? value.slice(1) : value);
  if (ms === undefined) throw new Error('a duration such as 5m');
  return isNegative ? -ms : ms;
});

const number = readField((value) => {
  const plain = /^[+-]?\.(inf|nan)$/i.test(value) ? value.replace('.', '') : value;
  const parsed = parseNumber(plain.replaceAll('_', ''));
  if (Number.isNaN(parsed) && !/^[+-]?nan$/i.test(plain)) throw new Error('a number');
  return parsed;
});

const boolean = z
  .enum(['true', 'false', 'yes', 'no', 'on', 'off'], { error: 'true or false' })
  .transform((word) => word === 'true' || word === 'yes' || word === 'on');

const startTime = readField((value) => {
  const ms = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) * 1_000 : Date.parse(value);
  if (Number.isNaN(ms)) throw new Error('Unix seconds, or a time such as 2026-11-20T12:00:00Z');
  return Math.round(ms);
});

const expectedLabels = readField((value): Labels => {
  if (value.trim() === '') return Labels.EMPTY;
  const { labels, values } = parseSeriesLine(value);
  if (values.length > 0) throw new Error('a series such as up{job="node"}');
  return labels;
});

/** Series and values are one line in the test language. */
const inputSeries = z
  .strictObject({ series: text, values: text })
  .transform(({ series, values }, context): SeriesLine => {
    try {
      return parseSeriesLine(`${series} ${values}`);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      context.addIssue({ code: 'custom', message, input: series });
      return z.NEVER;
    }
  });

const alertTest = z.strictObject({
  eval_time: optional(evalTime).default(0),
  alertname: text.min(1, { error: 'the name of an alert' }),
  exp_alerts: listOf(z.strictObject({ exp_labels: textMap, exp_annotations: textMap })),
});

const exprTest = z.strictObject({
  expr: text,
  eval_time: optional(evalTime).default(0),
  exp_samples: listOf(
    z.strictObject({
      labels: expectedLabels.default(Labels.EMPTY),
      value: optional(number),
      histogram: optional(text),
    }),
  ),
});

const testGroup = z.strictObject({
  name: optional(text),
  interval: optional(durationField({ minMs: 1 })),
  start_timestamp: optional(startTime),
  input_series: listOf(inputSeries),
  alert_rule_test: listOf(alertTest),
  promql_expr_test: listOf(exprTest),
  external_labels: textMap,
  external_url: optional(text),
});

export const unitTestSchema = z.strictObject({
  rule_files: listOf(text),
  evaluation_interval: optional(durationField({ minMs: 1 })),
  group_eval_order: listOf(text),
  fuzzy_compare: optional(boolean),
  tests: listOf(testGroup),
});

export type UnitTestFile = z.output<typeof unitTestSchema>;
export type TestGroup = z.output<typeof testGroup>;
export type AlertTest = z.output<typeof alertTest>;
export type ExprTest = z.output<typeof exprTest>;
