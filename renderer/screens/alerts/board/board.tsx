// The alerts in the groups that are told together: filtered, folded, silenced where they stand. The engine cuts pages, so that
// ten thousand are as quick as ten.
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import type { Board, DeviceSummary } from '../../../../shared/contract/index.ts';
import { plural } from '../../../../shared/units/index.ts';
import { useDevices } from '../../../app/data/queries.ts';
import { Empty, Failed, Loading } from '../../../components/states.tsx';
import { useBoard } from '../use-alerting.ts';
import { BoardFilters } from './board-filters.tsx';
import './board.css';
import { filterOf } from './filters.ts';
import { AlertLine, GroupLine } from './lines.tsx';

const GROUP_PX = 40;
const ALERT_PX = 52;
const WINDOW = 200;
const STEP = 50;
const NO_DEVICES: readonly DeviceSummary[] = [];

type Row = Board['rows'][number];

export function AlertBoard(): ReactNode {
  const search = useSearch({ from: '/alerts' });
  const { state, severity, device, label } = search;
  const filter = useMemo(
    () =>
      filterOf({
        ...(state !== undefined && { state }),
        ...(severity !== undefined && { severity }),
        ...(device !== undefined && { device }),
        ...(label !== undefined && { label }),
      }),
    [state, severity, device, label],
  );
  const [folded, setFolded] = useState<readonly string[]>([]);
  const [offset, setOffset] = useState(0);
  const page = useBoard({ ...filter, folded: [...folded], offset, limit: WINDOW });
  const devices = useDevices().data ?? NO_DEVICES;
  const byId = useMemo(() => new Map(devices.map((one) => [one.id, one])), [devices]);
  const isFiltered = severity !== undefined || device !== undefined || label !== undefined || state !== undefined;

  if (page.data === undefined) {
    return page.isError ? (
      <Failed
        what="The alerts could not be loaded"
        error={page.error}
        sinceMs={page.errorUpdatedAt}
        onRetry={() => void page.refetch()}
      />
    ) : (
      <Loading height={300} />
    );
  }
  const { board } = page.data;
  const fold = (id: string): void =>
    setFolded((before) => (before.includes(id) ? before.filter((one) => one !== id) : [...before, id]));
  return (
    <div className="lw-board" data-testid="alert-board">
      <BoardFilters search={search} board={board} devices={devices} />
      {page.isError && (
        <Failed what="These alerts are not up to date" error={page.error} onRetry={() => void page.refetch()} />
      )}
      {board.total === 0 ? (
        isFiltered ? (
          <Empty text="No alert fits the filter.">
            <Link to="/alerts" className="lw-link">
              Show all
            </Link>
          </Empty>
        ) : (
          <Empty text="Nothing is wrong: no alert is firing or pending.">
            <Link to="/alerts" search={{ tab: 'history' }} className="lw-link">
              See what was
            </Link>
          </Empty>
        )
      ) : (
        <Lines page={page.data} isStale={page.isPlaceholderData} devices={byId} onFold={fold} onWindow={setOffset} />
      )}
    </div>
  );
}

type LinesProps = {
  readonly page: { readonly offset: number; readonly board: Board };
  readonly isStale: boolean;
  readonly devices: ReadonlyMap<string, DeviceSummary>;
  readonly onFold: (groupId: string) => void;
  readonly onWindow: (offset: number) => void;
};

function Lines({ page: { offset, board }, isStale, devices, onFold, onWindow }: LinesProps): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const idBase = useId();
  const [active, setActive] = useState(0);
  const rowAt = (index: number): Row | undefined => board.rows[index - offset];
  // Without the React compiler the virtualizer's own renders are enough.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: board.total,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rowAt(index)?.kind === 'group' ? GROUP_PX : ALERT_PX),
    overscan: 6,
    initialRect: { width: 0, height: 720 },
  });
  const kinds = board.rows.map(({ kind }) => (kind === 'group' ? 'g' : 'a')).join('');
  useEffect(() => virtual.measure(), [virtual, kinds, offset]);
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => {
    const isWithin = first >= offset && last < offset + WINDOW;
    if (isWithin || board.total === 0) return;
    onWindow(Math.max(0, Math.floor((first - STEP) / STEP) * STEP));
  }, [first, last, offset, board.total, onWindow]);

  const open = (row: Row | undefined): void => {
    if (row?.kind === 'group') onFold(row.id);
    else if (row !== undefined) {
      void navigate({
        to: '/alerts/$fingerprint',
        params: { fingerprint: row.fingerprint },
        search: { at: row.activeAtMs },
      });
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    const most = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 360) / ALERT_PX) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + most,
      PageUp: active - most,
      Home: 0,
      End: board.total - 1,
    };
    const row = rowAt(active);
    const wanted = moves[event.key];
    if (wanted !== undefined) {
      const next = Math.min(board.total - 1, Math.max(0, wanted));
      setActive(next);
      virtual.scrollToIndex(next, { align: 'auto' });
    } else if (event.key === 'Enter' || event.key === ' ') open(row);
    else if (event.key === 'ArrowLeft' && row?.kind === 'group' && !row.isFolded) onFold(row.id);
    else if (event.key === 'ArrowRight' && row?.kind === 'group' && row.isFolded) onFold(row.id);
    else if (event.key === 's') document.querySelector<HTMLElement>(`[data-silences="${active}"]`)?.click();
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={scroller}
      className="lw-board-lines"
      role="treegrid"
      aria-label={`${plural(board.groups, 'group')} of alerts`}
      aria-rowcount={board.total}
      aria-activedescendant={items.some(({ index }) => index === active) ? `${idBase}${active}` : undefined}
      tabIndex={0}
      data-stale={isStale || undefined}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map((item) => {
          const row = rowAt(item.index);
          const isGroup = row?.kind === 'group';
          return (
            <div
              key={item.key}
              id={`${idBase}${item.index}`}
              role="row"
              aria-rowindex={item.index + 1}
              aria-level={isGroup ? 1 : 2}
              aria-expanded={isGroup ? !row.isFolded : undefined}
              className={isGroup ? 'lw-board-group' : 'lw-board-alert'}
              data-active={item.index === active || undefined}
              data-testid={row?.kind === 'alert' ? `alert-${row.name}` : undefined}
              style={{ height: item.size, transform: `translateY(${item.start}px)` }}
              onClick={() => {
                setActive(item.index);
                open(row);
              }}
            >
              {row === undefined && <span role="gridcell" aria-label="Loading" className="lw-board-coming" />}
              {row?.kind === 'group' && <GroupLine group={row} index={item.index} />}
              {row?.kind === 'alert' && (
                <AlertLine
                  alert={row}
                  index={item.index}
                  device={row.deviceId === null ? undefined : devices.get(row.deviceId)}
                />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
