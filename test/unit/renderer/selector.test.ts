import { expect, test } from 'vitest';
import { deviceOf, quoted, regexLiteral, select } from '../../../renderer/panels/selector.ts';

test('a selector joins the matchers that are given', () => {
  expect(select('up', 'job="node"', '', 'instance="a"')).toBe('up{job="node",instance="a"}');
  expect(select('up', '')).toBe('up');
});

test('a label value is quoted so that it stays one value', () => {
  expect(quoted('a"b\\c\nd')).toBe('"a\\"b\\\\c\\nd"');
});

test('a literal in a regular expression matches itself alone', () => {
  expect(regexLiteral('10.0.0.1|x')).toBe('10\\.0\\.0\\.1\\|x');
});

test('a series belongs to the device whose every matcher it carries', () => {
  const devices = [{ selector: '' }, { selector: 'routerboard_name="a"' }, { selector: 'routerboard_name="b",x="1"' }];
  expect(deviceOf(devices, { routerboard_name: 'a', name: 'ether1' })).toBe(devices[1]);
  expect(deviceOf(devices, { routerboard_name: 'b' })).toBeUndefined();
  expect(deviceOf(devices, { routerboard_name: 'b', x: '1' })).toBe(devices[2]);
  expect(deviceOf([{ selector: 'routerboard_name=~"new|o\\\\.ld"' }], { routerboard_name: 'o.ld' })).toBeDefined();
  expect(deviceOf([{ selector: 'routerboard_name=~"new|o\\\\.ld"' }], { routerboard_name: 'oxld' })).toBeUndefined();
});
