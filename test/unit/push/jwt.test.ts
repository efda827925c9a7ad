// Attacks on headends' tokens, with tokens that are written by hand here: node:crypto signs them, not the library that checks them.
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createJwtVerifier } from '../../../electron/engine/collectors/push/jwt.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';

const NOW_MS = 1_700_000_000_000;
const NOW_S = NOW_MS / 1_000;
const SECRET = Buffer.from('0123456789abcdef0123456789abcdef');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const ed = generateKeyPairSync('ed25519');

const pem = (key: KeyObject): Buffer => Buffer.from(key.export({ type: 'spki', format: 'pem' }));
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const signed = (header: object, claims: object, signer: (input: Buffer) => Buffer): string => {
  const input = `${part(header)}.${part(claims)}`;
  return `${input}.${signer(Buffer.from(input)).toString('base64url')}`;
};
const hmac = (secret: Buffer) => (input: Buffer) => createHmac('sha256', secret).update(input).digest();
const byRsa = (input: Buffer) => sign('sha256', input, rsa.privateKey);
const byEd = (input: Buffer) => sign(null, input, ed.privateKey);

const CLAIMS = { sub: 'h1', aud: 'linewarden', exp: NOW_S + 300 };
const HS = { alg: 'HS256', typ: 'JWT' };
const verifier = (algorithm: 'HS256' | 'RS256' | 'EdDSA', key: Buffer) =>
  createJwtVerifier({ algorithm, key, keyName: 'jwt', audience: 'linewarden' });
const hs = verifier('HS256', SECRET);
const rs = verifier('RS256', pem(rsa.publicKey));
const eddsa = verifier('EdDSA', pem(ed.publicKey));

const reasonOf = async (claims: object) => hs.verify(signed(HS, claims, hmac(SECRET)), NOW_MS);

describe("a headend's token", () => {
  it('is taken when it is signed by the configured algorithm and key, and tells its subject', async () => {
    expect(await hs.verify(signed(HS, CLAIMS, hmac(SECRET)), NOW_MS)).toEqual({ subject: 'h1' });
    expect(await rs.verify(signed({ alg: 'RS256' }, CLAIMS, byRsa), NOW_MS)).toEqual({ subject: 'h1' });
    expect(await eddsa.verify(signed({ alg: 'EdDSA' }, CLAIMS, byEd), NOW_MS)).toEqual({ subject: 'h1' });
    const amongMany = { ...CLAIMS, aud: ['other', 'linewarden'] };
    expect(await hs.verify(signed(HS, amongMany, hmac(SECRET)), NOW_MS)).toEqual({ subject: 'h1' });
  });

  it('is refused without a signature, whatever it is configured for', async () => {
    const none = `${part({ alg: 'none' })}.${part(CLAIMS)}.`;
    for (const each of [hs, rs, eddsa]) expect(await each.verify(none, NOW_MS)).toHaveProperty('reason');
    const empty = `${part(HS)}.${part(CLAIMS)}.`;
    expect(await hs.verify(empty, NOW_MS)).toEqual({ reason: 'signature' });
  });

  it('is refused where the public key is used as a secret', async () => {
    for (const [each, key] of [
      [rs, rsa.publicKey],
      [eddsa, ed.publicKey],
    ] as const) {
      expect(await each.verify(signed(HS, CLAIMS, hmac(pem(key))), NOW_MS)).toEqual({ reason: 'algorithm' });
    }
  });

  it('is refused by another key, another algorithm of the same kind, and with changed claims', async () => {
    expect(await hs.verify(signed(HS, CLAIMS, hmac(Buffer.alloc(32, 1))), NOW_MS)).toEqual({ reason: 'signature' });
    const other = generateKeyPairSync('ed25519').privateKey;
    const forged = signed({ alg: 'EdDSA' }, CLAIMS, (input) => sign(null, input, other));
    expect(await eddsa.verify(forged, NOW_MS)).toEqual({ reason: 'signature' });
    const longer = signed({ alg: 'HS384' }, CLAIMS, (input) => createHmac('sha384', SECRET).update(input).digest());
    expect(await hs.verify(longer, NOW_MS)).toEqual({ reason: 'algorithm' });
    const [header, , signature] = signed(HS, CLAIMS, hmac(SECRET)).split('.');
    const changed = `${header}.${part({ ...CLAIMS, sub: 'h2' })}.${signature}`;
    expect(await hs.verify(changed, NOW_MS)).toEqual({ reason: 'signature' });
  });

  it('is refused once it has expired, before it is valid, for another audience, and without exp, aud or sub', async () => {
    expect(await reasonOf({ ...CLAIMS, exp: NOW_S - 31 })).toEqual({ reason: 'expired' });
    expect(await reasonOf({ ...CLAIMS, exp: NOW_S - 29 })).toEqual({ subject: 'h1' });
    expect(await reasonOf({ ...CLAIMS, nbf: NOW_S + 31 })).toEqual({ reason: 'claims' });
    expect(await reasonOf({ ...CLAIMS, aud: 'another' })).toEqual({ reason: 'claims' });
    for (const name of ['exp', 'aud', 'sub']) {
      expect(await reasonOf({ ...CLAIMS, [name]: undefined })).toEqual({ reason: 'claims' });
    }
    expect(await reasonOf({ ...CLAIMS, exp: 'tomorrow' })).toEqual({ reason: 'claims' });
    expect(await reasonOf({ ...CLAIMS, sub: '' })).toEqual({ reason: 'claims' });
  });

  it('may be garbage', async () => {
    const pieces = ['', '.', '..', 'a.b.c', `${part(HS)}.${part(CLAIMS)}`, 'x'.repeat(9_000), `${part(HS)}.e30.é`];
    for (const token of pieces) expect(await hs.verify(token, NOW_MS)).toEqual({ reason: 'malformed' });
    const critical = signed({ ...HS, crit: ['b64'], b64: false }, CLAIMS, hmac(SECRET));
    expect(await hs.verify(critical, NOW_MS)).toHaveProperty('reason');
  });
});

const refusal = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    if (error instanceof LinewardenError) return `${error.code} ${error.message}`;
  }
  return '';
};

describe('the key of the config', () => {
  it('is refused where it does not fit the algorithm', () => {
    const small = generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey;
    expect(refusal(() => verifier('HS256', pem(rsa.publicKey)))).toMatch(/^LW_PUSH_JWT_KEY jwt: HS256 needs a secret/);
    expect(refusal(() => verifier('HS256', Buffer.from('short')))).toMatch(/less than 16 bytes/);
    expect(refusal(() => verifier('RS256', pem(ed.publicKey)))).toMatch(/RS256 needs a key of the type rsa/);
    expect(refusal(() => verifier('EdDSA', pem(rsa.publicKey)))).toMatch(/EdDSA needs a key of the type ed25519/);
    expect(refusal(() => verifier('RS256', SECRET))).toMatch(/no public key in PEM/);
    expect(refusal(() => verifier('RS256', pem(small)))).toMatch(/shorter than 2048 bits/);
  });
});
