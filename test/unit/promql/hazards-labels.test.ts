// What naive PromQL engines get wrong about labels, matching and grouping.
import { describe, expect, it } from 'vitest';
import { createEvaluator } from '../../../electron/engine/promql/index.ts';
import { MemoryStorage } from '../../../electron/engine/promql/testing/index.ts';
import { failuresOf } from './script.ts';

describe('15: labels', () => {
  it('an absent label is an empty one, and setting "" removes a label', () =>
    expect(
      failuresOf(`
      load 5m
        m{a="1"} 1
        m{b="1"} 2

      eval instant at 0 m{a=""}
        m{b="1"} 2

      eval instant at 0 m{a!="1"}
        m{b="1"} 2

      eval instant at 0 m{a=~"1|"}
        m{a="1"} 1
        m{b="1"} 2

      eval instant at 0 label_replace(m{a="1"}, "a", "", "a", ".*")
        m 1
    `),
    ).toEqual([]));

  it('are sorted by UTF-8 bytes in the result of a range query', () => {
    const storage = new MemoryStorage();
    // UTF-16 would put the emoji (D83D DE00) before the fullwidth tilde (FF5E).
    for (const l of ['\u{1F600}', '\uFF5E', 'z']) storage.append({ __name__: 'm', l }, [{ timeMs: 0, value: 1 }]);
    const { value } = createEvaluator({ storage }).range('m', 0, 0, 1_000);
    const order = value.type === 'matrix' ? value.series.map((one) => one.labels.get('l')) : [];
    expect(order).toEqual(['z', '\uFF5E', '\u{1F600}']);
  });
});

describe('16: regular expressions', () => {
  const DATA = `
      load 5m
        m{l="one\\ntwo"} 1
        m{l="ONE"} 2
        m{l="onetwo"} 3
`;
  it('match the whole value, with dots that match newlines and (?i)', () =>
    expect(
      failuresOf(`${DATA}
      eval instant at 0 m{l=~"one"}

      eval instant at 0 m{l=~"one.two"}
        m{l="one\\ntwo"} 1

      eval instant at 0 m{l=~"(?i)one"}
        m{l="ONE"} 2

      eval instant at 0 m{l=~"(?i:o)ne(two)?"}
        m{l="onetwo"} 3
    `),
    ).toEqual([]));

  it('have neither backreferences nor lookaround, and end in an error rather than in a different answer', () =>
    expect(
      failuresOf(`${DATA}
      eval instant at 0 m{l=~"(o)\\\\1"}
        expect fail

      eval instant at 0 m{l=~"(?=o)one"}
        expect fail
    `),
    ).toEqual([]));

  it('replace with $1, ${1} and $name, and leave what does not match', () =>
    expect(
      failuresOf(`
      load 5m
        m{l="a-b"} 1

      eval instant at 0 label_replace(m, "n", "$2/\${1}x/$word", "l", "(.)-(?P<word>.)")
        m{l="a-b", n="b/ax/b"} 1

      eval instant at 0 label_replace(m, "n", "$1x", "l", "(.)-(.)")
        m{l="a-b"} 1

      eval instant at 0 label_replace(m, "n", "$1", "l", "nothing")
        m{l="a-b"} 1
    `),
    ).toEqual([]));
});

describe('17: vector matching', () => {
  const DATA = `
      load 5m
        errors{code="500", method="get"} 24
        errors{code="404", method="get"} 30
        errors{code="500", method="post"} 6
        requests{method="get"} 600
        requests{method="post"} 120
`;
  it('one to one compares all labels but the name', () =>
    expect(
      failuresOf(`
      load 5m
        a{x="1"} 6
        a{x="2"} 7
        b{x="1"} 3

      eval instant at 0 a / b
        {x="1"} 2

      eval instant at 0 a > b
        a{x="1"} 6

      eval instant at 0 a > bool b
        {x="1"} 1
    `),
    ).toEqual([]));

  it('ignoring() removes the ignored labels from the result, on() keeps only its own', () =>
    expect(
      failuresOf(`${DATA}
      eval instant at 0 errors{code="500"} / ignoring (code) requests
        {method="get"} 0.04
        {method="post"} 0.05

      eval instant at 0 errors{code="500"} / on (method) requests
        {method="get"} 0.04
        {method="post"} 0.05

      eval instant at 0 errors{code="500"} < on (method) requests
        {method="get"} 24
        {method="post"} 6
    `),
    ).toEqual([]));

  it('group_left keeps the many side, and copies, overwrites or deletes the listed labels', () =>
    expect(
      failuresOf(`${DATA}
      eval instant at 0 errors / ignoring (code) group_left requests
        {code="500", method="get"} 0.04
        {code="404", method="get"} 0.05
        {code="500", method="post"} 0.05

      eval instant at 0 errors{code="404"} * on (method) group_left (code) requests
        {method="get"} 18000

      eval instant at 0 requests > on (method) group_right () errors{code="404"}
        errors{code="404", method="get"} 600
    `),
    ).toEqual([]));

  it('an ambiguous side is an error that names the series', () =>
    expect(
      failuresOf(`${DATA}
      eval instant at 0 requests / ignoring (code) errors
        expect fail msg: found duplicate series for the match group {method="get"} on the right hand-side of the operation: [{__name__="errors", code="404", method="get"}, {__name__="errors", code="500", method="get"}];many-to-many matching not allowed: matching labels must be unique on one side

      eval instant at 0 errors / ignoring (code) requests
        expect fail msg: multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)

      eval instant at 0 errors / on (method) group_left (method) requests
        expect fail
    `),
    ).toEqual([]));

  it('an ambiguous "one" side is an error even where no series of the other side needs it', () =>
    expect(
      failuresOf(`${DATA}
      eval instant at 0 requests{method="post"} / ignoring (code) errors{method="get"}
        expect fail regex: found duplicate series.*
    `),
    ).toEqual([]));

  it('ambiguity is judged at each step', () =>
    expect(
      failuresOf(`
      load 5m
        a 1 2
        b{i="1"} 1 stale
        b{i="2"} _ 4

      eval range from 0 to 5m step 5m a / on () b
        {} 1 0.5
    `),
    ).toEqual([]));

  it('and, or, unless are many to many; or keeps every left series', () =>
    expect(
      failuresOf(`${DATA}
      eval instant at 0 errors and on (method) requests{method="get"}
        errors{code="500", method="get"} 24
        errors{code="404", method="get"} 30

      eval instant at 0 errors unless on (method) requests{method="get"}
        errors{code="500", method="post"} 6

      eval instant at 0 requests{method="get"} or on (method) errors
        requests{method="get"} 600
        errors{code="500", method="post"} 6
    `),
    ).toEqual([]));
});

describe('18: names are dropped at once unless delayed removal is on', () => {
  const DATA = `
      load 10s
        a_total{i="1"} 0 10 20
        b_total{i="1"} 0 10 20
`;
  it('so rates of two names with the same labels collide', () =>
    expect(
      failuresOf(`${DATA}
      eval instant at 20s rate({i="1"}[30s])
        expect fail msg: vector cannot contain metrics with the same labelset
    `),
    ).toEqual([]));

  it('and with delayed removal a label function can still read them', () =>
    expect(
      failuresOf(
        `${DATA}
      eval instant at 20s label_replace(rate({i="1"}[20s]), "name", "$1", "__name__", "(.)_total")
        {i="1", name="a"} 1
        {i="1", name="b"} 1
    `,
        { delayedNameRemoval: true },
      ),
    ).toEqual([]));

  it('last_over_time and comparisons keep them', () =>
    expect(
      failuresOf(`${DATA}
      eval instant at 20s last_over_time(a_total[20s])
        a_total{i="1"} 20

      eval instant at 20s a_total > 5
        a_total{i="1"} 20
    `),
    ).toEqual([]));
});

describe('19: what is not there', () => {
  it('absent() takes labels from equalities that are given once', () =>
    expect(
      failuresOf(`
      eval instant at 0 absent(m{a="1", b="2", b="3", c=~"4", d!="5"})
        {a="1"} 1

      eval instant at 0 absent_over_time(m{a="1"}[5m])
        {a="1"} 1

      eval instant at 0 absent(sum(m{a="1"}))
        {} 1
    `),
    ).toEqual([]));

  it('counting nothing gives nothing, not 0', () =>
    expect(
      failuresOf(`
      eval instant at 0 count(m)

      eval instant at 0 sum(m) or vector(0)
        {} 0
    `),
    ).toEqual([]));

  it('scalar() of anything but one element is NaN', () =>
    expect(
      failuresOf(`
      load 5m
        m{i="1"} 1
        m{i="2"} 2

      eval instant at 0 scalar(m)
        NaN

      eval instant at 0 scalar(m{i="2"})
        2

      eval instant at 0 scalar(nothing)
        NaN
    `),
    ).toEqual([]));

  it.each(['{}', '{a=""}', '{a=~".*"}', '{a!="x"}', '{a!~"x"}'])(
    '%s would select everything and is refused',
    (query) => {
      const evaluator = createEvaluator({ storage: new MemoryStorage() });
      expect(() => evaluator.instant(query, 0)).toThrow('vector selector must contain at least one non-empty matcher');
    },
  );
});

describe('20: grouping', () => {
  const DATA = `
      load 5m
        a{x="1", y="1"} 1
        a{x="1", y="2"} 2
        b{x="1"} 4
`;
  it('leaves out labels that do not exist, can keep the name, and without always drops it', () =>
    expect(
      failuresOf(`${DATA}
      eval instant at 0 sum by (x, nothing) (a)
        {x="1"} 3

      eval instant at 0 sum by (__name__) ({x="1"})
        a 3
        b 4

      eval instant at 0 sum without (y) ({x="1"})
        {x="1"} 7

      eval instant at 0 sum without () (a)
        {x="1", y="1"} 1
        {x="1", y="2"} 2
    `),
    ).toEqual([]));
});
