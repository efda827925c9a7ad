// What the window asks of alerting beyond its rules: the board, silences, the routes.
import type {
  Alert,
  AlertHistory,
  AlertHistoryQuery,
  AlertListQuery,
  AlertMatcher,
  Board,
  BoardAlert,
  BoardQuery,
  AlertSummary,
  MaintenancePreview,
  MatchPreview,
  RouteShown,
  RouteTrace,
  RoutingShown,
  SilenceForm,
  SilenceShown,
} from '../../../shared/contract/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { Labels } from '../../../shared/model/labels.ts';
import type { Clock } from '../clock.ts';
import { alertHistory, createAlertBoard, type HistoryOptions } from './board/index.ts';
import type { BoardOptions } from './board/index.ts';
import type { AlertRouter } from './alert-router.ts';
import type { Maintenance } from './maintenance/index.ts';
import { groupLabels, matcher, MatcherError, matchesAll, silenceState } from './routing/index.ts';
import type { Matcher, Route, RoutingConfig, Silence } from './routing/index.ts';
import { containsTime } from './routing/time-interval.ts';

export type AlertDeskOptions = {
  readonly router: AlertRouter;
  readonly own: BoardOptions['own'];
  readonly history: HistoryOptions['since'];
  readonly maintenance: Pick<Maintenance, 'preview'>;
  readonly deviceOf: (labels: Readonly<Record<string, string>>) => string | undefined;
  readonly clock: Clock;
  /** Silences have changed. */
  readonly onChange: () => void;
};

export interface AlertDesk {
  /** Our own. */
  list(query?: AlertListQuery): Alert[];
  /** Throws LW_ALERTS_MATCHER, as do all that take matchers. */
  board(query: BoardQuery): Board;
  summary(): AlertSummary;
  history(query: AlertHistoryQuery): AlertHistory;
  /** Those that have not expired, and the last that have. */
  silences(): SilenceShown[];
  /** Throws LW_SILENCE_INVALID, LW_SILENCE_UNKNOWN. */
  saveSilence(form: SilenceForm): SilenceShown;
  expireSilence(id: string): SilenceShown;
  previewSilence(matchers: readonly AlertMatcher[]): MatchPreview;
  previewMaintenance(scope: MaintenancePreview): MatchPreview & { nextAtMs: number | null };
  routing(): RoutingShown;
  trace(labels: Readonly<Record<string, string>>): RouteTrace;
  quietedBy(fingerprint: string): string[];
}

const PREVIEW = 50;
const EXPIRED_SHOWN = 200;
const MAX_ROUTES = 1_000;

export function createAlertDesk(options: AlertDeskOptions): AlertDesk {
  const { router, clock, deviceOf, onChange } = options;
  const board = createAlertBoard({ router, own: options.own, deviceOf, clock });

  const preview = (matches: (labels: Labels) => boolean): MatchPreview => {
    const found = board.matching(matches);
    return { total: found.length, alerts: found.slice(0, PREVIEW).map(previewed) };
  };
  const shown = (silence: Silence, silenced: number): SilenceShown => ({
    id: silence.id,
    state: silenceState(silence, clock.now()),
    matchers: silence.matchers.map(written),
    startsAtMs: silence.startsAtMs,
    endsAtMs: silence.endsAtMs,
    updatedAtMs: silence.updatedAtMs,
    createdBy: silence.createdBy,
    comment: silence.comment,
    silenced,
  });
  const countOf = (silence: Silence): number =>
    silenceState(silence, clock.now()) === 'expired'
      ? 0
      : board.matching((labels) => matchesAll(silence.matchers, labels)).length;
  const silenceOf = (id: string): SilenceShown => {
    const silence = router.silences.get(id);
    if (silence === undefined) throw new LinewardenError('LW_SILENCE_UNKNOWN', 'There is no silence with this id.');
    return shown(silence, countOf(silence));
  };
  const changed = (): void => {
    board.forget();
    onChange();
  };

  return {
    list({ deviceId, limit = Infinity } = {}) {
      const all = options.own();
      const wanted = deviceId === undefined ? [...all] : all.filter((alert) => alert.deviceId === deviceId);
      if (wanted.length <= limit) return wanted;
      return wanted.toSorted((a, b) => b.activeAtMs - a.activeAtMs).slice(0, limit);
    },
    board(query) {
      // Said with the filter's name before the board meets it.
      readMatchers(query.matchers);
      return board.page(query);
    },
    summary: () => board.summary(),
    history: (query) => alertHistory({ since: options.history, deviceOf }, query),
    silences() {
      const nowMs = clock.now();
      const all = router.silences.list();
      const isOver = (silence: Silence): boolean => silenceState(silence, nowMs) === 'expired';
      const over = all.filter(isOver).toSorted((a, b) => b.endsAtMs - a.endsAtMs);
      return [
        ...all.filter((silence) => !isOver(silence)).map((silence) => shown(silence, countOf(silence))),
        ...over.slice(0, EXPIRED_SHOWN).map((silence) => shown(silence, 0)),
      ];
    },
    saveSilence({ id, matchers, ...form }) {
      const saved = router.silences.set({ ...form, matchers: readMatchers(matchers), ...(id !== undefined && { id }) });
      changed();
      return silenceOf(saved);
    },
    expireSilence(id) {
      router.silences.expire(id);
      changed();
      return silenceOf(id);
    },
    previewSilence(matchers) {
      const read = readMatchers(matchers);
      return preview((labels) => matchesAll(read, labels));
    },
    previewMaintenance(scope) {
      const { matches, nextAtMs } = options.maintenance.preview(scope);
      return { ...preview(matches), nextAtMs };
    },
    routing() {
      const { config, file } = router.routing;
      const groups = new Map<string, number>();
      for (const { route } of router.groups()) groups.set(route.id, (groups.get(route.id) ?? 0) + 1);
      return {
        file: file ?? null,
        routes: routeRows(router.root, config.route, groups),
        inhibitRules: config.inhibitRules.map(({ source, target, equal }) => ({
          source: source.map(written),
          target: target.map(written),
          equal: [...equal],
        })),
        timeIntervals: [...config.timeIntervals].map(([name, intervals]) => ({
          name,
          holdsNow: containsTime(intervals, clock.now()),
        })),
      };
    },
    trace(record) {
      const labels = Labels.fromRecord(record);
      return router.routes(labels).map((route) => ({
        id: route.id,
        receiver: route.receiver,
        groupLabels: { ...groupLabels(route, labels).toRecord() },
      }));
    },
    quietedBy: (fingerprint) => board.quietedBy(fingerprint).map(({ text }) => text),
  };
}

const written = ({ name, op, value }: Matcher): AlertMatcher => ({ name, op, value });

const previewed = ({ fingerprint, name, labels, summary, activeAtMs, deviceId }: BoardAlert) => ({
  fingerprint,
  name,
  labels,
  summary,
  startsAtMs: activeAtMs,
  deviceId,
});

/** The operator's tree, then the window's own routes, which stand beside it below a root that only joins them. */
function routeRows(root: Route, { routes }: RoutingConfig['route'], groups: ReadonlyMap<string, number>): RouteShown[] {
  const rows: RouteShown[] = [];
  const place = routes.findIndex(({ namesGroupsAnew }) => namesGroupsAnew === true);
  const add = (route: Route, depth: number, isOwn = false): void => {
    if (rows.length >= MAX_ROUTES) return;
    rows.push({
      id: route.id,
      depth,
      receiver: route.receiver,
      isOwn,
      matchers: route.matchers.map(written),
      groupBy: route.isGroupedByAll ? ['...'] : [...route.groupBy],
      groupWaitMs: route.groupWaitMs,
      groupIntervalMs: route.groupIntervalMs,
      repeatIntervalMs: route.repeatIntervalMs,
      isContinued: route.isContinued,
      muteTimeIntervals: [...route.muteTimeIntervals],
      activeTimeIntervals: [...route.activeTimeIntervals],
      groups: groups.get(route.id) ?? 0,
    });
    for (const child of route.routes) add(child, depth + 1);
  };
  add(root.routes[place] ?? root, 0);
  if (place >= 0) for (const route of root.routes.slice(0, place)) add(route, 0, true);
  return rows;
}

function readMatchers(matchers: readonly AlertMatcher[]): Matcher[] {
  return matchers.map(({ name, op, value }) => {
    try {
      return matcher(name, op, value);
    } catch (error) {
      if (!(error instanceof MatcherError)) throw error;
      throw new LinewardenError('LW_ALERTS_MATCHER', `The pattern of ${name} cannot be read: ${error.message}.`, {
        hint: 'It is a regular expression of RE2, such as core-.*',
      });
    }
  });
}
