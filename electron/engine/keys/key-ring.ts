// The keys of one owner: several may hold at the same time, so that a change of key needs no moment at which both ends change.
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { LinewardenError } from '../../../shared/model/errors.ts';

/** Unix ms. Keys are long random words: a hash without salt is enough, and cheap at each request. */
export type StoredKey = {
  readonly id: string;
  /** Hex. */
  readonly sha256: string;
  /** Its first characters, by which a person tells it from others. */
  readonly hint: string;
  readonly createdMs: number;
  /** null: until it is revoked. */
  readonly validUntilMs: number | null;
};

/** The plain key is in nobody's hands but the caller's. */
export type MadeKey = { readonly key: string; readonly stored: StoredKey };

const MAX_KEYS = 8;
const HINT_CHARS = 8;

const storedKeySchema = z.object({
  id: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  hint: z.string(),
  createdMs: z.number(),
  validUntilMs: z.number().nullable(),
});

/** What was stored, without what cannot be read. */
export const readStoredKeys = (value: unknown): StoredKey[] =>
  (Array.isArray(value) ? value : []).flatMap((each) => {
    const key = storedKeySchema.safeParse(each);
    return key.success ? [key.data] : [];
  });

export const digest = (key: string): Buffer => hash('sha256', key, 'buffer');

export function newKey(prefix: string, nowMs: number): MadeKey {
  const key = `${prefix}${randomBytes(24).toString('base64url')}`;
  const id = randomBytes(6).toString('hex');
  const hint = key.slice(0, HINT_CHARS);
  return { key, stored: { id, sha256: digest(key).toString('hex'), hint, createdMs: nowMs, validUntilMs: null } };
}

/** Looks at every key, so that the time it takes does not tell which of them was nearly right. */
export function isKeyOf(keys: readonly Pick<StoredKey, 'sha256' | 'validUntilMs'>[], offered: Buffer, nowMs: number) {
  let found = false;
  for (const { sha256, validUntilMs } of keys) {
    const isSame = timingSafeEqual(Buffer.from(sha256, 'hex'), offered);
    found = (isSame && (validUntilMs === null || nowMs < validUntilMs)) || found;
  }
  return found;
}

/** Values: each change gives another ring. */
export class KeyRing {
  readonly keys: readonly StoredKey[];

  constructor(keys: readonly StoredKey[]) {
    this.keys = keys;
  }

  holds(offered: Buffer, nowMs: number): boolean {
    return isKeyOf(this.keys, offered, nowMs);
  }

  /** Keys that are past their time are only in the way. */
  withoutExpired(nowMs: number): KeyRing {
    return new KeyRing(this.keys.filter(({ validUntilMs }) => validUntilMs === null || nowMs < validUntilMs));
  }

  /** A new key beside the present ones, which hold for `overlapMs` more at most. Throws LW_KEYS_TOO_MANY. */
  rotated(made: MadeKey, overlapMs: number): KeyRing {
    const nowMs = made.stored.createdMs;
    const kept = overlapMs > 0 ? this.withoutExpired(nowMs).keys : [];
    if (kept.length >= MAX_KEYS) {
      throw new LinewardenError('LW_KEYS_TOO_MANY', `${MAX_KEYS} keys are valid already.`, {
        hint: 'Revoke those that nobody uses any more.',
      });
    }
    const untilMs = nowMs + overlapMs;
    const ending = kept.map((key) => ({ ...key, validUntilMs: Math.min(key.validUntilMs ?? untilMs, untilMs) }));
    return new KeyRing([...ending, made.stored]);
  }

  without(id: string): KeyRing {
    return new KeyRing(this.keys.filter((key) => key.id !== id));
  }
}
