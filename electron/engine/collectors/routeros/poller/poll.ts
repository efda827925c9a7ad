// One poll: the collectors that are due, one after the other over one connection, within a time budget.
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import type { Clock } from '../../../clock.ts';
import type { Observation } from '../../../observations/index.ts';
import { cancelledError, type RouterosConnection, routerosError, timeoutError } from '../client/index.ts';
import type { Collector, RouterSession } from '../collectors/collector.ts';
import type { RouterFacts } from '../facts.ts';
import type { Sample } from '../samples.ts';

export type CollectorOutcome = {
  readonly collector: Collector;
  readonly samples: readonly Sample[];
  readonly durationMs: number;
  readonly error: LinewardenError | undefined;
};

export type PollInput = {
  readonly connection: RouterosConnection;
  readonly due: readonly Collector[];
  readonly facts: RouterFacts;
  readonly learn: (facts: RouterFacts) => void;
  readonly observe: (observation: Observation) => void;
  readonly clock: Clock;
  readonly budgetMs: number;
  readonly commandTimeoutMs: number;
  readonly signal: AbortSignal;
};

const asError = (error: unknown): LinewardenError =>
  error instanceof LinewardenError
    ? error
    : routerosError('LW_ROUTEROS_FAILED', 'Reading the router failed unexpectedly.', '', error);

/** What each collector gave. Failures are values; a lost connection shows as every later collector failing at once. */
export async function poll(input: PollInput): Promise<CollectorOutcome[]> {
  const { connection, clock, commandTimeoutMs, facts, learn, observe } = input;
  const budget = new AbortController();
  const overBudget = timeoutError(
    `The poll took longer than ${input.budgetMs / 1000} s.`,
    'The router may be overloaded.',
  );
  const timer = setTimeout(() => budget.abort(overBudget), input.budgetMs);
  const stop = (): void => budget.abort(cancelledError());
  input.signal.addEventListener('abort', stop, { once: true });
  if (input.signal.aborted) stop();
  const options = { signal: budget.signal, timeoutMs: commandTimeoutMs };
  const session: RouterSession = {
    print: (menu, print) => connection.print(menu, { ...print, ...options }),
    run: (words) => connection.run(words, options),
  };
  const outcomes: CollectorOutcome[] = [];
  try {
    for (const collector of input.due) {
      const startedMs = clock.monotonic();
      let samples: readonly Sample[] = [];
      let error: LinewardenError | undefined;
      try {
        samples = await collector.collect(session, { facts, learn, observe });
      } catch (caught) {
        error = asError(caught);
      }
      outcomes.push({ collector, samples, durationMs: clock.monotonic() - startedMs, error });
    }
  } finally {
    clearTimeout(timer);
    input.signal.removeEventListener('abort', stop);
  }
  return outcomes;
}
