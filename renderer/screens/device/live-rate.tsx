// Live figures of an interface: in a table's cell, and with the last minute as a line where it is open.
import type { ReactNode } from 'react';
import { formatValue } from '../../../shared/units/index.ts';
import { Sparkline } from '../../charts/sparkline.tsx';
import { useLastMinute, useLiveRate } from './live-traffic.ts';

type CellProps = { readonly name: string; readonly way: 'inBps' | 'outBps'; readonly polled: number | null };

/** The rate of this second where it is known, else that of the last polls. */
export function LiveRateCell({ name, way, polled }: CellProps): ReactNode {
  const live = useLiveRate(name);
  return (
    <span className="lw-num" title={live === undefined ? undefined : 'Measured this second'}>
      {formatValue(live === undefined ? polled : live[way], 'bps')}
    </span>
  );
}

const WAYS = [
  ['inBps', 'In now'],
  ['outBps', 'Out now'],
] as const;

/** Nothing until the first second has come. */
export function LiveFacts({ name }: { readonly name: string }): ReactNode {
  const live = useLiveRate(name);
  const minute = useLastMinute(name);
  if (live === undefined) return null;
  return WAYS.map(([way, words]) => (
    <div key={way} data-testid={`live-${way}`}>
      <dt>{words}</dt>
      <dd className="lw-row">
        {/* The line beside it must not move with the number of digits. */}
        <span className="lw-num" style={{ minWidth: 68, textAlign: 'left' }}>
          {formatValue(live[way], 'bps')}
        </span>
        <Sparkline
          values={minute.map((rate) => rate[way])}
          label={`${words === 'In now' ? 'Traffic into' : 'Traffic out of'} ${name} in the last minute`}
          width={52}
        />
      </dd>
    </div>
  ));
}
