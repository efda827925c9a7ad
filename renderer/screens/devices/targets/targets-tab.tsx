// Every scrape target, by job: its state, its last error, what it gave; and those that relabelling dropped, with the reason.
import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { ScrapeJob, ScrapeTargets } from '../../../../shared/contract/index.ts';
import { plural } from '../../../../shared/units/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { Empty, Failed, Loading } from '../../../components/states.tsx';
import { StatusMark } from '../../../components/status.tsx';
import { TARGET_COLUMNS } from './columns.tsx';
import { droppedRows, scrapedRows } from './rows.ts';
import { TargetDrawer } from './target-drawer.tsx';
import './targets.css';

const EVERY_MS = 5_000;

export function TargetsTab(): ReactNode {
  const engine = useEngine();
  const answer = useQuery({
    queryKey: ['scrape-targets'],
    queryFn: ({ signal }) => engine.targets.list(undefined, { signal }),
    refetchInterval: EVERY_MS,
  });
  if (answer.data === undefined) {
    return answer.isError ? (
      <Failed
        what="The scrape targets could not be loaded"
        error={answer.error}
        sinceMs={answer.errorUpdatedAt}
        onRetry={() => void answer.refetch()}
      />
    ) : (
      <Loading height={400} />
    );
  }
  if (answer.data.targets.length === 0 && answer.data.jobs.length === 0) {
    return (
      <Empty text="Nothing is scraped yet: add an exporter here, or write scrape_configs into linewarden.yml.">
        <Link to="/settings" search={{ tab: 'targets', add: true }}>
          <Button component="span" variant="filled">
            Add a scrape target
          </Button>
        </Link>
      </Empty>
    );
  }
  return <Targets all={answer.data} />;
}

function Targets({ all }: { readonly all: ScrapeTargets }): ReactNode {
  const [job, setJob] = useState<string | null>(null);
  const [isDropped, setIsDropped] = useState(false);
  const [openId, setOpenId] = useState<string | undefined>();
  const jobs = useMemo(
    () => [...new Set([...all.jobs, ...all.targets].map((one) => one.job))].toSorted((a, b) => a.localeCompare(b)),
    [all],
  );
  const every = useMemo(() => (isDropped ? droppedRows(all) : scrapedRows(all)), [all, isDropped]);
  const rows = useMemo(() => (job === null ? every : every.filter((row) => row.job === job)), [every, job]);
  const dropped = all.jobs
    .filter((one) => job === null || one.job === job)
    .reduce((sum, { droppedCount }) => sum + droppedCount, 0);
  return (
    <>
      <Trouble jobs={all.jobs} />
      <DataTable
        label={isDropped ? 'Dropped targets' : 'Scrape targets'}
        testId="targets-table"
        rows={rows}
        columns={TARGET_COLUMNS}
        idOf={(row) => row.id}
        selectedId={openId}
        filterHint="Job, target, error"
        initialSort={{ id: 'state', desc: true }}
        nothing={isDropped ? 'Relabelling drops no target.' : 'This job has no target.'}
        onOpen={(row) => setOpenId(row.id)}
        tools={
          <div className="lw-row">
            {jobs.length > 1 && (
              <Select
                aria-label="Job"
                data={jobs}
                value={job}
                onChange={setJob}
                placeholder="All jobs"
                clearable
                size="xs"
                w={180}
              />
            )}
            {(dropped > 0 || isDropped) && (
              <button
                type="button"
                className="lw-icon-button"
                aria-pressed={isDropped}
                data-active={isDropped || undefined}
                data-testid="targets-dropped"
                onClick={() => setIsDropped(!isDropped)}
              >
                {dropped} dropped
              </button>
            )}
          </div>
        }
      />
      <TargetDrawer row={every.find(({ id }) => id === openId)} onClose={() => setOpenId(undefined)} />
    </>
  );
}

/** Jobs whose targets are those of before, because nothing new can be learnt. */
function Trouble({ jobs }: { readonly jobs: readonly ScrapeJob[] }): ReactNode {
  const failing = jobs.filter(({ errors }) => errors.length > 0);
  if (failing.length === 0) return null;
  return (
    <ul className="lw-targets-trouble" data-testid="targets-trouble">
      {failing.map(({ job, active, errors }) => (
        <li key={job} className="lw-row">
          <StatusMark state="degraded" silent />
          <span>
            {job}: {errors[0]} {active > 0 && `Its ${plural(active, 'target')} found before stay.`}
          </span>
        </li>
      ))}
    </ul>
  );
}
