// Linewarden's own metrics (names begin with linewarden_) and its log.
import pino from 'pino';
import { Registry } from './registry.ts';

export type Logger = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

/** One JSON line an event on standard error. Secrets never get here; the redaction is a second net. */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      redact: { paths: ['password', '*.password', 'token', '*.token', 'secret', '*.secret'], remove: true },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A registry of its own for each engine, so that tests run engines side by side. */
export const createRegistry = (): Registry => new Registry();

export { CONTENT_TYPES, expose, negotiate } from './exposition.ts';
export type { OwnMetric, OwnSample, Registry } from './registry.ts';
