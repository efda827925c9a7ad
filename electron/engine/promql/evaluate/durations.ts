// Durations as milliseconds, experimental expressions included.
import type { DurationExpr, TimeModifiers } from '../ast.ts';
import { executionError } from '../errors.ts';
import { pow } from '../numbers.ts';

export type Bounds = { readonly startMs: number; readonly endMs: number; readonly stepMs: number };

export function durationMs(duration: DurationExpr, query: Bounds): number {
  const ms = Math.round(seconds(duration, query) * 1_000);
  if (!Number.isSafeInteger(ms)) throw executionError('duration out of range');
  return ms;
}

/** A range or step, which must be positive. */
export function positiveDurationMs(duration: DurationExpr, query: Bounds): number {
  const ms = durationMs(duration, query);
  if (ms <= 0) throw executionError('duration must be greater than 0');
  return ms;
}

function seconds(duration: DurationExpr, query: Bounds): number {
  switch (duration.kind) {
    case 'literal':
      return duration.seconds;
    case 'paren':
      return seconds(duration.inner, query);
    case 'call':
      return (duration.name === 'step' ? query.stepMs : query.endMs - query.startMs) / 1_000;
    case 'unary':
      return duration.op === '-' ? -seconds(duration.operand, query) : seconds(duration.operand, query);
    case 'pair': {
      const [a, b] = duration.args;
      const choose = duration.name === 'min_of' ? Math.min : Math.max;
      return choose(seconds(a, query), seconds(b, query));
    }
    case 'binary':
      return combine(duration.op, seconds(duration.left, query), seconds(duration.right, query));
  }
}

function combine(op: '+' | '-' | '*' | '/' | '%' | '^', a: number, b: number): number {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '^':
      return pow(a, b);
    case '/':
    case '%':
      if (b === 0) throw executionError(op === '/' ? 'division by zero' : 'modulo by zero');
      return op === '/' ? a / b : a % b;
  }
}

/** The fixed time of an @ modifier. */
export function atTimeMs(modifiers: TimeModifiers, query: Bounds): number | undefined {
  if (modifiers.at === undefined) return undefined;
  if ('timeMs' in modifiers.at) return modifiers.at.timeMs;
  return modifiers.at.bound === 'start' ? query.startMs : query.endMs;
}

/** Where a selector or subquery looks at each step of a grid: @ first, then the offset. */
export function lookTimes(
  modifiers: TimeModifiers,
  query: Bounds,
  grid: { readonly startMs: number; readonly stepMs: number; readonly steps: number },
): { firstMs: number; lastMs: number; stepMs: number; offsetMs: number } {
  const offsetMs = modifiers.offset === undefined ? 0 : durationMs(modifiers.offset, query);
  const at = atTimeMs(modifiers, query);
  const firstMs = (at ?? grid.startMs) - offsetMs;
  const stepMs = at === undefined ? grid.stepMs : 0;
  return { firstMs, lastMs: firstMs + (grid.steps - 1) * stepMs, stepMs, offsetMs };
}
