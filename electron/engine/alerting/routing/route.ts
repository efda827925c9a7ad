// The route tree: which routes an alert takes, and what holds for each.
import { Labels } from '../../../../shared/model/labels.ts';
import type { RouteConfig } from './config.ts';
import { type Matcher, matchersText, matchesAll, quoted } from './matcher.ts';

/** A route with what it inherits. */
export type Route = {
  /** Its place among its siblings, and theirs: `0.2.1`. Two routes may have the same key, none the same id. */
  readonly id: string;
  /** `{}/{team="db"}`: the matchers from the first route to this one. */
  readonly key: string;
  readonly receiver: string;
  readonly groupBy: readonly string[];
  readonly isGroupedByAll: boolean;
  /** What the file says of the route itself, for whoever is told. */
  readonly labels: Readonly<Record<string, string>>;
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  readonly matchers: readonly Matcher[];
  readonly isContinued: boolean;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly routes: readonly Route[];
};

type Inherited = Pick<
  Route,
  'receiver' | 'labels' | 'groupBy' | 'isGroupedByAll' | 'groupWaitMs' | 'groupIntervalMs' | 'repeatIntervalMs'
>;

const DEFAULTS: Inherited = {
  receiver: '',
  groupBy: [],
  labels: {},
  isGroupedByAll: false,
  groupWaitMs: 30_000,
  groupIntervalMs: 300_000,
  repeatIntervalMs: 14_400_000,
};

export function routeTree(config: RouteConfig, above: Inherited = DEFAULTS, keyAbove = '', id = '0'): Route {
  const key = `${config.namesGroupsAnew === true ? '' : keyAbove}${matchersText(config.matchers)}`;
  const { groupBy } = config;
  const own: Inherited = {
    receiver: config.receiver ?? above.receiver,
    groupBy: groupBy === undefined ? above.groupBy : groupBy.filter((name) => name !== '...'),
    isGroupedByAll: groupBy === undefined ? above.isGroupedByAll : groupBy.includes('...'),
    labels: config.labels === undefined ? above.labels : { ...above.labels, ...config.labels },
    groupWaitMs: config.groupWaitMs ?? above.groupWaitMs,
    groupIntervalMs: config.groupIntervalMs ?? above.groupIntervalMs,
    repeatIntervalMs: config.repeatIntervalMs ?? above.repeatIntervalMs,
  };
  return {
    id,
    key,
    ...own,
    matchers: config.matchers,
    isContinued: config.isContinued,
    muteTimeIntervals: config.muteTimeIntervals,
    activeTimeIntervals: config.activeTimeIntervals,
    routes: config.routes.map((child, index) => routeTree(child, own, `${key}/`, `${id}.${index}`)),
  };
}

/** Depth first: a route's children before itself, the next sibling only where the one that took it is continued. */
export function routesOf(route: Route, labels: Labels): Route[] {
  if (!matchesAll(route.matchers, labels)) return [];
  const found: Route[] = [];
  for (const child of route.routes) {
    const taken = routesOf(child, labels);
    found.push(...taken);
    if (taken.length > 0 && !child.isContinued) break;
  }
  return found.length > 0 ? found : [route];
}

/** The labels by which the route puts the alert into a group. */
export const groupLabels = (route: Route, labels: Labels): Labels =>
  route.isGroupedByAll ? labels : labels.only(route.groupBy);

/** `{}/{team="db"}:{alertname="Down"}`. */
export function groupKeyOf(route: Route, labels: Labels): string {
  const pairs = [...labels.entries()].map(([name, value]) => `${name}=${quoted(value)}`);
  return `${route.key}:{${pairs.join(', ')}}`;
}
