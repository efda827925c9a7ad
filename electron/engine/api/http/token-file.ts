// The admin token: read from its file, or made there with mode 600.
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { LinewardenError } from '../../../../shared/model/errors.ts';

const MIN_TOKEN_LENGTH = 16;

export function loadOrMakeToken(file: string): string {
  if (existsSync(file)) {
    const token = readFileSync(file, 'utf8').trim();
    if (token.length < MIN_TOKEN_LENGTH || /\s/.test(token)) {
      throw new LinewardenError(
        'LW_HTTP_BAD_TOKEN_FILE',
        `${file}: the token must be one word of at least ${MIN_TOKEN_LENGTH} characters`,
        {
          hint: 'Delete the file to have a new one made.',
        },
      );
    }
    return token;
  }
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
