// One dashboard: its variables and panels, at an address that carries what was chosen.
import { Button } from '@mantine/core';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo } from 'react';
import type { ReactNode } from 'react';
import type { DashboardAnswer, DeviceSummary } from '../../../shared/contract/index.ts';
import { useDevices, useNewestAlerts } from '../../app/data/queries.ts';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { choicesOf, searchKey } from '../../dashboards/choices.ts';
import { DashboardProvider } from '../../dashboards/context.ts';
import '../../dashboards/dashboards.css';
import { Sections } from '../../dashboards/grid.tsx';
import { dashboardMarks } from '../../dashboards/marks.ts';
import { presentSections } from '../../dashboards/presence.ts';
import { usePresence } from '../../dashboards/use-presence.ts';
import { useVariables } from '../../dashboards/use-variables.ts';
import { VariableBar } from '../../dashboards/variable-bar.tsx';
import { isNotFound, useDashboardFile } from './use-dashboard.ts';

export function DashboardScreen(): ReactNode {
  const { dashboardId } = useParams({ from: '/dashboards/$dashboardId' });
  const file = useDashboardFile(dashboardId);
  if (file.data !== undefined) return <Shown key={dashboardId} answer={file.data} />;
  return (
    <div className="lw-screen">
      {!file.isError && <Loading height={400} />}
      {file.isError && isNotFound(file.error) && (
        <Empty text="There is no such dashboard.">
          <Link to="/dashboards">
            <Button component="span">Show all dashboards</Button>
          </Link>
        </Empty>
      )}
      {file.isError && !isNotFound(file.error) && (
        <Failed
          what="This dashboard could not be loaded"
          error={file.error}
          sinceMs={file.errorUpdatedAt}
          onRetry={() => void file.refetch()}
        />
      )}
    </div>
  );
}

const NO_DEVICES: readonly DeviceSummary[] = [];
const LEAST_INTERVAL_MS = 15_000;
/** One slow target makes no other's graph coarse. */
const MOST_INTERVAL_MS = 60_000;

/** The longest usual time between two samples of what dashboards show. */
const intervalOf = (devices: readonly DeviceSummary[]): number =>
  devices
    .filter(({ kind }) => kind !== 'exporter')
    .reduce((most, { intervalMs }) => Math.min(MOST_INTERVAL_MS, Math.max(most, intervalMs)), LEAST_INTERVAL_MS);

function Shown({ answer: { dashboard, shipped } }: { readonly answer: DashboardAnswer }): ReactNode {
  const search = useSearch({ from: '/dashboards/$dashboardId' });
  const navigate = useNavigate({ from: '/dashboards/$dashboardId' });
  const devices = useDevices().data ?? NO_DEVICES;
  const alerts = useNewestAlerts().data;
  const presence = usePresence(dashboard);
  // By value: each navigation reads the address anew.
  const chosen = JSON.stringify(dashboard.variables.map(({ name }) => search[searchKey(name)] ?? null));
  // oxlint-disable-next-line react/exhaustive-deps
  const choices = useMemo(() => choicesOf(dashboard.variables, search), [dashboard, chosen]);
  const variables = useVariables(dashboard.variables, choices);
  const sections = useMemo(() => presentSections(dashboard, presence.stored), [dashboard, presence.stored]);
  const marks = useMemo(
    () => dashboardMarks(dashboard.annotations, alerts ?? [], choices),
    [dashboard, alerts, choices],
  );
  const intervalMs = intervalOf(devices);
  const openPanel = useCallback(
    (panel: string | undefined): void =>
      void navigate({ search: (before) => ({ ...before, panel }), resetScroll: false }),
    [navigate],
  );
  const choose = useCallback(
    (name: string, values: readonly string[] | null): void =>
      void navigate({
        search: (before) => ({ ...before, [searchKey(name)]: values ?? undefined }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const { panel: full } = search;
  const view = useMemo(
    () => ({ id: dashboard.id, choices, devices, marks, intervalMs, full, openPanel }),
    [dashboard.id, choices, devices, marks, intervalMs, full, openPanel],
  );
  useLeaveByEscape(full !== undefined, openPanel);

  // Where there is no All, something has to be chosen: the first value.
  const unchosen = variables.find(({ variable, options }) => !choices.has(variable.name) && options.length > 0);
  const [first] = unchosen?.options ?? [];
  const unchosenName = unchosen?.variable.name;
  const firstValue = first?.value;
  useEffect(() => {
    if (unchosenName !== undefined && firstValue !== undefined) choose(unchosenName, [firstValue]);
  }, [unchosenName, firstValue, choose]);

  const isReady = !presence.waiting && dashboard.variables.every(({ name }) => choices.has(name));
  return (
    <div className="lw-screen" data-testid="dashboard">
      <header>
        <div className="lw-dash-title">
          <h1>{dashboard.title}</h1>
          {!shipped && (
            <span className="lw-tag" title="From a file of the data directory">
              from a file
            </span>
          )}
        </div>
        {dashboard.description !== '' && full === undefined && <p className="lw-dim">{dashboard.description}</p>}
        <VariableBar variables={variables} choices={choices} onChoose={choose} />
      </header>
      {!isReady && <Loading height={320} />}
      {isReady && sections.length === 0 && (
        <Empty text="Nothing that this dashboard shows was collected in this time range.">
          <Link to="/settings" search={{ tab: 'routers', add: true }}>
            <Button component="span" variant="filled">
              Add a router
            </Button>
          </Link>
        </Empty>
      )}
      {isReady && sections.length > 0 && (
        <DashboardProvider value={view}>
          <div className="lw-dash">
            <Sections sections={sections} />
          </div>
        </DashboardProvider>
      )}
    </div>
  );
}

function useLeaveByEscape(isFull: boolean, openPanel: (id: undefined) => void): void {
  useEffect(() => {
    if (!isFull) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      // Fields, popovers and a graph's crosshair have an Escape of their own.
      const { target } = event;
      const isOwn =
        target instanceof HTMLElement && target.closest('input, [role=img], [role=dialog], [role=menu]') !== null;
      if (event.key === 'Escape' && !event.defaultPrevented && !isOwn) openPanel(undefined);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [isFull, openPanel]);
}
