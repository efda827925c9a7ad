// Refuses expressions whose parts do not fit together: types, arguments, matchers, modifiers.
import {
  childrenOf,
  isComparison,
  isSetOp,
  type AggregateExpr,
  type BinaryExpr,
  type CallExpr,
  type Expr,
  type ValueType,
  type VectorSelector,
} from './ast.ts';
import { parseError, QueryError } from './errors.ts';
import { SIGNATURES } from './functions/signatures.ts';
import { demandsValue } from './matchers.ts';
import type { ParseOptions } from './parser/options.ts';

const TYPE_NAMES: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  string: 'string',
  vector: 'instant vector',
  matrix: 'range vector',
};

export function typeName(type: ValueType): string {
  return TYPE_NAMES[type];
}

/** The type of an expression that has been checked. */
export function typeOf(expr: Expr): ValueType {
  switch (expr.type) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'vector-selector':
    case 'aggregate':
      return 'vector';
    case 'matrix-selector':
    case 'subquery':
      return 'matrix';
    case 'paren':
    case 'unary':
      return typeOf(expr.expr);
    case 'call':
      return SIGNATURES.get(expr.func)?.returns ?? 'vector';
    case 'binary':
      return typeOf(expr.left) === 'scalar' && typeOf(expr.right) === 'scalar' ? 'scalar' : 'vector';
  }
}

export function checkExpr(text: string, root: Expr, options: ParseOptions): void {
  new Checker(text, options).check(root);
}

class Checker {
  readonly #text: string;
  readonly #options: ParseOptions;

  constructor(text: string, options: ParseOptions) {
    this.#text = text;
    this.#options = options;
  }

  check(expr: Expr): ValueType {
    switch (expr.type) {
      case 'number':
        return 'scalar';
      case 'string':
        return 'string';
      case 'paren':
        return this.check(expr.expr);
      case 'unary': {
        const type = this.check(expr.expr);
        if (type === 'scalar' || type === 'vector') return type;
        throw this.#fail(
          expr,
          `unary expression only allowed on expressions of type scalar or instant vector, got "${typeName(type)}"`,
        );
      }
      case 'binary':
        return this.#binary(expr);
      case 'aggregate':
        return this.#aggregate(expr);
      case 'call':
        return this.#call(expr);
      case 'vector-selector':
        this.#selector(expr, false);
        return 'vector';
      case 'matrix-selector':
        this.#selector(expr.selector, false);
        return 'matrix';
      case 'subquery': {
        const type = this.check(expr.expr);
        if (type === 'vector') return 'matrix';
        const got = type === 'matrix' ? 'matrix' : type;
        throw this.#fail(expr, `subquery is only allowed on instant vector, got ${got} instead`);
      }
    }
  }

  #binary(expr: BinaryExpr): ValueType {
    const left = this.check(expr.left);
    const right = this.check(expr.right);
    if (expr.bool && !isComparison(expr.op)) {
      throw this.#fail(expr, 'bool modifier can only be used on comparison operators');
    }
    for (const [side, type] of [
      [expr.left, left],
      [expr.right, right],
    ] as const) {
      if (type !== 'scalar' && type !== 'vector') {
        throw this.#fail(side, 'binary expression must contain only scalar and instant vector types');
      }
    }
    const scalars = left === 'scalar' && right === 'scalar';
    if (scalars && isComparison(expr.op) && !expr.bool) {
      throw this.#fail(expr, 'comparisons between scalars must use BOOL modifier');
    }
    if (left === 'vector' && right === 'vector') return 'vector';
    if (expr.matching !== undefined && (expr.matching.labels.length > 0 || expr.matching.include.length > 0)) {
      throw this.#fail(expr, 'vector matching only allowed between instant vectors');
    }
    if (expr.matching?.fillLeft !== undefined || expr.matching?.fillRight !== undefined) {
      throw this.#fail(expr, 'filling in missing series only allowed between instant vectors');
    }
    if (isSetOp(expr.op)) {
      throw this.#fail(expr, `set operator "${expr.op}" not allowed in binary scalar expression`);
    }
    return scalars ? 'scalar' : 'vector';
  }

  #aggregate(expr: AggregateExpr): ValueType {
    const { op, param } = expr;
    if ((op === 'limitk' || op === 'limit_ratio') && this.#options.experimentalFunctions !== true) {
      throw this.#fail(expr, `experimental aggregation "${op}" is not enabled`);
    }
    this.#expect(expr.expr, 'vector', 'aggregation expression');
    if (param !== undefined) this.#expect(param, op === 'count_values' ? 'string' : 'scalar', 'aggregation parameter');
    return 'vector';
  }

  #call(expr: CallExpr): ValueType {
    const signature = SIGNATURES.get(expr.func);
    if (signature === undefined) throw this.#fail(expr, `unknown function with name "${expr.func}"`);
    if (signature.experimental && this.#options.experimentalFunctions !== true) {
      throw this.#fail(expr, `experimental function "${expr.func}" is not enabled`);
    }
    const most = signature.repeats ? Infinity : signature.args.length;
    const least = signature.args.length - signature.optional;
    const got = expr.args.length;
    const inCall = `in call to "${expr.func}", got ${got}`;
    if (least === most && got !== most) throw this.#fail(expr, `expected ${most} argument(s) ${inCall}`);
    if (got < least) throw this.#fail(expr, `expected at least ${least} argument(s) ${inCall}`);
    if (got > most) throw this.#fail(expr, `expected at most ${most} argument(s) ${inCall}`);
    for (const [i, arg] of expr.args.entries()) {
      if (expr.func === 'info' && i === 1) this.#infoSelector(arg);
      else this.#expect(arg, signature.args[i] ?? signature.args.at(-1) ?? 'vector', `call to function "${expr.func}"`);
    }
    return signature.returns;
  }

  #infoSelector(arg: Expr): void {
    if (arg.type !== 'vector-selector') throw this.#fail(arg, 'expected label selectors only');
    if (arg.name !== '') throw this.#fail(arg, 'expected label selectors only, got vector selector instead');
    this.#selector(arg, true);
  }

  #expect(expr: Expr, wanted: ValueType, context: string): void {
    const type = this.check(expr);
    if (type === wanted) return;
    throw this.#fail(expr, `expected type ${typeName(wanted)} in ${context}, got ${typeName(type)}`);
  }

  #selector(selector: VectorSelector, mayMatchAll: boolean): void {
    let demanding = selector.name !== '';
    try {
      for (const matcher of selector.matchers) demanding = demandsValue(matcher) || demanding;
    } catch (error) {
      throw error instanceof QueryError ? this.#fail(selector, error.reason) : error;
    }
    if (!demanding && !mayMatchAll) {
      throw this.#fail(selector, 'vector selector must contain at least one non-empty matcher');
    }
  }

  #fail(expr: Expr, reason: string): QueryError {
    return parseError(this.#text, expr.span.start, reason);
  }
}

/** How deep the tree is, found without recursion: long chains of operators lean to the left. */
export function depthOf(root: Expr): number {
  let deepest = 0;
  const pending: { expr: Expr; depth: number }[] = [{ expr: root, depth: 1 }];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    deepest = Math.max(deepest, item.depth);
    for (const child of childrenOf(item.expr)) pending.push({ expr: child, depth: item.depth + 1 });
  }
  return deepest;
}
