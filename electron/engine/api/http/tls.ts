// The certificate that HTTPS is served with, read anew when its files are renewed.
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { LinewardenError } from '../../../../shared/model/errors.ts';

export type TlsFiles = { readonly certFile: string; readonly keyFile: string };
type Pair = { readonly cert: Buffer; readonly key: Buffer };

const LOOK_MS = 15_000;

/** Throws LW_HTTP_TLS_FILE where one cannot be read or both do not fit. */
export function readTls({ certFile, keyFile }: TlsFiles): Pair {
  const pair = { cert: read(certFile), key: read(keyFile) };
  try {
    createSecureContext(pair);
  } catch (error) {
    throw new LinewardenError('LW_HTTP_TLS_FILE', `${certFile} and ${keyFile} are no certificate and key that fit`, {
      hint: 'Both must be PEM, and the key must be the one that the certificate was made for.',
      cause: error,
    });
  }
  return pair;
}

/** Gives a renewed pair to the server; a half-written or broken one leaves the old in force, and is told. */
export function watchTls(
  files: TlsFiles,
  options: {
    readonly renewed: (pair: Pair) => void;
    readonly onProblem: (sentence: string | undefined) => void;
    readonly everyMs?: number;
  },
): { stop(): void } {
  let served = stateOf(files);
  let failed = '';
  const timer = setInterval(() => {
    const state = stateOf(files);
    if (state === served) return;
    try {
      options.renewed(readTls(files));
      served = state;
      failed = '';
      options.onProblem(undefined);
    } catch (error) {
      if (failed === state) return;
      failed = state;
      const why = error instanceof LinewardenError ? error.message : 'the certificate could not be renewed';
      options.onProblem(`${why}; the certificate before it is still served.`);
    }
  }, options.everyMs ?? LOOK_MS).unref();
  return { stop: () => clearInterval(timer) };
}

/** Never throws: a folder that may not be entered for a while is as good as a file that is gone. */
function stateOf({ certFile, keyFile }: TlsFiles): string {
  return [certFile, keyFile]
    .map((file) => {
      try {
        const { mtimeMs, size, ino } = statSync(file);
        return `${mtimeMs} ${size} ${ino}`;
      } catch {
        return 'gone';
      }
    })
    .join('|');
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new LinewardenError('LW_HTTP_TLS_FILE', `${file} cannot be read for TLS`, { cause: error });
  }
}
