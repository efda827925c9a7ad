import { describe, expect, it } from 'vitest';
import {
  fitsNothing,
  matcherProblem,
  matchersText,
  parseMatchers,
} from '../../../renderer/screens/alerts/matchers/matchers.ts';

const fits = (op: '=' | '!=' | '=~' | '!~', value: string) => fitsNothing({ name: 'site', op, value });

describe('matchers as they are typed', () => {
  it.each([
    ['severity="critical"', [{ name: 'severity', op: '=', value: 'critical' }]],
    ['severity=critical', [{ name: 'severity', op: '=', value: 'critical' }]],
    [
      '{site=~"north.*", team!="web" , job!~a|b,}',
      [
        { name: 'site', op: '=~', value: 'north.*' },
        { name: 'team', op: '!=', value: 'web' },
        { name: 'job', op: '!~', value: 'a|b' },
      ],
    ],
    ['"a b"="say \\"no\\", \\\\"', [{ name: 'a b', op: '=', value: 'say "no", \\' }]],
    ['note=""', [{ name: 'note', op: '=', value: '' }]],
    ['  ', []],
  ])('reads %s', (text, matchers) => {
    expect(parseMatchers(text)).toEqual({ matchers });
  });

  it.each(['severity', '="x"', 'a="b" c="d"', 'a="b', 'a=b}c'])('says of %s that it is none', (text) => {
    expect(parseMatchers(text)).toEqual({ problem: 'Write labels as severity="critical", site=~"north.*".' });
  });

  it('writes them so that they are read again', () => {
    const matchers = [
      { name: 'a b', op: '=' as const, value: 'x"\n\\' },
      { name: 'site', op: '!~' as const, value: 'a|b' },
    ];
    expect(matchersText(matchers)).toBe('"a b"="x\\"\\n\\\\", site!~"a|b"');
    expect(parseMatchers(matchersText(matchers))).toEqual({ matchers });
  });

  it('knows which would fit every alert, and which cannot be read', () => {
    expect([fits('=', ''), fits('!=', 'x'), fits('=~', '.*'), fits('!~', 'x.*')]).toEqual([true, true, true, true]);
    expect([fits('=', 'x'), fits('!=', ''), fits('=~', 'x.+'), fits('!~', '.*')]).toEqual([false, false, false, false]);
    expect(matcherProblem({ name: 'site', op: '=~', value: '(' })).toBe('This pattern cannot be read.');
    expect(matcherProblem({ name: 'site', op: '=~', value: 'a)(b' })).toBe('This pattern cannot be read.');
    expect(matcherProblem({ name: ' ', op: '=', value: 'x' })).toBe('Which label?');
  });

  it.each(['(?i)north', '(?i:north)|south', String.raw`north\-1`, '(?P<site>north)', String.raw`\pL+`])(
    'takes %s, which the engine reads and JavaScript does not',
    (value) => {
      expect(matcherProblem({ name: 'site', op: '=~', value })).toBeUndefined();
      expect(fits('=~', value)).toBe(false);
    },
  );

  it('knows that a pattern with flags fits every alert', () => {
    expect(fits('=~', '(?i).*')).toBe(true);
  });
});
