// Tokens in files: the admin token is made there with mode 600 when it is absent, those of the config must be there.
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { hashToken, type Scope, type TokenEntry } from './access.ts';

const MIN_TOKEN_LENGTH = 16;

/** A token as `http.tokens` in the config names it. */
export type ConfiguredToken = {
  readonly name: string;
  readonly scope: Scope;
  /** One of the two. */
  readonly token_file?: string | undefined;
  readonly sha256?: string | undefined;
};

/** Their hashes; file names start at `baseDir`. Throws LW_HTTP_BAD_TOKEN_FILE. */
export function readTokens(tokens: readonly ConfiguredToken[], baseDir: string): TokenEntry[] {
  return tokens.map(({ name, scope, token_file: file, sha256 }) => ({
    name,
    scope,
    sha256:
      file === undefined
        ? (sha256 ?? '').toLowerCase()
        : hashToken(readToken(path.resolve(baseDir, file), 'Put a long random word into it.')),
  }));
}

function readToken(file: string, hint: string): string {
  let token: string;
  try {
    token = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new LinewardenError('LW_HTTP_BAD_TOKEN_FILE', `${file}: the token cannot be read`, { cause: error, hint });
  }
  if (token.length >= MIN_TOKEN_LENGTH && !/\s/.test(token)) return token;
  throw new LinewardenError(
    'LW_HTTP_BAD_TOKEN_FILE',
    `${file}: the token must be one word of at least ${MIN_TOKEN_LENGTH} characters`,
    { hint },
  );
}

export function loadOrMakeToken(file: string): string {
  if (existsSync(file)) return readToken(file, 'Delete the file to have a new one made.');
  const token = randomBytes(32).toString('base64url');
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  // 'wx' with the mode in the same call: nobody can read it between making and closing it.
  const handle = openSync(file, 'wx', 0o600);
  try {
    writeSync(handle, `${token}\n`);
  } finally {
    closeSync(handle);
  }
  return token;
}
