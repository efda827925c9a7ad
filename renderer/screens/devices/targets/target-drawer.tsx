// One target: what was last said of it, how it is asked, its labels before and after relabelling.
import { Drawer } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { NO_VALUE, formatSeconds, formatSpan, formatValue } from '../../../../shared/units/index.ts';
import { StatusMark } from '../../../components/status.tsx';
import { Ago, Until } from '../../../components/times.tsx';
import { stateWords } from './columns.tsx';
import type { TargetRow } from './rows.ts';
import './targets.css';

type Props = { readonly row: TargetRow | undefined; readonly onClose: () => void };

export function TargetDrawer({ row, onClose }: Props): ReactNode {
  return (
    <Drawer
      opened={row !== undefined}
      onClose={onClose}
      position="right"
      size={520}
      title={row?.name ?? ''}
      withOverlay={false}
      lockScroll={false}
      trapFocus={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {row !== undefined && <Target row={row} />}
    </Drawer>
  );
}

function Target({ row }: { readonly row: TargetRow }): ReactNode {
  const facts: readonly (readonly [name: string, value: ReactNode])[] =
    row.kind === 'dropped'
      ? [['Job', row.job]]
      : [
          ['Job', row.job],
          ['Samples', formatValue(row.samples, 'count')],
          ['Took', row.durationMs === undefined ? NO_VALUE : formatSeconds(row.durationMs / 1_000)],
          ['Every', row.intervalMs === undefined ? NO_VALUE : formatSpan(row.intervalMs)],
          ['Given up after', row.timeoutMs === undefined ? NO_VALUE : formatSpan(row.timeoutMs)],
          ['Last scrape', <Ago key="last" atMs={row.lastScrapeMs} />],
          [
            'Next scrape',
            row.nextScrapeMs === null ? NO_VALUE : <Until key="next" atMs={row.nextScrapeMs} words="in" />,
          ],
        ];
  return (
    <div className="lw-target" data-testid="target-drawer">
      <p className="lw-row">
        <StatusMark state={row.state} silent />
        {stateWords(row)}
        {row.deviceId !== undefined && (
          <Link to="/devices/$deviceId" params={{ deviceId: row.deviceId }} className="lw-link lw-target-page">
            Its page
          </Link>
        )}
      </p>
      {row.said !== '' && <p>{row.said}</p>}
      {row.url !== '' && <p className="lw-dim lw-target-url">{row.url}</p>}
      <dl className="lw-target-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {row.kind === 'scraped' && <Labels title="Labels of its series" labels={row.labels} />}
      <Labels title="Labels as it was found, before relabelling" labels={row.discoveredLabels} />
    </div>
  );
}

function Labels({
  title,
  labels,
}: {
  readonly title: string;
  readonly labels: Readonly<Record<string, string>>;
}): ReactNode {
  const rows = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return (
    <section>
      <h3 className="lw-target-head">{title}</h3>
      <table className="lw-target-labels">
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
