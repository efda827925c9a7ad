// A chart of an answer that came whole: the source hands out the picture it was given last.
import { useInsertionEffect, useLayoutEffect, useState } from 'react';
import { sameShape } from './series.ts';
import type { ChartShape } from './series.ts';
import type { ChartSource, Picture } from './source.ts';

export function useStill(picture: Picture): { readonly source: ChartSource; readonly shape: ChartShape } {
  const [{ source, put, draw }] = useState(() => createStill(picture));
  const [before, setBefore] = useState<ChartShape>(() => sameShape(null, picture.data.series));
  const shape = sameShape(before, picture.data.series);
  if (shape !== before) setBefore(shape);
  // A new set of series makes a plot in a layout effect of its own, which comes before this one's: it must find the
  // picture that it is made for.
  useInsertionEffect(() => put(picture), [put, picture]);
  useLayoutEffect(() => draw());
  return { source, shape };
}

type Still = {
  readonly source: ChartSource;
  readonly put: (picture: Picture) => void;
  readonly draw: () => void;
};

function createStill(first: Picture): Still {
  let shown = first;
  let drawn = first;
  const draws = new Set<() => void>();
  const source: ChartSource = {
    current: () => shown,
    subscribe: (draw) => {
      draws.add(draw);
      return () => draws.delete(draw);
    },
  };
  return {
    source,
    put(picture: Picture): void {
      shown = picture;
    },
    draw(): void {
      if (drawn === shown) return;
      drawn = shown;
      for (const draw of draws) draw();
    },
  };
}
