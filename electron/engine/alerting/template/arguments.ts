// Conversions of template arguments to what a function wants, with Go's sentences when that fails.
import { GoDuration } from './go-time.ts';
import { QueryResult, Sample, typeName } from './values.ts';
import type { GoValue } from './values.ts';

/** A function refused its arguments or failed; `wrongType`: Go refuses it before the call. */
export class FunctionError extends Error {
  readonly wrongType: boolean;
  constructor(message: string, wrongType = false) {
    super(message);
    this.wrongType = wrongType;
  }
}

const wrongType = (expected: string, value: GoValue): FunctionError =>
  new FunctionError(`wrong type for value; expected ${expected}; got ${typeName(value)}`, true);

export function stringOf(value: GoValue): string {
  if (typeof value === 'string') return value;
  throw wrongType('string', value);
}

export function sampleOf(value: GoValue): Sample {
  if (value instanceof Sample) return value;
  throw wrongType('*template.sample', value);
}

export function resultOf(value: GoValue): QueryResult {
  if (value instanceof QueryResult) return value;
  throw wrongType('template.queryResult', value);
}

const FLOAT = /^[+-]?(?:(?:\d[\d_]*\.?\d*|\.\d+)(?:e[+-]?\d+)?|0x[0-9a-f]+|inf|infinity|nan)$/i;

/** As strconv.ParseFloat. */
export function parseGoFloat(text: string): number {
  if (!FLOAT.test(text)) throw new FunctionError(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`);
  const named = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (named === null) return Number(text);
  if (named[2]?.toLowerCase() === 'nan') return Number.NaN;
  return named[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** What the humanize functions take: numbers, texts of numbers, durations (seconds). */
export function floatOf(value: GoValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') return parseGoFloat(value);
  if (value instanceof GoDuration) return value.seconds;
  throw new FunctionError(`can't convert ${typeName(value)} to float`);
}

export type TemplateFunction = {
  /** How many arguments it takes, a piped one counted. */
  readonly min: number;
  readonly max: number;
  call(args: readonly GoValue[]): GoValue;
};

export type TemplateFunctions = ReadonlyMap<string, TemplateFunction>;

export const takes = (min: number, max: number, call: TemplateFunction['call']): TemplateFunction => ({
  min,
  max,
  call,
});
