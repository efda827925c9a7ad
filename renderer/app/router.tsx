// The routes, behind the hash so that a deep link works from a file, from app:// and from a server alike.
import {
  Link,
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from '@tanstack/react-router';
import { Empty, Failed } from '../components/states.tsx';
import { AlertsScreen } from '../screens/alerts/alerts.tsx';
import { readBoardSearch } from '../screens/alerts/board/filters.ts';
import type { BoardSearch } from '../screens/alerts/board/filters.ts';
import { ALERT_TABS } from '../screens/alerts/tabs.ts';
import { DeviceScreen } from '../screens/device/device.tsx';
import { DEVICE_TABS } from '../screens/device/tabs.ts';
import { DevicesScreen } from '../screens/devices/devices.tsx';
import { DEVICES_TABS } from '../screens/devices/tabs.ts';
import { OverviewScreen } from '../screens/overview/overview.tsx';
import { readDashboardSearch } from '../screens/dashboards/search.ts';
import type { DashboardSearch } from '../screens/dashboards/search.ts';
import { readExploreSearch } from '../screens/explore/search.ts';
import type { ExploreSearch } from '../screens/explore/search.ts';
import { readTrafficSearch } from '../screens/traffic/search.ts';
import type { TrafficSearch } from '../screens/traffic/search.ts';
import { SETTINGS_TABS } from '../screens/settings/tabs.ts';
import { SETUP_STEPS } from '../screens/setup/steps.ts';
import type { SetupStep } from '../screens/setup/steps.ts';
import { SettingsScreen } from '../screens/settings/settings.tsx';
import { SUBSCRIBER_TABS } from '../screens/subscribers/tabs.ts';
import { Frame } from './frame/frame.tsx';
import { readRangeSearch } from './time-range/range.ts';
import type { RangeSearch } from './time-range/range.ts';

const root = createRootRoute({
  component: Frame,
  validateSearch: (search: Record<string, unknown>): RangeSearch => readRangeSearch(search),
  search: { middlewares: [retainSearchParams(['last', 'from', 'to'])] },
  notFoundComponent: () => (
    <div className="lw-screen">
      <Empty text="There is no such page.">
        <Link to="/" className="lw-link">
          Go to the overview
        </Link>
      </Empty>
    </div>
  ),
  errorComponent: ({ error, reset }) => (
    <div className="lw-screen">
      <Failed what="This screen failed" error={error} onRetry={reset} />
    </div>
  ),
});

const oneOf = <T extends string>(value: unknown, allowed: readonly T[]): T | undefined =>
  allowed.find((one) => one === value);

const overview = createRoute({ getParentRoute: () => root, path: '/', component: OverviewScreen });
export type DevicesSearch = { readonly tab?: (typeof DEVICES_TABS)[number] };
const devices = createRoute({
  getParentRoute: () => root,
  path: '/devices',
  component: DevicesScreen,
  validateSearch: (search: Record<string, unknown>): DevicesSearch => {
    const tab = oneOf(search['tab'], DEVICES_TABS);
    return tab === undefined ? {} : { tab };
  },
});

export type DeviceSearch = { readonly tab?: (typeof DEVICE_TABS)[number]; readonly open?: string };
const device = createRoute({
  getParentRoute: () => root,
  path: '/devices/$deviceId',
  component: DeviceScreen,
  validateSearch: (search: Record<string, unknown>): DeviceSearch => {
    const tab = oneOf(search['tab'], DEVICE_TABS);
    const open = search['open'];
    return {
      ...(tab === undefined ? {} : { tab }),
      ...(typeof open === 'string' || typeof open === 'number' ? { open: String(open) } : {}),
    };
  },
});

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

export type SubscribersSearch = {
  readonly tab?: (typeof SUBSCRIBER_TABS)[number];
  readonly open?: string;
  readonly tier?: string;
};
const subscribers = createRoute({
  getParentRoute: () => root,
  path: '/subscribers',
  component: lazyRouteComponent(() => import('../screens/subscribers/subscribers.tsx'), 'SubscribersScreen'),
  validateSearch: (search: Record<string, unknown>): SubscribersSearch => {
    const tab = oneOf(search['tab'], SUBSCRIBER_TABS);
    const [open, tier] = [textOf(search['open']), textOf(search['tier'])];
    return {
      ...(tab === undefined ? {} : { tab }),
      ...(open === undefined ? {} : { open }),
      ...(tier === undefined ? {} : { tier }),
    };
  },
});

const traffic = createRoute({
  getParentRoute: () => root,
  path: '/traffic',
  component: lazyRouteComponent(() => import('../screens/traffic/traffic.tsx'), 'TrafficScreen'),
  validateSearch: (search: Record<string, unknown>): TrafficSearch => readTrafficSearch(search),
});

/** `rule`: the name of one, for the tab of rules. */
export type AlertsSearch = BoardSearch & { readonly tab?: (typeof ALERT_TABS)[number]; readonly rule?: string };
const alerts = createRoute({
  getParentRoute: () => root,
  path: '/alerts',
  component: AlertsScreen,
  validateSearch: (search: Record<string, unknown>): AlertsSearch => {
    const tab = oneOf(search['tab'], ALERT_TABS);
    const rule = textOf(search['rule']);
    return {
      ...(tab === undefined ? {} : { tab }),
      ...(rule === undefined ? {} : { rule }),
      ...readBoardSearch(search),
    };
  },
});

/** `at`: one of the times that it was active, Unix ms. */
export type AlertSearch = { readonly at?: number };
const alert = createRoute({
  getParentRoute: () => root,
  path: '/alerts/$fingerprint',
  component: lazyRouteComponent(() => import('../screens/alert/alert.tsx'), 'AlertScreen'),
  validateSearch: (search: Record<string, unknown>): AlertSearch => {
    const at = Number(search['at']);
    return Number.isSafeInteger(at) && at > 0 ? { at } : {};
  },
});

// The editor is most of its code: it is loaded when somebody goes there, and not with the window.
const explore = createRoute({
  getParentRoute: () => root,
  path: '/explore',
  component: lazyRouteComponent(() => import('../screens/explore/explore.tsx'), 'ExploreScreen'),
  validateSearch: (search: Record<string, unknown>): ExploreSearch => readExploreSearch(search),
});

const dashboards = createRoute({
  getParentRoute: () => root,
  path: '/dashboards',
  component: lazyRouteComponent(() => import('../screens/dashboards/list.tsx'), 'DashboardsScreen'),
});

const dashboard = createRoute({
  getParentRoute: () => root,
  path: '/dashboards/$dashboardId',
  component: lazyRouteComponent(() => import('../screens/dashboards/dashboard.tsx'), 'DashboardScreen'),
  validateSearch: (search: Record<string, unknown>): DashboardSearch => readDashboardSearch(search),
});

/** A node's or a link's id, as `node core` or `link core...`. */
export type MapSearch = { readonly open?: string };
const map = createRoute({
  getParentRoute: () => root,
  path: '/map',
  component: lazyRouteComponent(() => import('../screens/map/map.tsx'), 'MapScreen'),
  validateSearch: (search: Record<string, unknown>): MapSearch => {
    const open = textOf(search['open']);
    return open === undefined ? {} : { open };
  },
});

export type SetupSearch = { readonly device?: string; readonly step?: SetupStep };
const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('../screens/setup/setup.tsx'), 'SetupScreen'),
  validateSearch: (search: Record<string, unknown>): SetupSearch => {
    const step = oneOf(search['step'], SETUP_STEPS);
    const id = search['device'];
    return {
      ...(typeof id === 'string' || typeof id === 'number' ? { device: String(id) } : {}),
      ...(step === undefined ? {} : { step }),
    };
  },
});

export type SettingsSearch = { readonly tab?: (typeof SETTINGS_TABS)[number]; readonly add?: boolean };
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: SettingsScreen,
  validateSearch: (search: Record<string, unknown>): SettingsSearch => {
    const tab = oneOf(search['tab'], SETTINGS_TABS);
    return { ...(tab === undefined ? {} : { tab }), ...(search['add'] === true ? { add: true } : {}) };
  },
});

export const createAppRouter = () =>
  createRouter({
    routeTree: root.addChildren([
      overview,
      devices,
      device,
      traffic,
      subscribers,
      alerts,
      alert,
      explore,
      dashboards,
      dashboard,
      map,
      setup,
      settings,
    ]),
    history: createHashHistory(),
    defaultStructuralSharing: true,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
