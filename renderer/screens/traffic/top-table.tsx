// The largest as a table: their rates, sums and shares; a row goes into it, its swatch shows it alone in the graph.
import { Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { FlowAnswer, FlowKey, FlowMeasure, FlowRow } from '../../../shared/model/flow-question.ts';
import { NO_VALUE, formatValue } from '../../../shared/units/index.ts';
import { useScheme } from '../../app/theme/scheme.tsx';
import { looksOf } from '../../charts/palette.ts';
import type { Look } from '../../charts/palette.ts';
import type { ChartShape } from '../../charts/series.ts';
import { Swatch } from '../../charts/swatch.tsx';
import { columnHelper, DataTable } from '../../components/data-table.tsx';
import { OTHER_ID, namesOf } from './drawing.ts';
import { Change, Share } from './share.tsx';
import { KEY_WORDS, detailOf, keyTitle, perRate, rateUnit, rowId, sumUnit } from './words.ts';

export type TopRow = Omit<FlowRow, 'keys' | 'seriesIn' | 'seriesOut'> & {
  readonly id: string;
  /** As in the graph. */
  readonly name: string;
  /** None for what is left over. */
  readonly keys: FlowRow['keys'];
  readonly share: number;
};

export function topRows(answer: FlowAnswer, measure: FlowMeasure): TopRow[] {
  const names = namesOf(answer);
  // By either end, or either interface, a conversation counts twice: shares are of what was counted then.
  const counted = answer.rows.reduce((sum, row) => sum + row[measure], answer.other?.[measure] ?? 0);
  const all = Math.max(answer.total[measure], counted);
  const share = (part: number): number => (all > 0 ? (100 * part) / all : 0);
  const rows = answer.rows.map((row): TopRow => {
    const id = rowId(row.keys);
    return { ...row, id, name: names.get(id) ?? id, share: share(row[measure]) };
  });
  const { other } = answer;
  if (other === null) return rows;
  return [...rows, { ...other, id: OTHER_ID, name: OTHER_ID, keys: [], previous: null, share: share(other[measure]) }];
}

type Props = {
  readonly answer: FlowAnswer;
  readonly by: readonly FlowKey[];
  readonly measure: FlowMeasure;
  readonly shape: ChartShape;
  readonly isolated: ReadonlySet<string>;
  readonly onIsolate: (name: string, add: boolean) => void;
  readonly onInto: (row: TopRow) => void;
  readonly onWithout: (row: TopRow) => void;
  /** The rest is opened: more of them are asked for. */
  readonly onMore: (() => void) | undefined;
  readonly compares: boolean;
};

const helper = columnHelper<TopRow>();

export function TopTable(props: Props): ReactNode {
  const { answer, by, measure, shape, isolated, onIsolate, onInto, onWithout, onMore, compares } = props;
  const scheme = useScheme();
  const navigate = useNavigate();
  const looks = useMemo(() => looksOf(shape, scheme), [shape, scheme]);
  const rows = useMemo(() => topRows(answer, measure), [answer, measure]);
  const columns = useMemo(
    () =>
      columnsOf({
        by,
        measure,
        looks,
        isolated,
        compares,
        more: answer.groups - answer.rows.length,
        isCapped: answer.isGroupsCapped,
        onIsolate,
        onInto,
        onWithout,
        onDevice: (deviceId) => void navigate({ to: '/devices/$deviceId', params: { deviceId } }),
      }),
    [answer, by, measure, looks, isolated, onIsolate, onInto, onWithout, compares, navigate],
  );
  return (
    <DataTable
      inline
      label="Traffic"
      testId="traffic-table"
      rows={rows}
      columns={columns}
      idOf={({ id }) => id}
      initialSort={{ id: 'sum', desc: true }}
      filterHint="Find in these rows"
      nothing="Nothing."
      onOpen={(row) => {
        if (row.id === OTHER_ID) onMore?.();
        else onInto(row);
      }}
    />
  );
}

type ColumnOptions = Pick<Props, 'by' | 'measure' | 'isolated' | 'compares' | 'onIsolate' | 'onInto' | 'onWithout'> & {
  readonly looks: ReadonlyMap<string, Look>;
  readonly more: number;
  readonly isCapped: boolean;
  readonly onDevice: (deviceId: string) => void;
};

function columnsOf(options: ColumnOptions) {
  const { by, measure, looks, isolated, compares, more, isCapped, onIsolate, onInto, onWithout, onDevice } = options;
  const scale = perRate(measure);
  const rate = rateUnit(measure);
  const sum = sumUnit(measure);
  const rateColumn = (field: 'avg' | 'max' | 'last' | 'p95', yields: number | undefined) =>
    helper.accessor((row) => row.rates[field] * scale, {
      id: field,
      header: field,
      meta: { width: '76px', align: 'right', ...(yields !== undefined && { yields }) },
      cell: ({ getValue }) => formatValue(getValue(), rate),
    });
  const sumColumn = (id: string, header: string, of: (row: TopRow) => number, yields: number | undefined) =>
    helper.accessor(of, {
      id,
      header,
      meta: { width: '80px', align: 'right', ...(yields !== undefined && { yields }) },
      cell: ({ getValue }) => formatValue(getValue(), sum),
    });
  const key = (kind: FlowKey, place: number) =>
    helper.accessor((row) => row.keys[place]?.label ?? (place === 0 ? OTHER_ID : ''), {
      id: `key ${place}`,
      header: KEY_WORDS[kind],
      enableHiding: false,
      meta: { width: place === 0 ? 'minmax(190px, 2fr)' : 'minmax(110px, 1.4fr)' },
      cell: ({ row: { original } }) => (
        <NameCell
          row={original}
          place={place}
          look={place === 0 ? looks.get(`${original.id} in`) : undefined}
          groups={more}
          isCapped={isCapped}
          isolated={isolated.has(original.name)}
          onIsolate={onIsolate}
        />
      ),
    });
  return helper.columns([
    ...by.map(key),
    rateColumn('avg', undefined),
    rateColumn('max', 3),
    rateColumn('last', 2),
    rateColumn('p95', undefined),
    sumColumn(
      'sum',
      measure === 'bytes' ? 'Bytes' : measure === 'packets' ? 'Packets' : 'Flows',
      (row) => row[measure],
      undefined,
    ),
    helper.accessor('share', {
      header: 'Share',
      meta: { width: '116px', align: 'right', yields: 5 },
      cell: ({ getValue }) => <Share percent={getValue()} />,
    }),
    sumColumn('in', 'In', (row) => row.in[measure], 1),
    sumColumn('out', 'Out', (row) => row.out[measure], 1),
    ...(compares
      ? [
          helper.accessor((row) => row.previous?.[measure] ?? -1, {
            id: 'previous',
            header: 'Before',
            meta: {
              width: '84px',
              align: 'right' as const,
              yields: 6,
              csv: ({ previous }: TopRow) => String(previous?.[measure] ?? ''),
            },
            cell: ({ row: { original } }) =>
              original.previous === null ? (
                <span className="lw-dim">{NO_VALUE}</span>
              ) : (
                <Change now={original[measure]} before={original.previous[measure]} unit={sum} />
              ),
          }),
        ]
      : []),
    helper.display({
      id: 'more',
      header: () => <span className="lw-sr">More</span>,
      enableHiding: false,
      meta: { width: '28px' },
      cell: ({ row: { original } }) =>
        original.id === OTHER_ID ? null : (
          <RowMenu row={original} onInto={onInto} onWithout={onWithout} onDevice={onDevice} />
        ),
    }),
  ]);
}

type NameProps = {
  readonly row: TopRow;
  readonly place: number;
  readonly look: Look | undefined;
  readonly groups: number;
  readonly isCapped: boolean;
  readonly isolated: boolean;
  readonly onIsolate: (name: string, add: boolean) => void;
};

function NameCell({ row, place, look, groups, isCapped, isolated, onIsolate }: NameProps): ReactNode {
  const key = row.keys[place];
  if (place > 0) {
    return (
      <span className="lw-ellipsis" title={key === undefined ? undefined : keyTitle(key)}>
        {key?.label}
      </span>
    );
  }
  return (
    <span className="lw-row">
      <button
        type="button"
        className="lw-traffic-swatch"
        aria-pressed={isolated}
        aria-label={`Show ${row.name} alone`}
        title={isolated ? 'Show all again' : 'Show alone in the graph; with Ctrl beside others'}
        onClick={(event) => {
          event.stopPropagation();
          onIsolate(row.name, event.ctrlKey || event.metaKey || event.shiftKey);
        }}
      >
        <Swatch look={look} />
      </button>
      {key === undefined ? (
        <span className="lw-dim" title="Open to show more of them">
          other{groups > 0 ? `, ${isCapped ? 'more than ' : ''}${groups.toLocaleString('en')} more` : ''}
        </span>
      ) : (
        <>
          <span className="lw-ellipsis lw-traffic-name" title={keyTitle(key)}>
            {key.label}
          </span>
          <span className="lw-dim lw-ellipsis">{detailOf(key)}</span>
        </>
      )}
    </span>
  );
}

type MenuProps = {
  readonly row: TopRow;
  readonly onInto: (row: TopRow) => void;
  readonly onWithout: (row: TopRow) => void;
  readonly onDevice: (deviceId: string) => void;
};

function RowMenu({ row, onInto, onWithout, onDevice }: MenuProps): ReactNode {
  const devices = [...new Set(row.keys.flatMap(({ deviceId }) => deviceId ?? []))];
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <button
          type="button"
          className="lw-traffic-more"
          aria-label={`More for ${row.name}`}
          onClick={(event) => event.stopPropagation()}
        >
          <IconDots size={14} stroke={1.5} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown onClick={(event) => event.stopPropagation()}>
        <Menu.Item onClick={() => onInto(row)}>Only this</Menu.Item>
        <Menu.Item onClick={() => onWithout(row)}>Without this</Menu.Item>
        {devices.map((id) => (
          <Menu.Item key={id} onClick={() => onDevice(id)}>
            Open {id}
          </Menu.Item>
        ))}
        <Menu.Item
          onClick={() => void navigator.clipboard.writeText(row.keys.map(({ filter }) => filter).join(' and '))}
        >
          Copy as a filter
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
