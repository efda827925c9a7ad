// Enough of PromQL for the window's own queries, over series that are functions of time. Not an engine: no lookback,
// no staleness, and rate() asks the series for its rate.
export type FakeSeries = {
  readonly labels: Readonly<Record<string, string>>;
  /** The value at Unix ms, null in a gap; of a counter: its rate per second. */
  readonly at: (timeMs: number) => number | null;
  readonly counter?: boolean;
};
type Value = FakeSeries[] | number;
type Token = { readonly kind: 'number' | 'name' | 'string' | 'op' | 'window'; readonly text: string };

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?)|([a-zA-Z_:][a-zA-Z0-9_:]*)|"((?:[^"\\]|\\.)*)"|\[([^\]]+)\]|(=~|!~|!=|==|[-+*/(){},=<>]))/y;
const UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

function tokens(text: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`not understood: ${text}`);
    const [, number, name, string, window, op] = match;
    if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (name !== undefined) found.push({ kind: 'name', text: name });
    else if (string !== undefined) found.push({ kind: 'string', text: string.replaceAll(/\\(.)/g, '$1') });
    else if (window !== undefined) found.push({ kind: 'window', text: window });
    else found.push({ kind: 'op', text: op ?? '' });
  }
  return found;
}

const seconds = (duration: string): number =>
  [...duration.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, n, unit]) => sum + Number(n) * (UNITS[unit ?? ''] ?? 0),
    0,
  );

const without = (labels: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));
const only = (labels: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)));
const keyOf = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(without(labels, ['__name__'])).toSorted(([a], [b]) => (a < b ? -1 : 1)));

const AGGREGATES: Readonly<Record<string, (values: number[]) => number>> = {
  sum: (values) => values.reduce((a, b) => a + b, 0),
  avg: (values) => values.reduce((a, b) => a + b, 0) / values.length,
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
  count: (values) => values.length,
};

const vector = (value: Value): FakeSeries[] => (typeof value === 'number' ? [{ labels: {}, at: () => value }] : value);
const bare = (one: FakeSeries): Record<string, string> => without(one.labels, ['__name__']);

export function evaluate(text: string, all: readonly FakeSeries[], timeMs: number): FakeSeries[] {
  const stream = tokens(text);
  let place = 0;
  const peek = (): string | undefined => stream[place]?.text;
  const next = (): Token => stream[place++] ?? { kind: 'op', text: '' };
  const take = (wanted: string): boolean => {
    if (stream[place]?.kind === 'string' || peek() !== wanted) return false;
    place++;
    return true;
  };
  const must = (wanted: string): void => {
    if (!take(wanted)) throw new Error(`expected ${wanted} in ${text}`);
  };
  const names = (): string[] => {
    const list: string[] = [];
    must('(');
    while (!take(')')) {
      list.push(next().text);
      take(',');
    }
    return list;
  };

  function selector(metric: string): FakeSeries[] {
    let found = metric === '' ? [...all] : all.filter((one) => one.labels['__name__'] === metric);
    if (take('{')) {
      while (!take('}')) {
        const name = next().text;
        const op = next().text;
        const value = next().text;
        const pattern = op.endsWith('~') ? new RegExp(`^(?:${value})$`, 's') : null;
        found = found.filter(({ labels }) => {
          const own = labels[name] ?? '';
          const equal = pattern === null ? own === value : pattern.test(own);
          return op.startsWith('!') ? !equal : equal;
        });
        take(',');
      }
    }
    return found;
  }

  function primary(): Value {
    const token = next();
    if (token.kind === 'number') return Number(token.text);
    if (token.text === '-') {
      const value = primary();
      return typeof value === 'number'
        ? -value
        : value.map((one) => ({ ...one, at: (t: number) => negate(one.at(t)) }));
    }
    if (token.text === '(') {
      const value = expression();
      must(')');
      return value;
    }
    if (token.text === '{') {
      place--;
      return selector('');
    }
    const name = token.text;
    if (name === 'topk') {
      must('(');
      const count = Number(next().text);
      must(',');
      const list = vector(expression());
      must(')');
      return list.toSorted((a, b) => (b.at(timeMs) ?? 0) - (a.at(timeMs) ?? 0)).slice(0, count);
    }
    if (name in AGGREGATES) return aggregate(name);
    if (name === 'scalar') {
      must('(');
      const list = vector(expression());
      must(')');
      return list.length === 1 ? (list[0]?.at(timeMs) ?? Number.NaN) : Number.NaN;
    }
    if (name === 'time' && take('(')) {
      must(')');
      return timeMs / 1000;
    }
    if (['rate', 'irate', 'increase'].includes(name) && take('(')) {
      const list = vector(expression());
      const window = next();
      must(')');
      const times = name === 'increase' ? seconds(window.text) : 1;
      return list.map((one) => ({
        labels: without(one.labels, ['__name__']),
        at: (t: number) => scaled(one.at(t), times),
      }));
    }
    // A counter that is read as it stands: its rate since an arbitrary start.
    return selector(name).map((one) =>
      one.counter === true && stream[place]?.kind !== 'window'
        ? { ...one, at: (t: number) => scaled(one.at(t), (t - 1_700_000_000_000) / 1000) }
        : one,
    );
  }

  function aggregate(name: string): FakeSeries[] {
    let mode = 'all' as string;
    let list: string[] = [];
    const grouping = (): void => {
      if (peek() !== 'by' && peek() !== 'without') return;
      mode = next().text === 'by' ? 'by' : 'without';
      list = names();
    };
    grouping();
    must('(');
    const input = vector(expression());
    must(')');
    grouping();
    const groups = new Map<string, { labels: Record<string, string>; members: FakeSeries[] }>();
    for (const one of input) {
      const labels =
        mode === 'by' ? only(one.labels, list) : mode === 'without' ? without(one.labels, [...list, '__name__']) : {};
      const key = keyOf(labels);
      const group = groups.get(key) ?? { labels, members: [] };
      group.members.push(one);
      groups.set(key, group);
    }
    const combine = AGGREGATES[name] ?? (() => 0);
    return [...groups.values()].map(({ labels, members }) => ({
      labels,
      at: (t: number) => {
        const values = members.map((one) => one.at(t)).filter((value) => value !== null);
        return values.length === 0 ? null : combine(values);
      },
    }));
  }

  function binary(left: Value, op: string, right: Value): Value {
    const apply = (a: number, b: number): number =>
      op === '+' ? a + b : op === '-' ? a - b : op === '*' ? a * b : a / b;
    if (typeof left === 'number' && typeof right === 'number') return apply(left, right);
    if (typeof left === 'number')
      return vector(right).map((one) => ({ labels: bare(one), at: (t: number) => both(left, one.at(t), apply) }));
    if (typeof right === 'number')
      return left.map((one) => ({ labels: bare(one), at: (t: number) => both(one.at(t), right, apply) }));
    const others = new Map(right.map((one) => [keyOf(one.labels), one]));
    return left.flatMap((one) => {
      const other = others.get(keyOf(one.labels));
      return other === undefined ? [] : [{ labels: bare(one), at: (t: number) => both(one.at(t), other.at(t), apply) }];
    });
  }

  function product(): Value {
    let left = primary();
    while (stream[place]?.kind === 'op' && (peek() === '*' || peek() === '/')) {
      const op = next().text;
      left = binary(left, op, primary());
    }
    return left;
  }

  function sum(): Value {
    let left = product();
    while (stream[place]?.kind === 'op' && (peek() === '+' || peek() === '-')) {
      const op = next().text;
      left = binary(left, op, product());
    }
    return left;
  }

  function expression(): Value {
    let left = sum();
    while (peek() === 'unless' || peek() === 'and' || peek() === 'or') {
      const op = next().text;
      const labels = take('on') ? names() : undefined;
      const right = vector(sum());
      const key = (one: FakeSeries): string => keyOf(labels === undefined ? one.labels : only(one.labels, labels));
      const keys = new Set(right.map(key));
      if (op === 'or') left = [...vector(left), ...right];
      else left = vector(left).filter((one) => keys.has(key(one)) === (op === 'and'));
    }
    return left;
  }

  const result = vector(expression());
  if (place < stream.length) throw new Error(`left over in ${text}: ${peek() ?? ''}`);
  return result;
}

const negate = (value: number | null): number | null => (value === null ? null : -value);
const scaled = (value: number | null, by: number): number | null => (value === null ? null : value * by);
const both = (a: number | null, b: number | null, apply: (a: number, b: number) => number): number | null =>
  a === null || b === null ? null : apply(a, b);
