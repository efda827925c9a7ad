// Promises written in Prometheus's test language, each run as it stands, pinned by @, and as a range query.
import { runTestFile } from '../../promqltest/runner.ts';

/** What the evals of a script fail with. Names are dropped at once, as in the product, unless asked otherwise. */
export function failuresOf(script: string, options: { delayedNameRemoval?: boolean } = {}): string[] {
  const results = runTestFile(script, options.delayedNameRemoval ?? false);
  if (results.length === 0) return ['the script has no evals'];
  return results.flatMap(({ line, failure }) => (failure === undefined ? [] : [`line ${line}: ${failure}`]));
}
