// The largest of the last minute with what they carried in it; rows change places rarely, figures each second.
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { FlowLive } from '../../../../shared/contract/index.ts';
import type { FlowKey } from '../../../../shared/model/flow-question.ts';
import { formatValue } from '../../../../shared/units/index.ts';
import { Sparkline } from '../../../charts/sparkline.tsx';
import { Share } from '../share.tsx';
import { KEY_WORDS, detailOf, keyTitle, rowId, rowWords } from '../words.ts';
import { NOBODY, steady } from './steady.ts';
import type { Row } from './steady.ts';

const MOST = 15;

type Props = {
  readonly live: FlowLive;
  readonly by: readonly FlowKey[];
  readonly onInto: (row: Row) => void;
};

export function LiveTable({ live, by, onInto }: Props): ReactNode {
  const [held, setHeld] = useState(NOBODY);
  const order = steady(held, live.rows, MOST, live.atMs);
  if (order !== held) setHeld(order);
  const rows = order.ids.flatMap((id) => live.rows.find(({ keys }) => rowId(keys) === id) ?? []);
  const total = sum(live.totalIn) + sum(live.totalOut);
  return (
    <div className="lw-table" data-testid="live-table">
      <table className="lw-live">
        <thead>
          <tr>
            {by.map((key) => (
              <th key={key} scope="col">
                {KEY_WORDS[key]}
              </th>
            ))}
            <th scope="col">Last minute</th>
            <th scope="col" className="lw-num">
              In
            </th>
            <th scope="col" className="lw-num">
              Out
            </th>
            <th scope="col" className="lw-num">
              Bytes
            </th>
            <th scope="col" className="lw-num lw-live-share">
              Share
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowId(row.keys)} onClick={() => onInto(row)}>
              {row.keys.map((key, place) => (
                <td key={key.kind} title={keyTitle(key)}>
                  {place === 0 ? (
                    <button
                      type="button"
                      className="lw-live-name"
                      aria-label={`Only ${rowWords(row.keys)}`}
                      onClick={(event) => {
                        event.stopPropagation();
                        onInto(row);
                      }}
                    >
                      {key.label}
                    </button>
                  ) : (
                    key.label
                  )}{' '}
                  <span className="lw-dim">{detailOf(key)}</span>
                </td>
              ))}
              <td>
                <Sparkline
                  width={120}
                  values={row.seriesIn.map((value, step) => value + (row.seriesOut[step] ?? 0))}
                  label={`Traffic of ${rowWords(row.keys)} in the last minute`}
                />
              </td>
              <td className="lw-num">{formatValue(meanOf(row.seriesIn) * 8, 'bps')}</td>
              <td className="lw-num">{formatValue(meanOf(row.seriesOut) * 8, 'bps')}</td>
              <td className="lw-num">{formatValue(row.bytes, 'bytes')}</td>
              <td className="lw-num lw-live-share">
                <Share percent={total > 0 ? (100 * row.bytes) / total : 0} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p className="lw-dim lw-live-none">Nothing in the last minute.</p>}
    </div>
  );
}

/** Of the whole minute: of the newest seconds routers have not told yet. */
const meanOf = (values: readonly number[]): number => (values.length === 0 ? 0 : sum(values) / values.length);
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
