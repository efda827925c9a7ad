// All alerts in the groups of their routes, as the window lists them: what is told to whom, what is kept quiet and by what.
import type {
  Alert,
  AlertSummary,
  Board,
  BoardAlert,
  BoardCounts,
  BoardFilter,
  BoardGroup,
  BoardQuery,
  BoardState,
  Quiet,
} from '../../../../shared/contract/index.ts';
import { Labels } from '../../../../shared/model/labels.ts';
import type { Clock } from '../../clock.ts';
import type { AlertRouter } from '../alert-router.ts';
import { groupKeyOf, groupLabels, isResolvedAt, matcher, matchesAll, matchersText } from '../routing/index.ts';
import type { Route, RoutedAlert } from '../routing/index.ts';

export type BoardOptions = {
  readonly router: Pick<AlertRouter, 'alert' | 'alerts' | 'routes' | 'status' | 'silences'>;
  /** Our own: firing, pending, resolved within the last day. */
  readonly own: () => readonly Alert[];
  readonly deviceOf: (labels: Readonly<Record<string, string>>) => string | undefined;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
};

export interface AlertBoard {
  page(query: BoardQuery): Board;
  summary(): AlertSummary;
  /** Those that fire or pend, whatever keeps them quiet. */
  matching(matches: (labels: Labels) => boolean): BoardAlert[];
  /** What keeps the alert quiet now. */
  quietedBy(fingerprint: string): Quiet[];
  /** The next look is a fresh one: something was changed by hand. */
  forget(): void;
}

type Item = Omit<BoardAlert, 'groupId'> & { readonly asLabels: Labels };
type Group = { readonly id: string; readonly route: Route; readonly labels: Labels; readonly items: Item[] };

/** How long what was put together is good; it grows with what that costs, so that it never takes a tenth of a core. */
const FRESH_MS = 500;
const COST_FACTOR = 10;
const SUMMARY_GROUPS = 12;
const SUMMARY_DEVICES = 3;
const MAINTENANCE = 'Maintenance: ';

const STATES: readonly BoardState[] = ['firing', 'pending', 'suppressed', 'resolved'];
const SEVERITIES = ['critical', 'error', 'warning', 'info', ''];

export function createAlertBoard(options: BoardOptions): AlertBoard {
  const { router, clock, deviceOf } = options;
  let kept:
    | { readonly items: readonly Item[]; readonly groups: readonly Group[]; readonly untilMs: number }
    | undefined;

  const quietOf = (alert: RoutedAlert): Quiet[] => {
    const { silencedBy, inhibitedBy, mutedBy, suppressedBy } = router.status(alert);
    return [
      ...silencedBy.map((id): Quiet => ({ kind: 'silence', id, text: silenceText(id) })),
      ...inhibitedBy.map((id): Quiet => ({ kind: 'inhibition', id, text: inhibitorText(id) })),
      ...[...new Set(mutedBy)].map((name): Quiet => ({ kind: 'interval', id: null, text: `Time interval ${name}` })),
      ...(suppressedBy === undefined
        ? []
        : [
            {
              kind: suppressedBy.startsWith(MAINTENANCE) ? ('maintenance' as const) : ('parent' as const),
              id: null,
              text: suppressedBy,
            },
          ]),
    ];
  };
  const silenceText = (id: string): string => {
    const silence = router.silences.get(id);
    if (silence === undefined) return 'Silenced';
    return `Silenced: ${silence.comment === '' ? matchersText(silence.matchers) : silence.comment}`;
  };
  const inhibitorText = (id: string): string =>
    `Inhibited by ${router.alert(id)?.labels.get('alertname') ?? 'another alert'}`;

  const ownItem = (alert: Alert): Item => {
    const routed = alert.state === 'firing' ? router.alert(alert.fingerprint) : undefined;
    const quietedBy = routed === undefined ? [] : quietOf(routed);
    return {
      kind: 'alert',
      fingerprint: alert.fingerprint,
      state: quietedBy.length > 0 ? 'suppressed' : alert.state,
      name: alert.name,
      summary: alert.annotations['summary'] ?? alert.name,
      severity: alert.labels['severity'] ?? '',
      labels: alert.labels,
      value: alert.value,
      activeAtMs: alert.activeAtMs,
      sinceMs: alert.resolvedAtMs ?? alert.firedAtMs ?? alert.activeAtMs,
      deviceId: alert.deviceId,
      quietedBy,
      asLabels: Labels.fromRecord(alert.labels),
    };
  };

  /** Sent to us by somebody else. */
  const sentItem = (alert: RoutedAlert, atMs: number): Item => {
    const labels = { ...alert.labels.toRecord() };
    const isOver = isResolvedAt(alert, atMs);
    const quietedBy = isOver ? [] : quietOf(alert);
    const name = alert.labels.get('alertname');
    return {
      kind: 'alert',
      fingerprint: alert.fingerprint,
      state: isOver ? 'resolved' : quietedBy.length > 0 ? 'suppressed' : 'firing',
      name,
      summary: alert.annotations['summary'] ?? name,
      severity: alert.labels.get('severity'),
      labels,
      value: null,
      activeAtMs: alert.startsAtMs,
      sinceMs: isOver ? alert.endsAtMs : alert.startsAtMs,
      deviceId: deviceOf(labels) ?? null,
      quietedBy,
      asLabels: alert.labels,
    };
  };

  const build = () => {
    const beganMs = clock.monotonic();
    if (kept !== undefined && beganMs < kept.untilMs) return kept;
    const own = options.own().map(ownItem);
    const known = new Set(own.map(({ fingerprint }) => fingerprint));
    const atMs = clock.now();
    const sent = router
      .alerts()
      .filter(({ fingerprint }) => !known.has(fingerprint))
      .map((alert) => sentItem(alert, atMs));
    const items = [...own, ...sent].toSorted(byUrgency);
    const groups = new Map<string, Group>();
    for (const item of items) {
      for (const route of router.routes(item.asLabels)) {
        const labels = groupLabels(route, item.asLabels);
        const id = `${route.id} ${groupKeyOf(route, labels)}`;
        let group = groups.get(id);
        if (group === undefined) groups.set(id, (group = { id, route, labels, items: [] }));
        group.items.push(item);
      }
    }
    const nowMs = clock.monotonic();
    kept = { items, groups: [...groups.values()], untilMs: nowMs + FRESH_MS + COST_FACTOR * (nowMs - beganMs) };
    return kept;
  };

  const page = (query: BoardQuery): Board => {
    const { items, groups } = build();
    const isWanted = filterOf(query);
    const states = new Set(query.states);
    const folded = new Set(query.folded);
    const end = query.offset + query.limit;
    const rows: Board['rows'] = [];
    let total = 0;
    let shown = 0;
    const add = (row: () => Board['rows'][number]): void => {
      if (total >= query.offset && total < end) rows.push(row());
      total++;
    };
    for (const group of groups) {
      const fitting = group.items.filter(isWanted);
      const listed = fitting.filter(({ state }) => states.has(state));
      if (listed.length === 0) continue;
      shown++;
      const isFolded = folded.has(group.id);
      add(() => groupRow(group, fitting, listed, isFolded));
      if (isFolded) continue;
      // Only what is on the page is made.
      for (const item of listed) add(() => alertRow(item, group.id));
    }
    return {
      rows,
      total,
      groups: shown,
      counts: countsOf(items.filter(isWanted)),
      severities: [...new Set(items.map(({ severity }) => severity))]
        .filter((each) => each !== '')
        .toSorted((a, b) => rankOf(a) - rankOf(b) || a.localeCompare(b)),
    };
  };

  return {
    page,
    summary() {
      const { items, groups } = build();
      const active = groups
        .map((group) => ({
          group,
          listed: group.items.filter(({ state }) => state === 'firing' || state === 'pending'),
        }))
        .filter(({ listed }) => listed.length > 0);
      return {
        counts: countsOf(items),
        groups: active.slice(0, SUMMARY_GROUPS).map(({ group, listed }) => {
          const { kind: _kind, isFolded: _folded, route: _route, ...row } = groupRow(group, listed, listed, false);
          const [first] = listed;
          return {
            ...row,
            text: listed.length === 1 ? (first?.summary ?? '') : (first?.name ?? ''),
            fingerprint: listed.length === 1 ? (first?.fingerprint ?? null) : null,
            deviceIds: [...new Set(listed.flatMap(({ deviceId }) => deviceId ?? []))].slice(0, SUMMARY_DEVICES),
          };
        }),
        total: active.length,
      };
    },
    matching: (matches) =>
      build()
        .items.filter(({ state, asLabels }) => state !== 'resolved' && matches(asLabels))
        .map((item) => alertRow(item, '')),
    quietedBy(fingerprint) {
      const alert = router.alert(fingerprint);
      return alert === undefined || isResolvedAt(alert, clock.now()) ? [] : quietOf(alert);
    },
    forget() {
      kept = undefined;
    },
  };
}

const rankOf = (severity: string): number => {
  const rank = SEVERITIES.indexOf(severity);
  return rank === -1 ? SEVERITIES.length - 1.5 : rank;
};

/** What fires first, the worst first, of equals the newest first; a group stands where its first alert does. */
const byUrgency = (a: Item, b: Item): number =>
  STATES.indexOf(a.state) - STATES.indexOf(b.state) || rankOf(a.severity) - rankOf(b.severity) || b.sinceMs - a.sinceMs;

function filterOf({ severities, deviceIds, matchers }: BoardFilter): (item: Item) => boolean {
  const wanted = matchers.map(({ name, op, value }) => matcher(name, op, value));
  return ({ severity, deviceId, asLabels }) =>
    (severities.length === 0 || severities.includes(severity)) &&
    (deviceIds.length === 0 || (deviceId !== null && deviceIds.includes(deviceId))) &&
    matchesAll(wanted, asLabels);
}

function countsOf(items: readonly Item[]): BoardCounts {
  const counts = { firing: 0, pending: 0, suppressed: 0, resolved: 0 };
  for (const { state } of items) counts[state]++;
  return counts;
}

function groupRow(
  { id, route, labels }: Group,
  fitting: readonly Item[],
  listed: readonly Item[],
  isFolded: boolean,
): BoardGroup {
  const worst = listed.reduce((best, { severity }) => (rankOf(severity) < rankOf(best) ? severity : best), '');
  return {
    kind: 'group',
    id,
    labels: { ...labels.toRecord() },
    receiver: route.receiver,
    route: route.matchers.length === 0 ? '' : matchersText(route.matchers),
    counts: countsOf(fitting),
    severity: worst,
    sinceMs: listed.reduce((first, { sinceMs }) => Math.min(first, sinceMs), Number.MAX_SAFE_INTEGER),
    isFolded,
  };
}

const alertRow = ({ asLabels: _labels, ...item }: Item, groupId: string): BoardAlert => ({ ...item, groupId });
