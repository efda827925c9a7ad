// All dashboards: those that come with the program and one's own, and what is wrong with a file.
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { DashboardList, DashboardSummary } from '../../../shared/contract/index.ts';
import { plural } from '../../../shared/units/index.ts';
import { useDashboardList } from '../../app/data/queries.ts';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import '../../dashboards/dashboards.css';

export function DashboardsScreen(): ReactNode {
  const list = useDashboardList();
  return (
    <div className="lw-screen">
      <h1 className="lw-sr">Dashboards</h1>
      {list.data !== undefined && <List list={list.data} />}
      {list.data === undefined && list.isError && (
        <Failed
          what="The dashboards could not be loaded"
          error={list.error}
          sinceMs={list.errorUpdatedAt}
          onRetry={() => void list.refetch()}
        />
      )}
      {list.data === undefined && !list.isError && <Loading height={240} />}
    </div>
  );
}

const matches = ({ title, description, tags }: DashboardSummary, text: string): boolean =>
  [title, description, ...tags].some((field) => field.toLowerCase().includes(text));

function List({ list: { dashboards, problems, ownDir } }: { readonly list: DashboardList }): ReactNode {
  const [wanted, setWanted] = useState('');
  const text = wanted.trim().toLowerCase();
  const found = dashboards.filter((one) => matches(one, text));
  return (
    <>
      <div className="lw-row">
        <input
          className="lw-table-filter"
          type="search"
          placeholder="Name, what it shows"
          aria-label="Search dashboards"
          value={wanted}
          data-testid="dashboards-search"
          onChange={(event) => setWanted(event.target.value)}
        />
        <span className="lw-label" role="status">
          {text === '' ? '' : `${found.length} of ${dashboards.length}`}
        </span>
      </div>
      {problems.length > 0 && <Problems problems={problems} />}
      {dashboards.length === 0 && <Empty text="No dashboard could be loaded." />}
      {dashboards.length > 0 && found.length === 0 && <p className="lw-dim">No dashboard matches.</p>}
      <ul className="lw-dash-list" data-testid="dashboards-list">
        {found.map(({ id, title, description, panels, shipped }) => (
          <li key={id}>
            <Link to="/dashboards/$dashboardId" params={{ dashboardId: id }} className="lw-dash-item">
              <strong className="lw-ellipsis">{title}</strong>
              <span className="lw-dim">{description}</span>
              <span className="lw-label lw-nowrap">
                {shipped ? '' : 'from a file, '}
                {plural(panels, 'panel')}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      <p className="lw-label">
        Your own are JSON files in <span className="lw-mono">{ownDir}</span>
      </p>
    </>
  );
}

function Problems({ problems }: { readonly problems: DashboardList['problems'] }): ReactNode {
  return (
    <section className="lw-panel" aria-label="Files with faults" data-testid="dashboards-problems">
      <div className="lw-panel-head">
        <h2>{plural(problems.length, 'fault')} in dashboard files</h2>
      </div>
      <ul className="lw-stack" style={{ gap: 8 }}>
        {problems.map(({ file, message }) => (
          <li key={`${file} ${message}`}>
            <div className="lw-mono lw-dim">{file}</div>
            <div>{message}</div>
          </li>
        ))}
      </ul>
    </section>
  );
}
