// Runs one collector once: what it gave, why it failed, or that this router has nothing of what it reads.
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import { routerosError } from '../client/index.ts';
import type { Sample } from '../samples.ts';
import { type CollectContext, type Collector, isNoSuchCommand, type RouterSession } from './collector.ts';

export type Collected = {
  readonly samples: readonly Sample[];
  readonly error: LinewardenError | undefined;
  /** The router knows none of the commands that were asked: a package or a piece of hardware is not there. */
  readonly isAbsent: boolean;
  readonly warning: LinewardenError | undefined;
};

/** Never rejects. */
export async function collectOnce(
  { collect }: Collector,
  session: RouterSession,
  context: Omit<CollectContext, 'warn'>,
): Promise<Collected> {
  let warning: LinewardenError | undefined;
  const warn = (problem: LinewardenError): void => {
    warning = problem;
  };
  let isKnown = false;
  let isUnknown = false;
  const noting = async <T>(reply: Promise<T>): Promise<T> => {
    try {
      const answer = await reply;
      isKnown = true;
      return answer;
    } catch (error) {
      if (isNoSuchCommand(error)) isUnknown = true;
      else isKnown = true;
      throw error;
    }
  };
  try {
    const samples = await collect(
      {
        print: (menu, options) => noting(session.print(menu, options)),
        count: (menu, options) => noting(session.count(menu, options)),
        run: (words) => noting(session.run(words)),
      },
      { ...context, warn },
    );
    return { samples, error: undefined, isAbsent: isUnknown && !isKnown, warning };
  } catch (error) {
    if (isNoSuchCommand(error) && !isKnown) return { samples: [], error: undefined, isAbsent: true, warning };
    return { samples: [], error: asError(error), isAbsent: false, warning };
  }
}

const asError = (error: unknown): LinewardenError =>
  error instanceof LinewardenError
    ? error
    : routerosError('LW_ROUTEROS_FAILED', 'Reading the router failed unexpectedly.', '', error);
