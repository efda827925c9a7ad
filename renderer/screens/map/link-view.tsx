// One link: the half at each end is what that end sends, as wide as it is busy.
import { memo, useCallback, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import type { MapLink, MapNode } from '../../../shared/contract/index.ts';
import { formatValue } from '../../../shared/units/index.ts';
import { boxOf, loadOf, shapeOf, widthOf } from './geometry.ts';
import type { Half } from './geometry.ts';
import type { Places } from './places.ts';
import { useLinkRate } from './use-map.ts';

type Props = {
  readonly link: MapLink;
  readonly kindA: MapNode['kind'];
  readonly kindB: MapNode['kind'];
  readonly places: Places;
  readonly isSelected: boolean;
  readonly onOpen: (id: string) => void;
};

export const LinkView = memo(function LinkView(props: Props): ReactNode {
  const { link, kindA, kindB, places, isSelected, onOpen } = props;
  const subscribe = useCallback((draw: () => void) => places.subscribe([link.a, link.b], draw), [places, link]);
  const from = useSyncExternalStore(subscribe, () => places.get(link.a));
  const to = useSyncExternalStore(subscribe, () => places.get(link.b));
  const rate = useLinkRate(link.id);
  const shape = shapeOf(from, to, boxOf(kindA), boxOf(kindB));
  if (shape === undefined) return null;
  const { a, b, middle } = shape;
  const isUp = link.state === 'up';
  return (
    <g
      className="lw-map-link"
      data-state={link.state}
      data-selected={isSelected || undefined}
      data-testid={`map-link-${link.a}-${link.b}`}
      onClick={() => onOpen(link.id)}
    >
      <line className="lw-map-hit" x1={a.from.x} y1={a.from.y} x2={b.from.x} y2={b.from.y} />
      {isSelected && <line className="lw-map-halo" x1={a.from.x} y1={a.from.y} x2={b.from.x} y2={b.from.y} />}
      {isUp ? (
        <>
          <HalfLine half={a} bps={rate.aToB} speedBps={link.speedBps} />
          <HalfLine half={b} bps={rate.bToA} speedBps={link.speedBps} />
          {shape.hasRoom && (
            <>
              <Rate half={a} bps={rate.aToB} />
              <Rate half={b} bps={rate.bToA} />
            </>
          )}
        </>
      ) : (
        <>
          <line className="lw-map-broken" x1={a.from.x} y1={a.from.y} x2={b.from.x} y2={b.from.y} />
          <text className="lw-map-word" x={middle.x} y={middle.y}>
            {link.state === 'down' ? 'down' : 'not heard'}
          </text>
        </>
      )}
    </g>
  );
});

type HalfProps = { readonly half: Half; readonly bps: number | null; readonly speedBps: number | null };

/** A line with a tip where the other half begins. */
function HalfLine({ half: { from, to }, bps, speedBps }: HalfProps): ReactNode {
  const load = loadOf(bps, speedBps);
  const width = widthOf(bps, speedBps);
  if (load === 'none')
    return <line className="lw-map-half" data-load={load} x1={from.x} y1={from.y} x2={to.x} y2={to.y} />;
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const tip = Math.min(length, 5 + width);
  const foot = { x: to.x - ux * tip, y: to.y - uy * tip };
  const wing = 2 + width / 2;
  return (
    <g className="lw-map-half" data-load={load}>
      <line x1={from.x} y1={from.y} x2={foot.x} y2={foot.y} strokeWidth={width} />
      <polygon
        points={`${to.x},${to.y} ${foot.x - uy * wing},${foot.y + ux * wing} ${foot.x + uy * wing},${foot.y - ux * wing}`}
      />
    </g>
  );
}

function Rate({ half: { label }, bps }: { readonly half: Half; readonly bps: number | null }): ReactNode {
  if (bps === null) return null;
  return (
    <text className="lw-map-rate" x={label.x} y={label.y}>
      {formatValue(bps, 'bps')}
    </text>
  );
}
