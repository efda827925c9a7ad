import { array, assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSelector } from '../../../electron/engine/promql/index.ts';
import { nameMatcher, regexLiteral, selectorNames } from '../../../shared/model/device-selector.ts';

describe("a device's matchers", () => {
  it('are an equality as long as it has had one name', () => {
    expect(nameMatcher('routerboard_name', 'core')).toBe('routerboard_name="core"');
    expect(nameMatcher('routerboard_name', 'core', ['core'])).toBe('routerboard_name="core"');
  });

  it('take former names in, each as a literal', () => {
    expect(nameMatcher('routerboard_name', 'core', ['old.core', 'a|b "x"'])).toBe(
      String.raw`routerboard_name=~"core|old\\.core|a\\|b \"x\""`,
    );
  });

  it('match exactly these names, whatever is in them', () => {
    const name = string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    assert(
      property(name, array(name, { maxLength: 3 }), name, (now, before, other) => {
        const matcher = nameMatcher(
          'n',
          now.toWellFormed(),
          before.map((one) => one.toWellFormed()),
        );
        const [parsed] = parseSelector(`{${matcher}}`);
        const names = new Set([now, ...before].map((one) => one.toWellFormed()));
        expect(selectorNames(matcher)?.get('n')).toEqual([...names]);
        const pattern = parsed?.op === '=' ? regexLiteral(parsed.value) : parsed?.value;
        const anchored = new RegExp(`^(?:${pattern})$`, 'v');
        expect([...names].filter((one) => !anchored.test(one))).toEqual([]);
        expect(anchored.test(other.toWellFormed())).toBe(names.has(other.toWellFormed()));
      }),
    );
  });

  it('are read back, escapes and commas within values too', () => {
    expect([...(selectorNames('a="1", b="x,\\"y\\"\\\\"') ?? [])]).toEqual([
      ['a', ['1']],
      ['b', ['x,"y"\\']],
    ]);
  });

  it.each(['', 'a=~"x.*"', 'a!="x"', 'a="x" b="y"', 'nonsense', 'a=~"(x|y)"', String.raw`a=~"\\d"`])(
    '%j names no values',
    (selector) => {
      expect(selectorNames(selector)).toBeUndefined();
    },
  );
});
