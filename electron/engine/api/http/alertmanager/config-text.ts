// The routing in force as an Alertmanager config that its own tools can read: routes, inhibition and time intervals, and
// receivers by their names alone, since how they are reached holds secrets and kinds that Alertmanager does not know.
import { stringify } from 'yaml';
import { formatDurationMs } from '../../../../../shared/model/duration.ts';
import { type Matcher, matchersText, type RoutingConfig } from '../../../alerting/index.ts';

type RouteConfig = RoutingConfig['route'];
type TimeInterval = NonNullable<ReturnType<RoutingConfig['timeIntervals']['get']>>[number];
type Span = NonNullable<TimeInterval['times']>[number];

/** One a line, without the braces that older readers do not take. */
const matcherLines = (matchers: readonly Matcher[]): string[] =>
  matchers.map((matcher) => matchersText([matcher]).slice(1, -1));

const filled = (name: string, list: readonly unknown[]): object => (list.length === 0 ? {} : { [name]: list });

const duration = (name: string, ms: number | undefined): object =>
  ms === undefined ? {} : { [name]: formatDurationMs(ms) };

function encodeRoute(route: RouteConfig): object {
  return {
    ...(route.receiver !== undefined && { receiver: route.receiver }),
    ...(route.groupBy !== undefined && { group_by: route.groupBy }),
    ...filled('matchers', matcherLines(route.matchers)),
    ...duration('group_wait', route.groupWaitMs),
    ...duration('group_interval', route.groupIntervalMs),
    ...duration('repeat_interval', route.repeatIntervalMs),
    ...(route.isContinued && { continue: true }),
    ...filled('mute_time_intervals', route.muteTimeIntervals),
    ...filled('active_time_intervals', route.activeTimeIntervals),
    ...filled('routes', route.routes.map(encodeRoute)),
  };
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

const clockTime = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

const rangeText = ({ from, to }: Span, word: (value: number) => string = String): string =>
  from === to ? word(from) : `${word(from)}:${word(to)}`;

const ranges = (name: string, spans: readonly Span[] | undefined, word?: (value: number) => string): object =>
  spans === undefined ? {} : { [name]: spans.map((span) => rangeText(span, word)) };

const encodeInterval = (interval: TimeInterval): object => ({
  ...(interval.times !== undefined && {
    times: interval.times.map(({ from, to }) => ({ start_time: clockTime(from), end_time: clockTime(to) })),
  }),
  ...ranges('weekdays', interval.weekdays, (day) => WEEKDAYS[day] ?? ''),
  ...ranges('days_of_month', interval.daysOfMonth),
  ...ranges('months', interval.months),
  ...ranges('years', interval.years),
  ...(interval.location !== 'UTC' && { location: interval.location }),
});

export function configText(config: RoutingConfig): string {
  return stringify({
    global: { resolve_timeout: formatDurationMs(config.resolveTimeoutMs) },
    route: encodeRoute(config.route),
    ...filled(
      'inhibit_rules',
      config.inhibitRules.map(({ source, target, equal }) => ({
        source_matchers: matcherLines(source),
        target_matchers: matcherLines(target),
        ...filled('equal', equal),
      })),
    ),
    ...filled(
      'time_intervals',
      [...config.timeIntervals].map(([name, intervals]) => ({ name, time_intervals: intervals.map(encodeInterval) })),
    ),
    receivers: config.receivers.map(({ name }) => ({ name })),
  });
}
