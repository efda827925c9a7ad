// The tokens of /metrics: of a file and the environment, and those that the window made; several hold while one is changed.
import { readFileSync, statSync } from 'node:fs';
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { Clock } from '../clock.ts';
import { digest, isKeyOf, KeyRing, newKey, readStoredKeys, type StoredKey } from './key-ring.ts';

const SETTING = 'http.metrics_tokens';
const PREFIX = 'lwm_';
const MIN_TOKEN = 8;
const MAX_LINES = 8;
/** A file that is changed counts from its next look on. */
const LOOK_MS = 1_000;

export type MetricsTokens = {
  accepts(token: string): boolean;
  shown(): { readonly own: readonly StoredKey[]; readonly provided: readonly ('file' | 'environment')[] };
  /** A new token beside the present ones of the window, which hold for `overlapMs` more; shown once. */
  rotate(overlapMs: number): string;
  revoke(id: string): void;
};

type Hash = Pick<StoredKey, 'sha256' | 'validUntilMs'>;

/** Throws LW_HTTP_BAD_TOKEN_FILE where the file holds no tokens at the start. */
export function createMetricsTokens(options: {
  readonly settings: { get(key: string): unknown; set(key: string, value: unknown): void };
  readonly file: string | undefined;
  readonly environment: string | undefined;
  readonly clock: Clock;
}): MetricsTokens {
  const { settings, file, environment, clock } = options;
  let ring = new KeyRing(readStoredKeys(settings.get(SETTING)));
  const ofEnvironment = (environment ?? '').trim() === '' ? [] : [hashOf((environment ?? '').trim())];
  let ofFile: readonly Hash[] = file === undefined ? [] : readTokenFile(file);
  let fileState = file === undefined ? '' : stateOf(file);
  let lookedMs = clock.monotonic();

  const lookAtFile = (): void => {
    const nowMs = clock.monotonic();
    if (file === undefined || nowMs - lookedMs < LOOK_MS) return;
    lookedMs = nowMs;
    const state = stateOf(file);
    if (state === fileState) return;
    fileState = state;
    try {
      ofFile = readTokenFile(file);
    } catch {
      // A token that is no longer there is no longer valid.
      ofFile = [];
    }
  };

  const save = (next: KeyRing): void => {
    settings.set(SETTING, next.keys);
    ring = next;
  };

  return {
    accepts(token) {
      lookAtFile();
      return isKeyOf([...ofFile, ...ofEnvironment, ...ring.keys], digest(token), clock.now());
    },
    shown: () => ({
      own: ring.withoutExpired(clock.now()).keys,
      provided: [
        ...(file === undefined ? [] : (['file'] as const)),
        ...(ofEnvironment.length === 0 ? [] : (['environment'] as const)),
      ],
    }),
    rotate(overlapMs) {
      const made = newKey(PREFIX, clock.now());
      save(ring.rotated(made, overlapMs));
      return made.key;
    },
    revoke: (id) => save(ring.without(id)),
  };
}

const hashOf = (token: string): Hash => ({ sha256: digest(token).toString('hex'), validUntilMs: null });

/** Empty for a file that cannot even be looked at. */
function stateOf(file: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(file);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return '';
  }
}

/** A token a line, so that the old and the new one can both be there. */
function readTokenFile(file: string): Hash[] {
  const hint = 'Put one long random word into it; a second line may hold the token before it.';
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new LinewardenError('LW_HTTP_BAD_TOKEN_FILE', `${file}: the token cannot be read`, { hint, cause: error });
  }
  const tokens = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  const areWords = tokens.every((token) => token.length >= MIN_TOKEN && !/\s/.test(token));
  if (tokens.length > 0 && tokens.length <= MAX_LINES && areWords) return tokens.map(hashOf);
  throw new LinewardenError(
    'LW_HTTP_BAD_TOKEN_FILE',
    `${file}: the token must be one word of at least ${MIN_TOKEN} characters, a line each`,
    { hint },
  );
}
