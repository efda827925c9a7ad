// Parameters of Alertmanager's API: which alerts and silences are asked for.
import { compileMatcher, QueryError } from '../../../promql/index.ts';
import { type Matcher, MatcherError, readMatchers } from '../../../alerting/index.ts';
import { Refused } from './failure.ts';

/** What Alertmanager's API takes for yes; all else is no. */
const YES: ReadonlySet<string> = new Set(['true', '1', 'yes', 'ok', 'y', 'on', 'selected', 'checked', 't', 'enabled']);

const MAX_FILTERS = 256;

export type AlertFilter = {
  readonly matchers: readonly Matcher[];
  readonly active: boolean;
  readonly silenced: boolean;
  readonly inhibited: boolean;
  readonly unprocessed: boolean;
  readonly muted: boolean;
  readonly isReceiver: (name: string) => boolean;
};

export function filterMatchers(params: URLSearchParams): Matcher[] {
  const texts = params.getAll('filter').filter((text) => text !== '');
  if (texts.length > MAX_FILTERS) throw new Refused(400, `at most ${MAX_FILTERS} filters`);
  return texts.map((text) => {
    try {
      const [first, ...more] = readMatchers(text);
      if (first === undefined || more.length > 0) throw new MatcherError('expected one matcher', 0);
      return first;
    } catch (error) {
      if (!(error instanceof MatcherError)) throw error;
      throw new Refused(400, `bad matcher format: ${text}`);
    }
  });
}

export function alertFilter(params: URLSearchParams): AlertFilter {
  const isYes = (name: string): boolean => {
    const text = params.get(name);
    return text === null || text === '' || YES.has(text.toLowerCase());
  };
  return {
    matchers: filterMatchers(params),
    active: isYes('active'),
    silenced: isYes('silenced'),
    inhibited: isYes('inhibited'),
    unprocessed: isYes('unprocessed'),
    muted: isYes('muted'),
    isReceiver: receiverTest(params.get('receiver') ?? ''),
  };
}

/** A pattern for the whole name. */
function receiverTest(pattern: string): (name: string) => boolean {
  if (pattern === '') return () => true;
  try {
    return compileMatcher({ name: 'receiver', op: '=~', value: pattern });
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new Refused(400, `failed to parse receiver param: ${error.message}`);
  }
}
