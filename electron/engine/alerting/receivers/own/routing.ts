// The window's receivers beside those of the file: each is told what its matchers choose, and the file's routes stay as they are.
import type { RouteConfig, RoutingConfig } from '../../routing/config.ts';
import { readMatchers } from '../../routing/classic-matcher.ts';
import { MatcherError } from '../../routing/matcher.ts';
import type { Matcher } from '../../routing/matcher.ts';
import { LinewardenError } from '../../../../../shared/model/errors.ts';

export type OwnWay = {
  readonly name: string;
  readonly kind: string;
  readonly matchers: readonly Matcher[];
  readonly settings: unknown;
};

/** Throws LW_RECEIVER_MATCHER. */
export function matchersOf(lines: readonly string[]): Matcher[] {
  return lines
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      try {
        return readMatchers(line);
      } catch (error) {
        if (!(error instanceof MatcherError)) throw error;
        throw new LinewardenError('LW_RECEIVER_MATCHER', `${line} is no matcher: ${error.message}.`, {
          hint: 'Write it such as severity="critical" or site=~"north|south".',
        });
      }
    });
}

/**
 * A root above the file's own, so that a way of the window's takes no alert from the file's receivers. What those were
 * told of each group is known by its key, which stays.
 */
export function withOwnReceivers(config: RoutingConfig, own: readonly OwnWay[]): RoutingConfig {
  if (own.length === 0) return config;
  const routes = own.map(({ name, matchers }): RouteConfig => ({
    receiver: name,
    matchers,
    isContinued: true,
    muteTimeIntervals: [],
    activeTimeIntervals: [],
    routes: [],
  }));
  return {
    ...config,
    receivers: [
      ...config.receivers,
      ...own.map(({ name, kind, settings }) => ({ name, integrations: [{ kind, index: 0, settings }] })),
    ],
    route: { ...config.route, routes: [...routes, { ...config.route, namesGroupsAnew: true }] },
  };
}
