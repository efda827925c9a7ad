// The legend as a table: now, average, highest and 95th percentile; a click shows one series alone. React lays out the
// rows; the figures, which change with every picture, are written into their cells past it.
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { memo, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode, Ref } from 'react';
import { NO_VALUE, formatValue } from '../../shared/units/index.ts';
import type { Unit } from '../../shared/units/index.ts';
import type { Look } from './palette.ts';
import { figuresOf } from './series.ts';
import type { ChartShape, Figures, Sides } from './series.ts';
import type { ChartSource } from './source.ts';
import { Swatch } from './swatch.tsx';

export type LegendHandle = {
  /** Under the crosshair the first figure is that step's; null: the newest. */
  readonly point: (step: number | null) => void;
};

type Props = {
  readonly ref: Ref<LegendHandle>;
  readonly shape: ChartShape;
  readonly sides: Sides;
  readonly source: ChartSource;
  readonly looks: ReadonlyMap<string, Look>;
  readonly unit: Unit;
  readonly isolated: ReadonlySet<string>;
  /** `add` with Ctrl or Shift: beside what is shown already. */
  readonly onToggle: (name: string, add: boolean) => void;
  readonly hidden: ReadonlySet<string>;
  /** Absent where there are few series: then they are not hidden one by one, nor searched. */
  readonly onHide: ((name: string) => void) | undefined;
};

/** An in/out pair stands together, in the order in which the names are drawn. */
function rowsOf(shape: ChartShape): ChartShape {
  const names = [...new Set(shape.map((one) => one.name))];
  return names.flatMap((name) => shape.filter((one) => one.name === name));
}

/** So many are found by looking. */
const FEW = 8;
const FIGURES = ['now', 'avg', 'max', 'p95'] as const;

export const ChartLegend = memo(function ChartLegend(props: Props): ReactNode {
  const { ref, shape, source, looks, unit, isolated, onToggle, sides, hidden, onHide } = props;
  const [wanted, setWanted] = useState('');
  const rows = useMemo(() => {
    const text = wanted.trim().toLowerCase();
    return rowsOf(shape).filter(({ name }) => name.toLowerCase().includes(text));
  }, [shape, wanted]);
  const table = useRef<HTMLTableElement>(null);
  const writer = useRef<LegendWriter | null>(null);
  useLayoutEffect(() => {
    if (table.current === null) return;
    const created = new LegendWriter(table.current, rows, source, unit);
    writer.current = created;
    created.draw();
    return source.subscribe(() => created.draw());
  }, [rows, source, unit]);
  useImperativeHandle(ref, () => ({ point: (step) => writer.current?.point(step) }), []);

  const mixed = shape.some((one) => one.direction !== null);
  const searched = onHide !== undefined && shape.length > FEW;
  const list = (
    <div className="lw-legend-scroll" tabIndex={shape.length > 6 ? 0 : undefined}>
      <table className="lw-legend" ref={table}>
        <thead>
          <tr>
            <th scope="col">
              <span className="lw-sr">Series</span>
            </th>
            {FIGURES.map((figure) => (
              <th scope="col" key={figure}>
                {figure}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((series) => (
            <tr
              key={series.id}
              data-faded={(isolated.size > 0 ? !isolated.has(series.name) : hidden.has(series.name)) || undefined}
            >
              <th scope="row">
                <span className="lw-legend-cell">
                  {onHide !== undefined && <HideButton name={series.name} hidden={hidden} onHide={onHide} />}
                  <button
                    type="button"
                    className="lw-legend-name"
                    title={series.name}
                    aria-pressed={isolated.has(series.name)}
                    onClick={(event) => onToggle(series.name, event.ctrlKey || event.metaKey || event.shiftKey)}
                  >
                    <Swatch look={looks.get(series.id)} />
                    <span className="lw-ellipsis">{series.name}</span>
                    {mixed && series.direction !== null && <span className="lw-dim">{sides[series.direction]}</span>}
                  </button>
                </span>
              </th>
              {FIGURES.map((figure) => (
                <td key={figure}>
                  {/* A box of a fixed size: what is written into it moves nothing else. */}
                  <span className="lw-legend-figure">{NO_VALUE}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
  if (!searched) return list;
  return (
    <div className="lw-legend-many">
      <div className="lw-legend-find">
        <input
          className="lw-table-filter"
          type="search"
          placeholder="Find a series"
          aria-label="Find a series"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
        <span className="lw-label" role="status">
          {wanted.trim() === '' ? '' : `${rows.length} of ${shape.length}`}
        </span>
      </div>
      {list}
    </div>
  );
});

type HideProps = {
  readonly name: string;
  readonly hidden: ReadonlySet<string>;
  readonly onHide: (name: string) => void;
};

function HideButton({ name, hidden, onHide }: HideProps): ReactNode {
  const isHidden = hidden.has(name);
  const Icon = isHidden ? IconEyeOff : IconEye;
  return (
    <button
      type="button"
      className="lw-legend-hide"
      aria-label={`Hide ${name}`}
      aria-pressed={isHidden}
      title={isHidden ? 'Show' : 'Hide'}
      onClick={() => onHide(name)}
    >
      <Icon size={14} stroke={1.5} aria-hidden />
    </button>
  );
}

/** Writes the figures of each picture; a text that stays the same is not touched. */
class LegendWriter {
  readonly #source: ChartSource;
  readonly #unit: Unit;
  readonly #nowHead: HTMLElement | null;
  /** By series: the texts of now, avg, max and p95. */
  readonly #cells = new Map<string, readonly (Text | null)[]>();
  #figures = new Map<string, Figures>();
  #step: number | null = null;

  constructor(table: HTMLTableElement, rows: ChartShape, source: ChartSource, unit: Unit) {
    this.#source = source;
    this.#unit = unit;
    this.#nowHead = table.tHead?.rows[0]?.cells[1] ?? null;
    rows.forEach(({ id }, index) => {
      const cells = [...(table.tBodies[0]?.rows[index]?.cells ?? [])].slice(1);
      this.#cells.set(
        id,
        cells.map((cell) => {
          const text = cell.firstElementChild?.firstChild;
          return text instanceof Text ? text : null;
        }),
      );
    });
  }

  draw(): void {
    const { data } = this.#source.current();
    this.#figures = new Map(data.series.map((series) => [series.id, figuresOf(series.values)]));
    for (const [id, { avg, max, p95 }] of this.#figures) {
      this.#write(id, 1, avg);
      this.#write(id, 2, max);
      this.#write(id, 3, p95);
    }
    this.#writeNow();
  }

  point(step: number | null): void {
    if (this.#nowHead !== null && (step === null) !== (this.#step === null)) {
      this.#nowHead.textContent = step === null ? 'now' : 'here';
    }
    this.#step = step;
    this.#writeNow();
  }

  #writeNow(): void {
    for (const { id, values } of this.#source.current().data.series) {
      this.#write(id, 0, this.#step === null ? this.#figures.get(id)?.now : values[this.#step]);
    }
  }

  #write(id: string, place: number, value: number | null | undefined): void {
    const cell = this.#cells.get(id)?.[place] ?? null;
    const text = formatValue(value, this.#unit);
    if (cell !== null && cell.data !== text) cell.data = text;
  }
}
