import { describe, expect, it } from 'vitest';
import {
  hashToken,
  hostAllowed,
  mayUse,
  offeredToken,
  originAllowed,
  tokenBook,
} from '../../../electron/engine/api/http/access.ts';
import { bearerOf } from '../../../electron/engine/api/http/guard.ts';

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

  it('knows tokens by their hash, each with its name and scope, and nothing else', () => {
    // What sha256sum makes of it.
    const sha256 = '62249369389075490555a758353aec61500c6218fa597252d52dc4bd0148f12d';
    const find = tokenBook([
      { name: 'grafana', scope: 'read', sha256 },
      { name: 'north', scope: 'write', sha256: hashToken('another-long-token') },
    ]);
    expect(find('correct-horse-battery')).toEqual({ name: 'grafana', scope: 'read' });
    expect(find('another-long-token')).toEqual({ name: 'north', scope: 'write' });
    for (const wrong of ['correct-horse-batterx', 'correct-horse', sha256, '', undefined]) {
      expect(find(wrong)).toBeUndefined();
    }
  });

  it('knows a header that it has seen before, and none that is like it', () => {
    const read = { name: 'grafana', scope: 'read' } as const;
    const write = { name: 'north', scope: 'write' } as const;
    const find = bearerOf(
      tokenBook([
        { ...read, sha256: hashToken('a-read-token-of-length') },
        { ...write, sha256: hashToken('a-good-token-of-length') },
      ]),
    );
    const offered = ['a-read', 'a-read', 'a-good', 'a-real', 'a-read', 'A-read', 'a-good'];
    expect(offered.map((start) => find(`Bearer ${start}-token-of-length`))).toEqual([
      read,
      read,
      write,
      undefined,
      read,
      undefined,
      write,
    ]);
    expect([find(undefined), find(''), find('Bearer a-good-token-of-lengt')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('reads a host name again as it did, among more names than it remembers', () => {
    const hosts = Array.from({ length: 200 }, (_, n) => (n % 3 === 0 ? 'nas.example:80' : `h${n % 70}.example`));
    expect(hosts.filter((host) => hostAllowed(host, ['nas.example']))).toEqual(Array(67).fill('nas.example:80'));
    expect([1, 2].map(() => hostAllowed('a host', ['a host']))).toEqual([false, false]);
  });

  it('lets a scope do its own, and admin all', () => {
    const scopes = ['read', 'write', 'admin'] as const;
    const allowed = scopes.map((scope) => scopes.filter((needed) => mayUse({ name: 'x', scope }, needed)));
    expect(allowed).toEqual([['read'], ['write'], ['read', 'write', 'admin']]);
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
