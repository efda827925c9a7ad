// The problems of a config's text, as the operator reads them.
import { ConfigError, formatProblem, parseConfig } from '../../../electron/engine/config/index.ts';

export function problemsOf(text: string): string[] {
  try {
    parseConfig(text, 'f');
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(formatProblem);
    throw error;
  }
  return [];
}
