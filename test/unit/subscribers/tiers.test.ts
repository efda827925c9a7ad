import { describe, expect, test } from 'vitest';
import { globTest, tierInComment, tierOf } from '../../../electron/engine/subscribers/tiers.ts';

const nobody = {
  user: 'alice',
  profile: '',
  comment: '',
  queueComment: '',
  service: '',
  address: '',
  deviceId: 'core',
};

describe('a tier', () => {
  test('is that of the first rule that fits, before the profile and before comments', () => {
    const rules = [
      { tier: 'vip', user: ['bob', 'al*'], device: ['core'] },
      { tier: 'all', user: ['*'] },
    ];
    const facts = { ...nobody, profile: 'gold', queueComment: 'tier=silver' };
    expect(tierOf(rules)(facts)).toEqual({ tier: 'vip', from: 'rule' });
    expect(tierOf(rules)({ ...facts, deviceId: 'tower' })).toEqual({ tier: 'all', from: 'rule' });
    expect(tierOf([])(facts)).toEqual({ tier: 'gold', from: 'profile' });
    expect(tierOf([])({ ...facts, profile: 'default' })).toEqual({ tier: 'silver', from: 'comment' });
    expect(tierOf([])({ ...nobody, profile: 'default-encryption' })).toEqual({ tier: '', from: 'none' });
  });

  test('of a rule asks for each of its fields, and any pattern of a field', () => {
    const rule = tierOf([{ tier: 'x', profile: ['ftth-*', 'vdsl'], service: ['pppoe'] }]);
    expect(rule({ ...nobody, profile: 'FTTH-100', service: 'pppoe' }).from).toBe('rule');
    expect(rule({ ...nobody, profile: 'vdsl', service: 'l2tp' }).from).toBe('profile');
    expect(rule({ ...nobody, service: 'pppoe' }).from).toBe('none');
  });

  test('may go by address: a network, or a pattern', () => {
    const tier = tierOf([
      { tier: 'lan', address: ['10.1.0.0/16', '2001:db8::/32'] },
      { tier: 'odd', address: ['192.168.*.7'] },
    ]);
    expect(tier({ ...nobody, address: '10.1.255.3' }).tier).toBe('lan');
    expect(tier({ ...nobody, address: '2001:db8:1::5' }).tier).toBe('lan');
    expect(tier({ ...nobody, address: '10.2.0.3' }).tier).toBe('');
    expect(tier({ ...nobody, address: '192.168.4.7' }).tier).toBe('odd');
    expect(tier({ ...nobody, address: 'not an address' }).tier).toBe('');
  });

  test.each([
    ['tier=gold', 'gold'],
    ['Mill street 3, Tier: silver; paid', 'silver'],
    ['[tier=fibre] x', 'fibre'],
    ['tier="fibre 100"', 'fibre 100'],
    ['frontier=1', ''],
    ['tier=', ''],
    ['gold', ''],
  ])('is read in the comment %j as %j', (comment, tier) => {
    expect(tierInComment(comment)).toBe(tier);
  });

  test('of a comment is one line and not endless', () => {
    expect(tierInComment(`tier=${'x'.repeat(10_000)}`)).toHaveLength(64);
  });
});

describe('a pattern', () => {
  test.each([
    ['*', '', true],
    ['a*', 'Alice', true],
    ['*ice', 'alice', true],
    ['a*i*e', 'alice', true],
    ['a*e*e', 'alice', false],
    ['a?ice', 'alice', true],
    ['a?ice', 'aice', false],
    ['*a*', 'bob', false],
    ['alice', 'alice2', false],
    ['ab*ba', 'aba', false],
    ['a.c', 'abc', false],
    ['*?', '', false],
    ['?*?', 'ab', true],
  ])('%j on %j: %j', (pattern, text, fits) => {
    expect(globTest(pattern)(text)).toBe(fits);
  });

  test('of many stars ends soon on a text that almost fits', () => {
    expect(globTest(`${'a*'.repeat(100)}b`)('a'.repeat(10_000))).toBe(false);
  });
});
