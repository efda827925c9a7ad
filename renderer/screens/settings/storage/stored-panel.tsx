// How much is stored, by resolution; how it grows, and when it is full.
import type { ReactNode } from 'react';
import type { StorageStatus, StorageTier } from '../../../../shared/contract/index.ts';
import { NO_VALUE, formatDay, formatExact, formatValue, plural } from '../../../../shared/units/index.ts';
import { useNow } from '../../../app/data/clock.tsx';
import { StatusMark } from '../../../components/status.tsx';
import { costOf } from './cost.ts';
import { MaxSize } from './max-size.tsx';
import { outlookOf } from './outlook.ts';
import { retentionOf } from './retention-draft.ts';
import { keepWords, limitWords, resolutionWords } from './words.ts';

const MINUTE_MS = 60_000;
const FLOW_TIER_WORDS = {
  '1m': 'Flows by the minute',
  '10m': 'Flows by ten minutes',
  '1d': 'Flows by the day',
} as const;

export function StoredPanel({ status }: { readonly status: StorageStatus }): ReactNode {
  const now = useNow(MINUTE_MS);
  const expected = costOf(status, retentionOf(status))?.bytesPerDay ?? null;
  const { state, growth, full } = outlookOf(status, now, expected);
  return (
    <section className="lw-panel" aria-label="Stored" data-testid="storage-stored">
      <div className="lw-storage-columns">
        <div className="lw-stack" style={{ gap: 12 }}>
          <p className="lw-storage-size">
            <strong data-testid="storage-total">{formatValue(status.totalBytes, 'bytes')}</strong>
            <span className="lw-dim"> of {limitWords(status.maxBytes)}</span>
          </p>
          <FillBar status={status} />
          <p className="lw-row lw-storage-outlook" data-testid="storage-outlook">
            <StatusMark state={state} silent />
            <span>
              {growth} {full}
            </span>
          </p>
          {status.problem !== null && (
            <p className="lw-row lw-storage-outlook" role="alert">
              <StatusMark state="offline" silent />
              <span>{status.problem}</span>
            </p>
          )}
        </div>
        <Facts status={status} />
      </div>
      <TierTable status={status} now={now} />
    </section>
  );
}

type OldestProps = { readonly tier: Pick<StorageTier, 'oldestMs' | 'bytes'>; readonly now: number };

function Oldest({ tier: { oldestMs, bytes }, now }: OldestProps): ReactNode {
  // A file that cannot be opened while the disk is full has its size, but does not tell its times.
  if (oldestMs === null) return <span className="lw-dim">{bytes > 0 ? NO_VALUE : 'nothing yet'}</span>;
  return (
    <time dateTime={new Date(oldestMs).toISOString()} title={formatExact(oldestMs)}>
      {formatDay(oldestMs, now)}
    </time>
  );
}

/** The limit's whole length; the tiers as parts of it, finest first, in ever lighter greys. */
function FillBar({ status: { tiers, flows, totalBytes, maxBytes } }: { readonly status: StorageStatus }): ReactNode {
  const share = (bytes: number): string => `${(Math.min(1, bytes / Math.max(1, maxBytes)) * 100).toFixed(3)}%`;
  return (
    <div
      className="lw-storage-bar"
      role="img"
      aria-label={`${((totalBytes / Math.max(1, maxBytes)) * 100).toFixed(1)} percent of the limit`}
    >
      {tiers.map(({ name, bytes }, i) => (
        <span key={name} style={{ width: share(bytes), opacity: 1 - Math.min(i, 3) * 0.22 }} />
      ))}
      {flows.bytes > 0 && <span className="lw-storage-bar-flows" style={{ width: share(flows.bytes) }} />}
    </div>
  );
}

function Facts({ status }: { readonly status: StorageStatus }): ReactNode {
  const { daysToMerge, daysToSummarise, deletions } = status.upkeep;
  const work = [
    daysToMerge > 0 ? `packing ${plural(daysToMerge, 'day')}` : '',
    daysToSummarise > 0 ? `summarising ${plural(daysToSummarise, 'day')}` : '',
    deletions > 0 ? `purging ${plural(deletions, 'deletion')}` : '',
  ].filter((words) => words !== '');
  return (
    <dl className="lw-facts lw-storage-facts">
      <dt>Limit</dt>
      <dd>
        <MaxSize status={status} />
      </dd>
      <dt>Free on the disk</dt>
      <dd>{formatValue(status.freeBytes, 'bytes')}</dd>
      <dt>Series</dt>
      <dd>
        {formatValue(status.series, 'count')}{' '}
        <span className="lw-dim">of {formatValue(status.maxSeries, 'count')}</span>
      </dd>
      <dt>Samples</dt>
      <dd>{status.samplesPerDay === null ? NO_VALUE : `${formatValue(status.samplesPerDay, 'count')} a day`}</dd>
      {status.flows.lostMinutes > 0 && (
        <>
          <dt>Flows not stored</dt>
          <dd>{plural(status.flows.lostMinutes, 'minute')} since the start</dd>
        </>
      )}
      <dt>In the background</dt>
      <dd data-testid="storage-upkeep">{work.length === 0 ? 'nothing to do' : work.join(', ')}</dd>
    </dl>
  );
}

type TierTableProps = { readonly status: StorageStatus; readonly now: number };

function TierTable({ status: { tiers, flows, totalBytes }, now }: TierTableProps): ReactNode {
  const rest = totalBytes - flows.bytes - tiers.reduce((sum, { bytes }) => sum + bytes, 0);
  return (
    <table className="lw-storage-tiers" data-testid="storage-tiers">
      <thead>
        <tr>
          <th scope="col">Resolution</th>
          <th scope="col">Kept for</th>
          <th scope="col">Reaches back to</th>
          <th scope="col" className="lw-num">
            Size
          </th>
        </tr>
      </thead>
      <tbody>
        {tiers.map((tier) => (
          <tr key={tier.name}>
            <td>{resolutionWords(tier.name, tier.resolutionMs)}</td>
            <td>{tier.keepMs === null ? <span className="lw-dim">not kept any more</span> : keepWords(tier.keepMs)}</td>
            <td>
              <Oldest tier={tier} now={now} />
            </td>
            <td className="lw-num">{formatValue(tier.bytes, 'bytes')}</td>
          </tr>
        ))}
        <tr>
          <td colSpan={3} className="lw-dim">
            Newest samples and the list of series
          </td>
          <td className="lw-num">{formatValue(Math.max(0, rest), 'bytes')}</td>
        </tr>
        {flows.tiers.map((tier) => (
          <tr key={`flows ${tier.name}`}>
            <td>{FLOW_TIER_WORDS[tier.name]}</td>
            <td>{keepWords(tier.keepMs)}</td>
            <td>
              <Oldest tier={tier} now={now} />
            </td>
            <td className="lw-num">{formatValue(tier.bytes, 'bytes')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
