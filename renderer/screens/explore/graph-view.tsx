// The answers as graphs: one for each unit and step, its series to be found, hidden and isolated below.
import { useEffect, useInsertionEffect, useLayoutEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { useScheme } from '../../app/theme/scheme.tsx';
import { useRange } from '../../app/time-range/use-range.ts';
import { Chart } from '../../charts/chart.tsx';
import { sameShape } from '../../charts/series.ts';
import type { ChartShape } from '../../charts/series.ts';
import type { ChartSource, Picture } from '../../charts/source.ts';
import { drawingsOf, fromZero } from './drawing.ts';
import type { Answered, Drawing } from './drawing.ts';

type Props = {
  readonly answered: readonly Answered[];
  readonly stacked: boolean;
  readonly dimmed: boolean;
};

/** Two fifths of the window, within reason. */
const heightPx = (): number => Math.round(Math.min(480, Math.max(280, window.innerHeight * 0.4)));
/** One of several. */
const LOWER_PX = 220;

export function GraphView({ answered, stacked, dimmed }: Props): ReactNode {
  const drawings = useMemo(() => drawingsOf(answered), [answered]);
  return drawings.map((drawing) => (
    <section key={drawing.key} className="lw-graph lw-panel" aria-label={titleOf(drawing)} data-testid="explore-graph">
      <One drawing={drawing} stacked={stacked} dimmed={dimmed} alone={drawings.length === 1} />
    </section>
  ));
}

const titleOf = ({ letters }: Drawing): string =>
  letters.length === 1 ? `Query ${letters[0] ?? ''}` : `Queries ${letters.join(', ')}`;

type OneProps = {
  readonly drawing: Drawing;
  readonly stacked: boolean;
  readonly dimmed: boolean;
  readonly alone: boolean;
};

function One({ drawing, stacked, dimmed, alone }: OneProps): ReactNode {
  const scheme = useScheme();
  const { zoom, zoomOut } = useRange();
  const { picture, unit } = drawing;
  const [height] = useState(heightPx);
  const { source, put, draw } = useState(() => createSource(picture))[0];
  const [before, setBefore] = useState<ChartShape>(() => sameShape(null, picture.data.series));
  const shape = sameShape(before, picture.data.series);
  if (shape !== before) setBefore(shape);
  // A new set of series makes a plot in a layout effect of its own, which comes before this one's: it must find the
  // picture that it is made for.
  useInsertionEffect(() => put(picture), [put, picture]);
  useLayoutEffect(() => draw());
  return (
    <>
      {!alone && (
        <div className="lw-panel-head">
          <h2 className="lw-row">
            {titleOf(drawing)}
            {drawing.expr !== undefined && <code className="lw-mono lw-dim lw-ellipsis">{drawing.expr}</code>}
          </h2>
        </div>
      )}
      <Chart
        title={titleOf(drawing)}
        shape={shape}
        source={source}
        unit={unit}
        scheme={scheme}
        syncKey="explore"
        stacked={stacked}
        fromZero={stacked || fromZero(picture.data, unit)}
        height={alone ? height : LOWER_PX}
        dimmed={dimmed}
        many
        onZoom={zoom}
        onZoomOut={zoomOut}
      />
    </>
  );
}

type Source = {
  readonly source: ChartSource;
  readonly put: (picture: Picture) => void;
  readonly draw: () => void;
};

function createSource(first: Picture): Source {
  let shown = first;
  let drawn = first;
  const draws = new Set<() => void>();
  return {
    source: {
      current: () => shown,
      subscribe: (draw) => {
        draws.add(draw);
        return () => draws.delete(draw);
      },
    },
    put(picture) {
      shown = picture;
    },
    draw() {
      if (drawn === shown) return;
      drawn = shown;
      for (const draw of draws) draw();
    },
  };
}

/** Seconds since something began, moving only while it lasts. */
export function Waiting({ words }: { readonly words: string }): ReactNode {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <p className="lw-explore-waiting lw-dim" role="status">
      {seconds === 0 ? '' : `${words}, ${seconds} s`}
    </p>
  );
}
