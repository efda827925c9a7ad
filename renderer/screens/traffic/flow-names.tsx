// A short legend: the names with their colours, a click shows one alone.
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { useScheme } from '../../app/theme/scheme.tsx';
import { looksOf } from '../../charts/palette.ts';
import type { ChartShape } from '../../charts/series.ts';
import { Swatch } from '../../charts/swatch.tsx';

type Props = {
  readonly shape: ChartShape;
  readonly only: ReadonlySet<string>;
  readonly onOnly: (names: ReadonlySet<string>) => void;
};

const NONE: ReadonlySet<string> = new Set();

export function FlowNames({ shape, only, onOnly }: Props): ReactNode {
  const scheme = useScheme();
  const looks = useMemo(() => looksOf(shape, scheme), [shape, scheme]);
  const named = shape.filter(({ direction }) => direction !== 'out');
  return (
    <div className="lw-flow-names" role="group" aria-label="Show alone">
      {named.map(({ id, name }) => (
        <button
          key={id}
          type="button"
          className="lw-legend-name"
          aria-pressed={only.has(name)}
          data-faded={(only.size > 0 && !only.has(name)) || undefined}
          title={name}
          onClick={() => onOnly(only.has(name) ? NONE : new Set([name]))}
        >
          <Swatch look={looks.get(id)} />
          <span className="lw-ellipsis">{name}</span>
        </button>
      ))}
    </div>
  );
}
