import { describe, expect, it } from 'vitest';
import { needsMet } from '../../../../electron/engine/collectors/routeros/collectors/collector.ts';
import { collectors } from '../../../../electron/engine/collectors/routeros/collectors/registry.ts';

describe('the registry', () => {
  it('names each collector once', () => {
    const names = collectors.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z][a-z0-9_]*$/.test(name))).toEqual([]);
  });

  it('reads in each poll only what presence rests on, whatever is switched off', () => {
    const always = collectors.filter(({ enabled }) => enabled === 'always').map(({ name }) => name);
    expect(always).toEqual(['identity', 'resource']);
  });

  it('passes over a collector whose needs a router does not meet', () => {
    const v6 = { version: '6.49.17 (long-term)', packages: ['system', 'wireless'] };
    const v7 = { version: '7.15.3 (stable)', packages: ['routeros'] };
    expect([needsMet({ minMajor: 7 }, v6), needsMet({ minMajor: 7 }, v7)]).toEqual([false, true]);
    expect([needsMet({ maxMajor: 6 }, v6), needsMet({ maxMajor: 6 }, v7)]).toEqual([true, false]);
    expect([needsMet({ anyPackage: ['wireless'] }, v6), needsMet({ anyPackage: ['wireless'] }, v7)]).toEqual([
      true,
      false,
    ]);
    expect(needsMet({ minMajor: 7, anyPackage: ['x'] }, {})).toBe(true);
    expect(needsMet(undefined, v6)).toBe(true);
  });
});
