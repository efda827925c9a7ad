// The language: what reads as what, where errors are, and that printing is faithful.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery, parseSelector, printExpr, QueryError } from '../../../electron/engine/promql/index.ts';
import { withoutSpans } from './trees.ts';

const ALL = {
  experimentalFunctions: true,
  durationExpressions: true,
  extendedRangeSelectors: true,
  fillModifiers: true,
};

function errorOf(query: string): QueryError {
  try {
    parseQuery(query);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error(`${query} parses`);
}

/** False where the text is refused as it should be; anything but a QueryError goes through. */
function parses(query: string): boolean {
  try {
    parseQuery(query, ALL);
    return true;
  } catch (error) {
    if (error instanceof QueryError) return false;
    throw error;
  }
}

describe('21: keywords are keywords only where they stand as such', () => {
  it.each([
    ['sum', 'sum'],
    ['offset{by="x"}', 'offset{by="x"}'],
    ['sum by (on, ignoring, group_left, bool) (by)', 'sum by (on, ignoring, group_left, bool) (by)'],
    ['end + start', 'end + start'],
    ['count offset 5m', 'count offset 5m'],
    ['SUM BY (job) (up)', 'sum by (job) (up)'],
    ['sum(up) without (job)', 'sum without (job) (up)'],
    ['anchored{smoothed="x"}', 'anchored{smoothed="x"}'],
    ['constructor + toString', 'constructor + toString'],
  ])('%s reads as %s', (query, printed) => {
    expect(printExpr(parseQuery(query))).toBe(printed);
  });
});

describe('precedence and association', () => {
  it.each([
    ['-a ^ b', { type: 'unary', op: '-', expr: { op: '^' } }],
    ['-a * b', { type: 'binary', op: '*', left: { type: 'unary' } }],
    ['a ^ b ^ c', { op: '^', left: { name: 'a' }, right: { op: '^' } }],
    ['a - b - c', { op: '-', left: { op: '-' }, right: { name: 'c' } }],
    ['a or b and c', { op: 'or', right: { op: 'and' } }],
    ['a + b == c * d', { op: '==', left: { op: '+' }, right: { op: '*' } }],
    ['a atan2 b + c', { op: '+', left: { op: 'atan2' } }],
    ['a ^ -b * c', { op: '*', left: { op: '^', right: { type: 'unary' } } }],
    ['a + b offset 5m', { op: '+', right: { offset: { seconds: 300 } } }],
  ])('%s', (query, shape) => {
    expect(parseQuery(query)).toMatchObject(shape);
  });
});

describe('literals', () => {
  it.each([
    ['0x1F', 31],
    ['0755', 493],
    ['1_000_000', 1_000_000],
    ['1e3', 1_000],
    ['.5', 0.5],
    ['5.', 5],
    ['Inf', Infinity],
    ['-inf', -Infinity],
    ['nan', Number.NaN],
    ['1h30m', 5_400],
    ['100ms', 0.1],
    ['-5m', -300],
  ])('%s is the number %d', (query, value) => {
    expect(parseQuery(query)).toMatchObject({ type: 'number', value });
  });

  it.each([
    [String.raw`"a\n\"b\u00e9\x41\101"`, 'a\n"b\u00E9AA'],
    [String.raw`'it\'s "raw"'`, 'it\'s "raw"'],
    ['`a\\n"\'`', 'a\\n"\''],
    [String.raw`"\xc3\xa9\U0001F600"`, '\u00E9\u{1F600}'],
  ])('%s is the text %j', (query, value) => {
    expect(parseQuery(query)).toMatchObject({ type: 'string', value });
  });

  it.each([String.raw`"\q"`, String.raw`"\'"`, String.raw`"\ud800"`, String.raw`"\x4"`, '"open', '"two\nlines"'])(
    'refuses the text %s',
    (query) => {
      expect(() => parseQuery(query)).toThrow(QueryError);
    },
  );

  it('takes ranges and offsets in plain seconds', () => {
    expect(parseQuery('up[300] offset 1.5')).toMatchObject({
      range: { seconds: 300 },
      selector: { offset: { seconds: 1.5 } },
    });
  });
});

describe('errors say where', () => {
  it.each([
    ['sum(up', 1, 7, 'unclosed left parenthesis'],
    ['up +\n  * 2', 2, 3, 'unexpected <op:*>'],
    ['rate(up)', 1, 6, 'expected type range vector in call to function "rate", got instant vector'],
    ['up{job=5}', 1, 8, `unexpected character inside braces: '5'`],
    ['foo{a=~"("}', 1, 1, 'invalid regular expression "(": error parsing regexp: missing closing ): `(`'],
    ['1 + nope(2)', 1, 5, 'unknown function with name "nope"'],
    ['up[5m', 1, 6, 'unexpected end of input in duration expression'],
    // Beyond what a Go time.Duration holds.
    ['rate(up[293y])', 1, 9, 'duration out of range'],
    ['up offset 300y', 1, 11, 'duration out of range'],
    ['\u{1F600}', 1, 1, "unexpected character: '\u{1F600}'"],
  ])('%j at %d:%d', (query, line, column, reason) => {
    const error = errorOf(query);
    expect(error.type).toBe('bad_data');
    expect(error.position).toMatchObject({ line, column });
    expect(error.reason).toBe(reason);
    expect(error.message).toBe(`${line}:${column}: parse error: ${reason}`);
  });
});

describe('hostile text', () => {
  it.each([
    ['parentheses', `${'('.repeat(10_000)}1${')'.repeat(10_000)}`],
    ['signs', `${'-'.repeat(10_000)}up`],
    ['a long sum', `1${'+1'.repeat(10_000)}`],
    ['powers', `1${'^1'.repeat(10_000)}`],
    ['subqueries', `up${'[5m:1m] offset 1m'.repeat(10_000)}`],
    ['calls', `${'abs('.repeat(10_000)}up${')'.repeat(10_000)}`],
    ['megabytes', ' '.repeat(1_000_000)],
  ])('%s by the thousand are an error, not a crash', (_, query) => {
    expect(() => parseQuery(query)).toThrow(QueryError);
  });

  it('any text either parses or throws a QueryError', () => {
    const tokens =
      'up sum by ( ) { } [ ] 5m 1 "a" = =~ + - ^ offset @ rate , : on group_left bool == # ` \' \\ \uFFFD start and';
    const pieces = fc.constantFrom(...tokens.split(' '), ' ', '\n');
    const text = fc.oneof(
      fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(text, (query) => {
        expect(parses(query)).toBeTypeOf('boolean');
      }),
      { numRuns: 2_000 },
    );
  });
});

const name = fc.constantFrom('up', 'a:b', 'sum', 'offset', 'http_requests_total');
const label = fc.constantFrom('job', 'le', 'on', 'by', '"a.b"', '"größe"');
const text = fc
  .string({ unit: 'grapheme' })
  .filter((value) => !value.includes('\uFFFD') && value.isWellFormed())
  .map((value) => JSON.stringify(value).replaceAll(/\\b|\\f/g, ' '));
const duration = fc.constantFrom(
  '5m',
  '1h30m',
  '90',
  '1d',
  '100ms',
  '1.5',
  '(5m + 1m) * 2',
  'step()',
  'max_of(step(), 5m)',
);
const offset = fc.constantFrom('5m', '-1h', '90', 'step()', '-(5m)', '0s');
const matcher = fc.tuple(label, fc.constantFrom('=', '!='), text).map((parts) => parts.join(''));
const selector = fc
  .tuple(name, fc.array(matcher, { maxLength: 3 }))
  .map(([metric, matchers]) => `${metric}{${matchers.join(',')}}`);
const at = fc.constantFrom('', '@ 100', '@ -1.5', '@ start()', '@ end()');
const modified = fc
  .tuple(selector, at, fc.option(offset))
  .map(([s, a, o]) => `${s} ${a} ${o === null ? '' : `offset ${o}`}`);
const labels = fc.array(label, { maxLength: 3 }).map((names) => `(${names.join(', ')})`);

const { vector } = fc.letrec<{ vector: string; scalar: string }>((tie) => ({
  scalar: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('1', '-2.5', '0x1f', '1e-9', '1e30', 'Inf', 'NaN', '5m', 'time()', 'pi()'),
    tie('vector').map((v) => `scalar(${v})`),
    fc.tuple(tie('scalar'), fc.constantFrom('+', '^', '%', '== bool'), tie('scalar')).map((p) => `(${p.join(' ')})`),
    tie('scalar').map((s) => `-${s}`),
  ),
  vector: fc.oneof(
    { depthSize: 'small' },
    modified,
    fc.tuple(modified, fc.constantFrom('anchored', 'smoothed')).map((p) => p.join(' ')),
    fc.tuple(selector, duration, at).map(([s, d, a]) => `rate(${s}[${d}] ${a})`),
    fc.tuple(tie('vector'), duration, offset).map(([v, d, o]) => `max_over_time((${v})[${d}:] offset ${o})`),
    fc.tuple(tie('vector'), duration, duration).map(([v, d, s]) => `min_over_time((${v})[${d}:${s}])`),
    fc.tuple(tie('vector'), text).map(([v, t]) => `label_replace(${v}, "dst", ${t}, "src", ".*")`),
    fc
      .tuple(fc.constantFrom('sum', 'avg', 'group'), fc.constantFrom('by', 'without'), labels, tie('vector'))
      .map(([op, how, names, v]) => `${op} ${how} ${names} (${v})`),
    fc.tuple(tie('scalar'), tie('vector')).map(([k, v]) => `topk(${k}, ${v})`),
    fc
      .tuple(tie('vector'), fc.constantFrom('and', 'or', 'unless on (job)', '- ignoring (le)'), tie('vector'))
      .map((p) => p.join(' ')),
    fc
      .tuple(tie('vector'), labels, fc.constantFrom('group_left', 'group_right ("x.y")'), tie('vector'))
      .map(([a, names, group, b]) => `${a} / ignoring ${names} ${group} fill_left (-1) ${b}`),
    fc
      .tuple(tie('vector'), fc.constantFrom('+', '-', '*', '^', '>', '!= bool', 'atan2'), tie('scalar'))
      .map((p) => p.join(' ')),
    tie('vector').map((v) => `-${v}`),
    tie('vector').map((v) => `(${v})`),
  ),
}));

describe('the printer', () => {
  it('writes any expression so that it reads the same again', () => {
    fc.assert(
      fc.property(vector, (query) => {
        // Operands without parentheses can bind so that a scalar meets on() or a set operator.
        fc.pre(parses(query));
        const expr = parseQuery(query, ALL);
        const printed = printExpr(expr);
        expect(withoutSpans(parseQuery(printed, ALL))).toEqual(withoutSpans(expr));
        expect(printExpr(parseQuery(printed, ALL))).toBe(printed);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('parseSelector', () => {
  it('gives the matchers, the name last', () => {
    expect(parseSelector('up{job=~"a.*", "x.y"!="1"}')).toEqual([
      { name: 'job', op: '=~', value: 'a.*' },
      { name: 'x.y', op: '!=', value: '1' },
      { name: '__name__', op: '=', value: 'up' },
    ]);
  });

  it.each(['up[5m]', 'up offset 5m', 'sum(up)', '1', ''])('refuses %j', (query) => {
    expect(() => parseSelector(query)).toThrow(QueryError);
  });
});
