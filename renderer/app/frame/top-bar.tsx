// The top bar: where am I, the time range, refresh, search, alerts, health, theme.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useLocation, useParams } from '@tanstack/react-router';
import { IconRefresh } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import type { ReactNode } from 'react';
import type { AlertPage, DeviceSummary } from '../../../shared/contract/index.ts';
import { deviceName } from '../../panels/device-name.ts';
import { useDashboardList, useDevices } from '../data/queries.ts';
import { RangePicker } from '../time-range/picker.tsx';
import { AlertBell } from './bell.tsx';
import { HealthDot } from './health.tsx';
import { SCREENS } from './screens.ts';
import { Search } from './search.tsx';
import { ThemeToggle } from './theme-toggle.tsx';

const DEVICES = SCREENS.find(({ to }) => to === '/devices') ?? SCREENS[0];

function Crumbs(): ReactNode {
  const path = useLocation({ select: (location) => location.pathname });
  const deviceId = useParams({ strict: false, select: (params) => params.deviceId });
  const named = useDevices(
    useCallback(
      (all: DeviceSummary[]) => {
        const found = all.find((device) => device.id === deviceId);
        return found === undefined ? null : deviceName(found);
      },
      [deviceId],
    ),
  );
  const dashboardId = useParams({ strict: false, select: (params) => params.dashboardId });
  const dashboards = useDashboardList(dashboardId !== undefined);
  const alert = useAlertName();
  const within =
    alert !== undefined
      ? alert
      : deviceId === undefined
        ? (dashboards.data?.dashboards.find(({ id }) => id === dashboardId)?.title ?? dashboardId)
        : (named.data ?? deviceId);
  const screen = SCREENS.find(({ to }) => (to === '/' ? path === '/' : path.startsWith(to)));
  if (path === '/setup') return <Within screen={DEVICES} within="Set up a router" />;
  if (screen === undefined) return <div className="lw-crumbs">Linewarden</div>;
  if (within === undefined) return <div className="lw-crumbs">{screen.label}</div>;
  return <Within screen={screen} within={within} />;
}

/** Of the alert whose page is open, once that has loaded. */
function useAlertName(): string | undefined {
  const fingerprint = useParams({ strict: false, select: (params) => params.fingerprint });
  const at = useLocation({ select: ({ search }) => search.at });
  const page = useQuery<AlertPage>({ queryKey: ['alert', fingerprint, at], enabled: false });
  return fingerprint === undefined ? undefined : (page.data?.alert.name ?? fingerprint);
}

type WithinProps = { readonly screen: (typeof SCREENS)[number]; readonly within: string };

function Within({ screen, within }: WithinProps): ReactNode {
  return (
    <div className="lw-crumbs">
      <Link to={screen.to}>{screen.label}</Link>
      <span className="lw-dim" aria-hidden>
        /
      </span>
      <span className="lw-ellipsis">{within}</span>
    </div>
  );
}

function Refresh(): ReactNode {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const refresh = async (): Promise<void> => {
    setBusy(true);
    await queries.invalidateQueries();
    setBusy(false);
  };
  return (
    <button
      type="button"
      className="lw-icon-button"
      aria-label="Refresh"
      title="Refresh"
      data-testid="refresh"
      aria-busy={busy}
      onClick={() => void refresh()}
    >
      <IconRefresh size={18} stroke={1.5} aria-hidden />
    </button>
  );
}

export function TopBar(): ReactNode {
  return (
    <header className="lw-top">
      <Crumbs />
      <RangePicker />
      <Refresh />
      <Search />
      <AlertBell />
      <HealthDot />
      <ThemeToggle />
    </header>
  );
}
