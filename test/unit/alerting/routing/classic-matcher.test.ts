// What Alertmanager 0.25 makes of matchers, asked by `amtool config routes show`; where ours differ on purpose it is said.
import { describe, expect, it } from 'vitest';
import { readMatchers } from '../../../../electron/engine/alerting/routing/classic-matcher.ts';
import { MatcherError, matchersText } from '../../../../electron/engine/alerting/routing/matcher.ts';

describe('matchers of older files', () => {
  it.each([
    ['foo=', '{foo=""}'],
    ['foo=bar=baz', '{foo="bar=baz"}'],
    ['foo=~"a|b", bar=b c', '{bar="b c",foo=~"a|b"}'],
    ["foo='x'", `{foo="'x'"}`],
    [String.raw`foo=~"web\d+"`, String.raw`{foo=~"web\\d+"}`],
    [String.raw`foo="a\tb"`, String.raw`{foo="a\\tb"}`],
    ['{foo=~"a{1,2}"}', '{foo=~"a{1,2}"}'],
    [String.raw`foo=a\ `, String.raw`{foo="a\\"}`.trim()],
    [String.raw`foo="a\\"`, String.raw`{foo="a\\"}`],
    ['foo=a,', '{foo="a"}'],
    ['{a=b}}', '{a="b}"}'],
    ['{a={b}}', '{a="{b}"}'],
    ['foo==bar', '{foo="=bar"}'],
    ['', '{}'],
  ])('%s', (text, read) => {
    expect(matchersText(readMatchers(text))).toBe(read);
  });

  it.each([
    ['{ foo = "x" , }', '{foo="x"}'],
    ['"f o"=a', '{"f o"="a"}'],
  ])("%s is today's syntax alone", (text, read) => {
    expect(matchersText(readMatchers(text))).toBe(read);
  });

  it.each([
    ['bar=~[a-z]{2}', '{bar=~"[a-z]{2}"}'],
    ['a={b}', '{a="{b}"}'],
  ])('%s: a brace that belongs to the value stays, which Alertmanager takes away', (text, read) => {
    expect(matchersText(readMatchers(text))).toBe(read);
  });

  it.each([
    'foo=~a{1,2}',
    'foo="a"b"',
    'foo="a',
    'foo=a"',
    String.raw`foo="a\"`,
    ',',
    'foo=a,,bar=b',
    'fo-o=a b',
    'a=b,c',
    'a=~"("',
    '{a=b',
    'a=b}',
    '"a',
  ])('%s is refused', (text) => {
    expect(() => readMatchers(text)).toThrow(MatcherError);
  });
});
