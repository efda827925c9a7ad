// Where the boxes and bands of the flow map stand: d3-sankey's layout over what was answered, and nothing drawn.
import { sankey, sankeyLinkHorizontal } from 'd3-sankey';
import type { SankeyGraph, SankeyLink, SankeyNode } from 'd3-sankey';
import type { FlowMeasure, FlowSankey } from '../../../../shared/model/flow-question.ts';

type NodeIn = FlowSankey['nodes'][number] & { readonly size: number };
type LinkIn = { source: string; target: string; value: number; readonly both: FlowSankey['links'][number] };
type Node = SankeyNode<NodeIn, LinkIn>;
type Link = SankeyLink<NodeIn, LinkIn>;

export type PlacedNode = {
  readonly id: string;
  readonly column: 0 | 1 | 2;
  readonly node: FlowSankey['nodes'][number];
  /** With its detail where another of its column has the same label, as https over TCP and over UDP. */
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Colours are by service; null for the rest of a column and for the ends. */
  readonly colour: number | null;
};

export type PlacedLink = {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly path: string;
  readonly width: number;
  readonly both: FlowSankey['links'][number];
  readonly colour: number | null;
};

export type SankeyPicture = {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly links: readonly PlacedLink[];
};

const NODE_PX = 12;
/** A line of a label: no box comes closer to the next one than that, so that labels never lie on each other. */
const LINE_PX = 18;
const PER_NODE_PX = 44;
const LEAST_PX = 360;
const MOST_PX = 860;
/** The heads of the columns stand above. */
const TOP_PX = 26;
const BOTTOM_PX = 10;

/** Room for the labels beside the outer columns. */
export const sideOf = (width: number): number => Math.round(Math.min(250, Math.max(100, width * 0.23)));

export function layOut(answer: FlowSankey, measure: FlowMeasure, width: number): SankeyPicture {
  const links = answer.links.flatMap((both): LinkIn[] =>
    both[measure] > 0 ? [{ source: both.source, target: both.target, value: both[measure], both }] : [],
  );
  const used = new Set(links.flatMap(({ source, target }) => [source, target]));
  const nodes = answer.nodes.flatMap((node): NodeIn[] => (used.has(node.id) ? [{ ...node, size: node[measure] }] : []));
  if (nodes.length === 0) return { width, height: 0, nodes: [], links: [] };
  const most = Math.max(...[0, 1, 2].map((column) => nodes.filter((node) => node.column === column).length));
  const height = Math.min(MOST_PX, Math.max(LEAST_PX, most * PER_NODE_PX));
  const side = sideOf(width);
  const place = sankey<NodeIn, LinkIn>()
    .nodeId(({ id }) => id)
    .nodeAlign((node) => node.column)
    // The largest above; the rest of a column is last, however large.
    .nodeSort((a, b) => Number(a.key === null) - Number(b.key === null) || b.size - a.size)
    .nodeWidth(NODE_PX)
    .nodePadding(LINE_PX)
    .extent([
      [side, TOP_PX],
      [Math.max(side + 120, width - side), height - BOTTOM_PX],
    ]);
  const graph: SankeyGraph<NodeIn, LinkIn> = place({ nodes, links: links.map((link) => ({ ...link })) });
  const colours = new Map(
    graph.nodes
      .filter(({ column, key }) => column === 1 && key !== null)
      .toSorted((a, b) => b.size - a.size)
      .map(({ id }, index) => [id, index]),
  );
  const path = sankeyLinkHorizontal<NodeIn, LinkIn>();
  return {
    width,
    height,
    nodes: graph.nodes.map((node) => placedNode(node, nameIn(graph.nodes, node), colours.get(node.id) ?? null)),
    links: graph.links.map((link) => placedLink(link, path(link) ?? '', colours)),
  };
}

function nameIn(nodes: readonly Node[], { id, column, key }: Node): string {
  if (key === null) return 'other';
  const isShared = nodes.some((one) => one.id !== id && one.column === column && one.key?.label === key.label);
  return isShared && key.detail !== '' ? `${key.label} ${key.detail}` : key.label;
}

function placedNode(node: Node, name: string, colour: number | null): PlacedNode {
  const { x0 = 0, x1 = 0, y0 = 0, y1 = 0 } = node;
  return {
    id: node.id,
    column: node.column,
    node,
    name,
    x: x0,
    y: y0,
    width: x1 - x0,
    height: Math.max(1, y1 - y0),
    colour,
  };
}

function placedLink(link: Link, path: string, colours: ReadonlyMap<string, number>): PlacedLink {
  const [source, target] = [link.source as Node, link.target as Node];
  const service = source.column === 1 ? source.id : target.id;
  return {
    id: `${source.id} ${target.id}`,
    source: source.id,
    target: target.id,
    path,
    width: Math.max(1, link.width ?? 1),
    both: link.both,
    colour: colours.get(service) ?? null,
  };
}

/** The box that an arrow key leads to: up and down within a column, left and right to the nearest of the next. */
export function neighbour(nodes: readonly PlacedNode[], from: string, key: string): string | undefined {
  const at = nodes.find(({ id }) => id === from);
  if (at === undefined) return nodes[0]?.id;
  const middle = (node: PlacedNode): number => node.y + node.height / 2;
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const column = nodes.filter((node) => node.column === at.column).toSorted((a, b) => a.y - b.y);
    const place = column.findIndex(({ id }) => id === from) + (key === 'ArrowDown' ? 1 : -1);
    return column[place]?.id;
  }
  const wanted = at.column + (key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0);
  if (wanted === at.column) return undefined;
  return nodes
    .filter(({ column }) => column === wanted)
    .toSorted((a, b) => Math.abs(middle(a) - middle(at)) - Math.abs(middle(b) - middle(at)))[0]?.id;
}

/** What hangs together with a box or a band: itself, the bands, and the boxes at their other ends. */
export function connected(picture: SankeyPicture, id: string): ReadonlySet<string> {
  const found = new Set([id]);
  for (const link of picture.links) {
    if (link.id !== id && link.source !== id && link.target !== id) continue;
    found.add(link.id).add(link.source).add(link.target);
  }
  return found;
}
