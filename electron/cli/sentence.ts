// What the command line says of a failure.
import { LinewardenError } from '../../shared/model/errors.ts';
import { ConfigError, formatProblem } from '../engine/config/index.ts';

export const sentence = (error: unknown): string => {
  if (error instanceof ConfigError) return error.problems.map(formatProblem).join('\n');
  if (error instanceof LinewardenError) {
    if (error.hint === '') return error.message;
    return `${error.message}${/[.!?]$/.test(error.message) ? '' : '.'} ${error.hint}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

export function fail(error: unknown): never {
  process.stderr.write(`linewarden: ${sentence(error)}\n`);
  process.exit(1);
}
