import { describe, expect, it } from 'vitest';
import { hostAllowed, offeredToken, originAllowed, tokenCheck } from '../../../electron/engine/api/http/access.ts';

describe('who may speak to the HTTP surface', () => {
  it('takes the token as Bearer or as the password of Basic', () => {
    expect(offeredToken('Bearer abc')).toBe('abc');
    expect(offeredToken('bearer abc')).toBe('abc');
    // base64 of "user:a:b"
    expect(offeredToken('Basic dXNlcjphOmI=')).toBe('a:b');
    expect(offeredToken('Basic dXNlcg==')).toBeUndefined();
    expect(offeredToken('Digest abc')).toBeUndefined();
    expect(offeredToken(undefined)).toBeUndefined();
  });

  it('accepts the one token and nothing else', () => {
    const right = tokenCheck('correct-horse-battery');
    expect(right('correct-horse-battery')).toBe(true);
    expect(right('correct-horse-batterx')).toBe(false);
    expect(right('correct-horse')).toBe(false);
    expect(right('')).toBe(false);
    expect(right(undefined)).toBe(false);
  });

  it('answers IP literals and listed names, so that a rebound name of another site gets nothing', () => {
    const names = ['localhost', 'noc-laptop'];
    expect(hostAllowed('127.0.0.1:9470', names)).toBe(true);
    expect(hostAllowed('[::1]:9470', names)).toBe(true);
    expect(hostAllowed('localhost:9470', names)).toBe(true);
    expect(hostAllowed('NOC-Laptop:9470', names)).toBe(true);
    expect(hostAllowed('evil.example:9470', names)).toBe(false);
    expect(hostAllowed('127.0.0.1.evil.example', names)).toBe(false);
    expect(hostAllowed(undefined, names)).toBe(false);
    expect(hostAllowed('a b', names)).toBe(false);
  });

  it('lets a browser in only from a page of this very server', () => {
    expect(originAllowed(undefined, '127.0.0.1:9470')).toBe(true);
    expect(originAllowed('http://127.0.0.1:9470', '127.0.0.1:9470')).toBe(true);
    expect(originAllowed('http://127.0.0.1:9471', '127.0.0.1:9470')).toBe(false);
    expect(originAllowed('https://evil.example', '127.0.0.1:9470')).toBe(false);
    expect(originAllowed('null', '127.0.0.1:9470')).toBe(false);
  });
});
