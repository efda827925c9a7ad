// Writes a syntax tree as PromQL, in one line, so that parsing it gives the same tree.
import { formatDurationMs } from '../../../shared/model/duration.ts';
import type {
  AggregateExpr,
  BinaryExpr,
  DurationExpr,
  Expr,
  TimeModifiers,
  SubqueryExpr,
  VectorSelector,
} from './ast.ts';
import { formatFixed, formatValue } from './numbers.ts';
import { quote } from './parser/strings.ts';
import type { LabelMatcher } from './storage.ts';

const LEGACY_LABEL = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function printExpr(expr: Expr): string {
  switch (expr.type) {
    case 'number':
      return expr.asDuration ? printSeconds(expr.value) : printNumber(expr.value);
    case 'string':
      return quote(expr.value);
    case 'paren':
      return `(${printExpr(expr.expr)})`;
    case 'unary':
      return expr.op + printExpr(expr.expr);
    case 'binary':
      return `${printExpr(expr.left)} ${expr.op}${printMatching(expr)} ${printExpr(expr.right)}`;
    case 'aggregate':
      return printAggregate(expr);
    case 'call':
      return `${expr.func}(${expr.args.map(printExpr).join(', ')})`;
    case 'vector-selector':
      return printSelector(expr) + printMode(expr) + printModifiers(expr);
    case 'matrix-selector': {
      const { selector } = expr;
      return `${printSelector(selector)}[${printDuration(expr.range)}]${printMode(selector)}${printModifiers(selector)}`;
    }
    case 'subquery':
      return printExpr(expr.expr) + printSubqueryTail(expr);
  }
}

/** `{a="b",c=~"d"}`, with a name in front where one is set by `=` and needs no quotes. */
export function printMatchers(matchers: readonly LabelMatcher[]): string {
  return `{${matchers.map((matcher) => printLabel(matcher.name) + matcher.op + quote(matcher.value)).join(',')}}`;
}

export function printLabel(name: string): string {
  return LEGACY_LABEL.test(name) ? name : quote(name);
}

function printNumber(value: number): string {
  // A sign would be read as an operator that binds less than ^.
  return value === Infinity ? 'Inf' : formatValue(value);
}

/** A duration literal used as a number. */
function printSeconds(seconds: number): string {
  return formatDurationMs(seconds * 1_000);
}

function printSelector(selector: VectorSelector): string {
  if (selector.name === '') return printMatchers(selector.matchers);
  const others = selector.matchers.slice(0, -1);
  return selector.name + (others.length === 0 ? '' : printMatchers(others));
}

function printMode(selector: VectorSelector): string {
  return selector.mode === undefined ? '' : ` ${selector.mode}`;
}

function printModifiers(target: TimeModifiers): string {
  let text = '';
  if (target.at !== undefined) {
    text += 'bound' in target.at ? ` @ ${target.at.bound}()` : ` @ ${(target.at.timeMs / 1_000).toFixed(3)}`;
  }
  if (target.offset !== undefined) text += ` offset ${printDuration(target.offset)}`;
  return text;
}

function printDuration(duration: DurationExpr): string {
  switch (duration.kind) {
    case 'literal':
      return duration.asNumber ? formatFixed(duration.seconds) : formatDurationMs(Math.round(duration.seconds * 1_000));
    case 'call':
      return `${duration.name}()`;
    case 'pair':
      return `${duration.name}(${duration.args.map(printDuration).join(', ')})`;
    case 'unary':
      return duration.op + printDuration(duration.operand);
    case 'binary':
      return `${printDuration(duration.left)} ${duration.op} ${printDuration(duration.right)}`;
    case 'paren':
      return `(${printDuration(duration.inner)})`;
  }
}

/** `bool` and how the sides are matched, each with a blank before it. */
export function printMatching(expr: BinaryExpr): string {
  let text = expr.bool ? ' bool' : '';
  const { matching } = expr;
  if (matching === undefined) return text;
  const grouped = matching.cardinality === 'many-to-one' || matching.cardinality === 'one-to-many';
  if (matching.on || matching.labels.length > 0 || grouped) {
    text += ` ${matching.on ? 'on' : 'ignoring'} (${matching.labels.map(printLabel).join(', ')})`;
  }
  if (grouped) {
    const side = matching.cardinality === 'many-to-one' ? 'group_left' : 'group_right';
    text += ` ${side} (${matching.include.map(printLabel).join(', ')})`;
  }
  if (matching.fillLeft !== undefined) text += ` fill_left (${printNumber(matching.fillLeft)})`;
  if (matching.fillRight !== undefined) text += ` fill_right (${printNumber(matching.fillRight)})`;
  return text;
}

function printAggregate(expr: AggregateExpr): string {
  const param = expr.param === undefined ? '' : `${printExpr(expr.param)}, `;
  return `${printAggregateHead(expr)}(${param}${printExpr(expr.expr)})`;
}

/** What stands before an aggregation's parentheses. */
export function printAggregateHead({ op, grouping, without }: AggregateExpr): string {
  const labels = grouping.map(printLabel).join(', ');
  return `${op}${without ? ` without (${labels}) ` : grouping.length > 0 ? ` by (${labels}) ` : ''}`;
}

/** What follows a subquery's expression. */
export function printSubqueryTail(expr: SubqueryExpr): string {
  const step = expr.step === undefined ? '' : printDuration(expr.step);
  return `[${printDuration(expr.range)}:${step}]${printModifiers(expr)}`;
}
