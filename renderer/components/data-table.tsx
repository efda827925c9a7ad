// The table that every list uses: virtual rows, sorting, a filter, a column chooser, the keyboard, CSV.
import { Menu } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconColumns3, IconCopy } from '@tabler/icons-react';
import {
  columnFilteringFeature,
  columnVisibilityFeature,
  createColumnHelper,
  createFilteredRowModel,
  createSortedRowModel,
  filterFn_includesString,
  globalFilteringFeature,
  metaHelper,
  rowSortingFeature,
  sortFn_alphanumeric,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import type { ColumnDef, RowData } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { watchWidth } from '../charts/sight.ts';
import { toCsv } from './csv.ts';
import './data-table.css';
import { yielding } from './fit-columns.ts';

type Meta = {
  /** A CSS grid track: '120px', 'minmax(160px, 2fr)'. */
  readonly width: string;
  readonly align?: 'right';
  /** Left out where the table is too narrow for all, the lowest first. */
  readonly yields?: number;
  /** What goes into the CSV where the accessor's value is not what should. */
  readonly csv?: (row: never) => string;
};

const features = tableFeatures({
  rowSortingFeature,
  columnFilteringFeature,
  globalFilteringFeature,
  columnVisibilityFeature,
  sortedRowModel: createSortedRowModel(),
  filteredRowModel: createFilteredRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric },
  filterFns: { includesString: filterFn_includesString },
  columnMeta: metaHelper<Meta>(),
});

export type Column<Row extends RowData> = ColumnDef<typeof features, Row>;
export const columnHelper = <Row extends RowData>() => createColumnHelper<typeof features, Row>();

type Selection = {
  readonly selected: ReadonlySet<string>;
  readonly onChange: (selected: ReadonlySet<string>) => void;
};

type Props<Row extends RowData> = {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly idOf: (row: Row) => string;
  readonly onOpen?: (row: Row) => void;
  readonly selectedId?: string | undefined;
  /** A box before each row, and one for all that the filter leaves. */
  readonly selection?: Selection | undefined;
  readonly initialSort?: { readonly id: string; readonly desc: boolean };
  readonly filterHint?: string;
  /** Controls of the screen's own beside the filter. */
  readonly tools?: ReactNode;
  readonly nothing: string;
  /** Takes the height of its rows instead of the height that there is. */
  readonly inline?: boolean;
  readonly testId?: string;
};

const ROW_PX = 36;

export function DataTable<Row extends RowData>(props: Props<Row>): ReactNode {
  const { rows: data, columns, idOf, onOpen, selection, inline = false } = props;
  const [filter, setFilter] = useState('');
  const table = useTable({
    features,
    data,
    columns,
    getRowId: idOf,
    globalFilterFn: 'includesString',
    enableSortingRemoval: false,
    initialState: { sorting: props.initialSort === undefined ? [] : [props.initialSort] },
  });
  useEffect(() => table.setGlobalFilter(filter), [table, filter]);
  const rows = table.getRowModel().rows;
  const [widthPx, setWidthPx] = useState(0);
  const chosen = table.getVisibleLeafColumns();
  const left = yielding(
    chosen.map(({ id, columnDef }) => ({
      id,
      width: columnDef.meta?.width ?? 'minmax(80px, 1fr)',
      yields: columnDef.meta?.yields,
    })),
    widthPx,
  );
  const visible = chosen.filter(({ id }) => !left.has(id));
  const tracks = [
    ...(selection === undefined ? [] : ['16px']),
    ...visible.map((column) => column.columnDef.meta?.width ?? 'minmax(80px, 1fr)'),
  ].join(' ');
  const chooseAll = (choose: boolean): void => {
    const ids = new Set(selection?.selected);
    for (const { id } of rows) {
      if (choose) ids.add(id);
      else ids.delete(id);
    }
    selection?.onChange(ids);
  };
  const chooseOne = (id: string): void => {
    const ids = new Set(selection?.selected);
    if (!ids.delete(id)) ids.add(id);
    selection?.onChange(ids);
  };
  const chosenRows = selection === undefined ? 0 : rows.filter(({ id }) => selection.selected.has(id)).length;
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => (scroller.current === null ? undefined : watchWidth(scroller.current, setWidthPx)), []);
  const [active, setActive] = useState(0);
  const idBase = useId();
  // Without the React compiler the virtualizer's own renders are enough.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 8,
    initialRect: { width: 0, height: 720 },
  });

  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 360) / ROW_PX) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: rows.length - 1,
    };
    const wanted = moves[event.key];
    if (event.key === ' ' && selection !== undefined && event.target === event.currentTarget) {
      const row = rows[active];
      if (row === undefined) return;
      event.preventDefault();
      chooseOne(row.id);
    } else if (event.key === 'Enter' || event.key === ' ') {
      const row = rows[active];
      if (row === undefined || onOpen === undefined || event.target !== event.currentTarget) return;
      event.preventDefault();
      onOpen(row.original);
    } else if (wanted !== undefined && rows.length > 0) {
      event.preventDefault();
      const next = Math.min(rows.length - 1, Math.max(0, wanted));
      setActive(next);
      virtual.scrollToIndex(next, { align: 'auto' });
    }
  };

  const copy = (): void => {
    const shown = chosen.filter(
      (column) => typeof column.columnDef.header === 'string' && column.columnDef.header !== '',
    );
    const head = shown.map((column) => String(column.columnDef.header));
    const body = rows.map((row) =>
      shown.map((column) => {
        const own = column.columnDef.meta?.csv;
        const value: unknown = own === undefined ? row.getValue(column.id) : own(row.original as never);
        return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
          ? String(value)
          : '';
      }),
    );
    void navigator.clipboard.writeText(toCsv([head, ...body]));
  };

  const hideable = table.getAllLeafColumns().filter((column) => column.getCanHide());
  const filtered = filter !== '';
  return (
    <div className="lw-table-wrap" data-inline={inline || undefined}>
      <div className="lw-table-tools">
        <input
          className="lw-table-filter"
          type="search"
          placeholder={props.filterHint ?? 'Filter'}
          aria-label={`Filter ${props.label}`}
          value={filter}
          onChange={(event) => {
            setFilter(event.target.value);
            setActive(0);
          }}
        />
        {props.tools}
        <span className="lw-label" style={{ marginLeft: 'auto' }} role="status">
          {filtered ? `${rows.length} of ${data.length}` : ''}
        </span>
        <CopyButton onCopy={copy} />
        <Menu position="bottom-end" closeOnItemClick={false}>
          <Menu.Target>
            <button type="button" className="lw-icon-button" aria-label="Choose columns" title="Choose columns">
              <IconColumns3 size={16} stroke={1.5} aria-hidden />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {hideable.map((column) => (
              <Menu.Item
                key={column.id}
                role="menuitemcheckbox"
                aria-checked={column.getIsVisible()}
                leftSection={
                  <span style={{ width: 12, display: 'inline-block' }}>{column.getIsVisible() ? '✓' : ''}</span>
                }
                onClick={() => column.toggleVisibility()}
              >
                {String(column.columnDef.header)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
      <div
        ref={scroller}
        className="lw-table"
        role="grid"
        aria-label={props.label}
        aria-rowcount={rows.length + 1}
        aria-activedescendant={rows[active] === undefined ? undefined : `${idBase}${active}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        data-testid={props.testId}
      >
        <div className="lw-table-head" role="rowgroup">
          <div className="lw-table-row" role="row" aria-rowindex={1} style={{ gridTemplateColumns: tracks }}>
            {selection !== undefined && (
              <div role="columnheader" className="lw-cell">
                <input
                  type="checkbox"
                  className="lw-check"
                  aria-label="Select all"
                  tabIndex={-1}
                  checked={rows.length > 0 && chosenRows === rows.length}
                  ref={(box) => {
                    if (box !== null) box.indeterminate = chosenRows > 0 && chosenRows < rows.length;
                  }}
                  onChange={(event) => chooseAll(event.target.checked)}
                />
              </div>
            )}
            {table.getHeaderGroups().flatMap((group) =>
              group.headers.map((header) => {
                if (left.has(header.column.id)) return null;
                const sorted = header.column.getIsSorted();
                const right = header.column.columnDef.meta?.align === 'right';
                return (
                  <div
                    key={header.id}
                    role="columnheader"
                    className="lw-cell"
                    data-right={right || undefined}
                    aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : 'none'}
                  >
                    {header.column.getCanSort() ? (
                      <button
                        type="button"
                        className="lw-sort"
                        tabIndex={-1}
                        onClick={(event) => header.column.getToggleSortingHandler()?.(event)}
                      >
                        <table.FlexRender header={header} />
                        {sorted === 'asc' && <IconChevronUp size={12} aria-hidden />}
                        {sorted === 'desc' && <IconChevronDown size={12} aria-hidden />}
                      </button>
                    ) : (
                      <table.FlexRender header={header} />
                    )}
                  </div>
                );
              }),
            )}
          </div>
        </div>
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <div
                key={row.id}
                id={`${idBase}${item.index}`}
                role="row"
                aria-rowindex={item.index + 2}
                aria-selected={props.selectedId === row.id || selection?.selected.has(row.id) === true}
                className="lw-table-row lw-table-line"
                data-active={item.index === active || undefined}
                data-opens={onOpen !== undefined || undefined}
                style={{ gridTemplateColumns: tracks, height: ROW_PX, transform: `translateY(${item.start}px)` }}
                onClick={() => {
                  setActive(item.index);
                  onOpen?.(row.original);
                }}
              >
                {selection !== undefined && (
                  <div role="gridcell" className="lw-cell">
                    <input
                      type="checkbox"
                      className="lw-check"
                      aria-label="Select"
                      tabIndex={-1}
                      checked={selection.selected.has(row.id)}
                      onClick={(event) => event.stopPropagation()}
                      onChange={() => chooseOne(row.id)}
                    />
                  </div>
                )}
                {row
                  .getVisibleCells()
                  .filter(({ column }) => !left.has(column.id))
                  .map((cell) => (
                    <div
                      key={cell.id}
                      role="gridcell"
                      className="lw-cell"
                      data-right={cell.column.columnDef.meta?.align === 'right' || undefined}
                    >
                      <table.FlexRender cell={cell} />
                    </div>
                  ))}
              </div>
            );
          })}
        </div>
        {rows.length === 0 && (
          <p className="lw-dim" style={{ padding: 16 }}>
            {filtered ? 'Nothing matches the filter.' : props.nothing}
          </p>
        )}
      </div>
    </div>
  );
}

function CopyButton({ onCopy }: { readonly onCopy: () => void }): ReactNode {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      className="lw-icon-button"
      aria-label="Copy as CSV"
      title="Copy as CSV"
      onClick={() => {
        onCopy();
        setCopied(true);
      }}
    >
      <IconCopy size={16} stroke={1.5} aria-hidden />
      {copied && <span className="lw-label">copied</span>}
    </button>
  );
}
