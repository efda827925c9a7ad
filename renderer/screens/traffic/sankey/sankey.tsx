// The flow map as a drawing: boxes for hosts, services and peers, bands for what goes between them.
import { useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import type { FlowMeasure, FlowSankey } from '../../../../shared/model/flow-question.ts';
import { formatValue } from '../../../../shared/units/index.ts';
import { useScheme } from '../../../app/theme/scheme.tsx';
import { OTHER, seriesColour } from '../../../charts/palette.ts';
import { keyTitle, sumUnit } from '../words.ts';
import { connected, layOut, neighbour, sideOf } from './layout.ts';
import type { PlacedLink, PlacedNode } from './layout.ts';

type Props = {
  readonly answer: FlowSankey;
  readonly measure: FlowMeasure;
  readonly width: number;
  readonly onNode: (node: FlowSankey['nodes'][number]) => void;
  readonly onLink: (source: FlowSankey['nodes'][number], target: FlowSankey['nodes'][number]) => void;
};

const CHAR_PX = 6.2;
const HEADS = [
  { column: 0, words: 'Inside', anchor: 'end' },
  { column: 1, words: 'Service', anchor: 'middle' },
  { column: 2, words: 'Outside', anchor: 'start' },
] as const;
const COLUMN_WORDS = ['inside', 'service', 'outside'] as const;

export function Sankey({ answer, measure, width, onNode, onLink }: Props): ReactNode {
  const scheme = useScheme();
  const picture = useMemo(() => layOut(answer, measure, width), [answer, measure, width]);
  const [pointed, setPointed] = useState<string | null>(null);
  const [active, setActive] = useState<string>();
  const boxes = useRef(new Map<string, SVGGElement>());
  const lit = useMemo(() => (pointed === null ? null : connected(picture, pointed)), [picture, pointed]);
  const byId = useMemo(() => new Map(picture.nodes.map((placed) => [placed.id, placed])), [picture]);
  const current = byId.has(active ?? '') ? active : picture.nodes[0]?.id;
  const colourOf = (colour: number | null): string => (colour === null ? OTHER[scheme] : seriesColour(colour, scheme));
  const onKeyDown = (event: KeyboardEvent, { id, node }: PlacedNode): void => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      onNode(node);
      return;
    }
    const next = neighbour(picture.nodes, id, event.key);
    if (next === undefined) return;
    event.preventDefault();
    setActive(next);
    boxes.current.get(next)?.focus();
  };
  return (
    <>
      <svg
        className="lw-sankey"
        width={picture.width}
        height={picture.height}
        viewBox={`0 0 ${picture.width} ${picture.height}`}
        role="group"
        aria-label="Flow map: from hosts inside by services to peers outside"
        data-testid="sankey"
        onPointerLeave={() => setPointed(null)}
      >
        {HEADS.map(({ column, words, anchor }) => {
          const box = picture.nodes.find((placed) => placed.column === column);
          if (box === undefined) return null;
          const x = anchor === 'end' ? box.x + box.width : anchor === 'middle' ? box.x + box.width / 2 : box.x;
          return (
            <text key={column} className="lw-sankey-head" x={x} y={11} textAnchor={anchor} aria-hidden>
              {words}
            </text>
          );
        })}
        <g>
          {picture.links.map((link) => (
            <Band
              key={link.id}
              link={link}
              colour={colourOf(link.colour)}
              faded={lit !== null && !lit.has(link.id)}
              title={`${nameOf(byId.get(link.source))} → ${nameOf(byId.get(link.target))}: ${formatValue(link.both[measure], sumUnit(measure))}`}
              onPoint={setPointed}
              onPick={() => {
                const [source, target] = [byId.get(link.source)?.node, byId.get(link.target)?.node];
                if (source !== undefined && target !== undefined) onLink(source, target);
              }}
            />
          ))}
        </g>
        {picture.nodes.map((placed) => (
          <g
            key={placed.id}
            ref={(element) => {
              if (element !== null) boxes.current.set(placed.id, element);
              return () => void boxes.current.delete(placed.id);
            }}
            className="lw-sankey-node"
            role="button"
            tabIndex={placed.id === current ? 0 : -1}
            aria-label={`${nameOf(placed)} ${formatValue(placed.node[measure], sumUnit(measure))}, ${COLUMN_WORDS[placed.column]}`}
            aria-disabled={placed.node.key === null || undefined}
            data-faded={(lit !== null && !lit.has(placed.id)) || undefined}
            data-opens={placed.node.key !== null || undefined}
            onClick={() => onNode(placed.node)}
            onKeyDown={(event) => onKeyDown(event, placed)}
            onFocus={() => {
              setActive(placed.id);
              setPointed(placed.id);
            }}
            onBlur={() => setPointed(null)}
            onPointerEnter={() => setPointed(placed.id)}
          >
            <Box
              placed={placed}
              colour={colourOf(placed.colour)}
              isEnd={placed.column !== 1 && placed.node.key !== null}
            />
            <Label placed={placed} measure={measure} widthPx={sideOf(width) - 20} />
          </g>
        ))}
      </svg>
      <Pointed id={pointed} nodes={byId} links={picture.links} answer={answer} measure={measure} />
    </>
  );
}

const nameOf = (placed: PlacedNode | undefined): string => placed?.name ?? 'other';

type BandProps = {
  readonly link: PlacedLink;
  readonly colour: string;
  readonly faded: boolean;
  readonly title: string;
  readonly onPoint: (id: string) => void;
  readonly onPick: () => void;
};

function Band({ link, colour, faded, title, onPoint, onPick }: BandProps): ReactNode {
  return (
    <path
      className="lw-sankey-band"
      d={link.path}
      stroke={colour}
      strokeWidth={link.width}
      data-faded={faded || undefined}
      onPointerEnter={() => onPoint(link.id)}
      onClick={onPick}
    >
      <title>{title}</title>
    </path>
  );
}

type BoxProps = { readonly placed: PlacedNode; readonly colour: string; readonly isEnd: boolean };

function Box({ placed, colour, isEnd }: BoxProps): ReactNode {
  const { x, y, width, height } = placed;
  return (
    <>
      {/* Thin boxes are hit beside too. */}
      <rect x={x - 6} y={y - 3} width={width + 12} height={height + 6} fill="transparent" />
      <rect
        className={isEnd ? 'lw-sankey-end' : undefined}
        x={x}
        y={y}
        width={width}
        height={height}
        rx={2}
        fill={colour}
      />
    </>
  );
}

type LabelProps = { readonly placed: PlacedNode; readonly measure: FlowMeasure; readonly widthPx: number };

function Label({ placed, measure, widthPx }: LabelProps): ReactNode {
  const { x, y, width, height, column, node } = placed;
  const sum = formatValue(node[measure], sumUnit(measure));
  const room = Math.max(6, Math.floor(widthPx / CHAR_PX) - sum.length - 2);
  const name = nameOf(placed);
  const shown = name.length > room ? `${name.slice(0, room - 1)}…` : name;
  const isLeft = column === 0;
  return (
    <text
      className="lw-sankey-label"
      x={isLeft ? x - 8 : x + width + 8}
      y={y + height / 2}
      dy="0.35em"
      textAnchor={isLeft ? 'end' : 'start'}
    >
      {node.key !== null && <title>{keyTitle(node.key)}</title>}
      {shown} <tspan className="lw-sankey-sum">{sum}</tspan>
    </text>
  );
}

type PointedProps = {
  readonly id: string | null;
  readonly nodes: ReadonlyMap<string, PlacedNode>;
  readonly links: readonly PlacedLink[];
  readonly answer: FlowSankey;
  readonly measure: FlowMeasure;
};

/** The figures of what is pointed at, at a place that stays. */
function Pointed({ id, nodes, links, answer, measure }: PointedProps): ReactNode {
  const unit = sumUnit(measure);
  const placed = id === null ? undefined : nodes.get(id);
  const link = id === null || placed !== undefined ? undefined : links.find((one) => one.id === id);
  const both = placed?.node ?? link?.both;
  const share = (part: number): string =>
    formatValue(answer.total[measure] > 0 ? (100 * part) / answer.total[measure] : 0, 'percent');
  return (
    <p className="lw-sankey-pointed" role="status" data-testid="sankey-pointed">
      {both === undefined ? (
        <span className="lw-dim">
          Point at a box or a band for its figures. A click or Enter shows it alone; arrow keys go from box to box.
        </span>
      ) : (
        <>
          <strong>
            {link === undefined
              ? placed?.node.key === null || placed?.node.key === undefined
                ? 'other'
                : keyTitle(placed.node.key)
              : `${nameOf(nodes.get(link.source))} → ${nameOf(nodes.get(link.target))}`}
          </strong>{' '}
          {formatValue(both[measure], unit)}, {share(both[measure])} of all; in {formatValue(both.in[measure], unit)},
          out {formatValue(both.out[measure], unit)}
        </>
      )}
    </p>
  );
}
