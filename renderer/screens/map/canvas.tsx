// The plane with nodes and links: pans, zooms, lets nodes be dragged, and is walked with the arrow keys.
import { useCallback, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent, ReactNode, Ref } from 'react';
import type { DeviceState, MapLink, MapNode } from '../../../shared/contract/index.ts';
import { NODE_HEIGHT, NODE_WIDTH } from './layout.ts';
import type { Place } from './layout.ts';
import { LinkView } from './link-view.tsx';
import { NodeView } from './node-view.tsx';
import { fitView, nextTo, zoomAt } from './places.ts';
import type { Direction, Places, View } from './places.ts';

export type CanvasHandle = { zoom(factor: number): void; fit(): void };

type Props = {
  readonly nodes: readonly MapNode[];
  readonly links: readonly MapLink[];
  readonly states: ReadonlyMap<string, DeviceState>;
  readonly places: Places;
  readonly openNode: string | undefined;
  readonly openLink: string | undefined;
  /** Of the window, that something else covers on the right. */
  readonly covered: number;
  readonly onOpenNode: (id: string) => void;
  readonly onOpenLink: (id: string) => void;
  readonly onClose: () => void;
  /** Somebody put a node elsewhere. */
  readonly onMoved: () => void;
  readonly handle: Ref<CanvasHandle>;
};

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
const STEP = 16;
const NUDGES: Readonly<Record<Direction, Place>> = {
  left: { x: -STEP, y: 0 },
  right: { x: STEP, y: 0 },
  up: { x: 0, y: -STEP },
  down: { x: 0, y: STEP },
};
/** A press that moves less is a click. */
const DRAG_PX = 4;
const ZOOM_STEP = 1.25;
/** Below it, rates and models are too small to be read. */
const FAR = 0.6;

const swallow = (click: Event): void => click.stopPropagation();

/** By how much what reaches from low to high has to move to be within. */
const over = (low: number, high: number, from: number, to: number): number =>
  low < from ? from - low + STEP : high > to ? to - high - STEP : 0;

const NODE_BOX = { width: NODE_WIDTH, height: NODE_HEIGHT };

export function Canvas(props: Props): ReactNode {
  const { nodes, links, states, places, openNode, openLink, covered, onOpenNode, onOpenLink, onMoved, handle } = props;
  const stage = useRef<HTMLDivElement>(null);
  const plane = useRef<HTMLDivElement>(null);
  const view = useRef<View>({ x: 0, y: 0, scale: 1 });
  /** Until somebody pans or zooms, all of it is kept in sight. */
  const isFitted = useRef(true);
  const drag = useRef<{ id: string | undefined; start: Place; origin: Place; isMoving: boolean } | undefined>(
    undefined,
  );
  const [stop, setStop] = useState<string>();

  const show = useCallback((next: View): void => {
    view.current = next;
    const element = plane.current;
    if (element === null) return;
    element.style.transform = `translate(${next.x}px, ${next.y}px) scale(${next.scale})`;
    element.dataset['far'] = String(next.scale < FAR);
  }, []);
  const fit = useCallback(
    (hidden = 0): void => {
      const element = stage.current;
      if (element === null) return;
      isFitted.current = true;
      const room = { width: Math.max(200, element.clientWidth - hidden), height: element.clientHeight - 32 };
      show(fitView(places.all().values(), NODE_BOX, room));
    },
    [places, show],
  );
  const zoom = useCallback(
    (factor: number, at?: Place): void => {
      const element = stage.current;
      if (element === null) return;
      isFitted.current = false;
      show(zoomAt(view.current, factor, at ?? { x: element.clientWidth / 2, y: element.clientHeight / 2 }));
    },
    [show],
  );
  useImperativeHandle(handle, () => ({ zoom: (factor) => zoom(factor), fit: () => fit(covered) }), [
    zoom,
    fit,
    covered,
  ]);

  useLayoutEffect(() => {
    const keepInSight = (): void => {
      if (isFitted.current) fit();
    };
    keepInSight();
    return places.watch(keepInSight);
  }, [places, fit]);
  useEffect(() => {
    const element = stage.current;
    if (element === null) return;
    const resized = new ResizeObserver(() => {
      if (isFitted.current) fit();
    });
    resized.observe(element);
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : 16;
      const turned = Math.max(-240, Math.min(240, event.deltaY * lines));
      zoom(Math.exp(-turned * 0.002), { x: event.clientX - box.left, y: event.clientY - box.top });
    };
    // React listens passively, and the page would scroll.
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      resized.disconnect();
      element.removeEventListener('wheel', onWheel);
    };
  }, [fit, zoom]);

  const grab = useCallback(
    (id: string | undefined, event: PointerEvent<HTMLElement>): void => {
      if (event.button !== 0) return;
      event.stopPropagation();
      const origin = id === undefined ? view.current : places.get(id);
      if (id !== undefined) places.hold(true);
      drag.current = { id, start: { x: event.clientX, y: event.clientY }, origin, isMoving: false };
    },
    [places],
  );
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    const now = drag.current;
    if (now === undefined) return;
    const [dx, dy] = [event.clientX - now.start.x, event.clientY - now.start.y];
    if (!now.isMoving) {
      if (Math.hypot(dx, dy) < DRAG_PX) return;
      now.isMoving = true;
      stage.current?.setPointerCapture(event.pointerId);
    }
    const { scale } = view.current;
    if (now.id !== undefined) places.move(now.id, { x: now.origin.x + dx / scale, y: now.origin.y + dy / scale });
    else {
      isFitted.current = false;
      show({ ...view.current, x: now.origin.x + dx, y: now.origin.y + dy });
    }
  };
  const onPointerEnd = (event: PointerEvent<HTMLElement>): void => {
    const now = drag.current;
    drag.current = undefined;
    places.hold(false);
    if (now === undefined) return;
    if (!now.isMoving) {
      if (event.type === 'pointerup' && now.id === undefined && event.target === stage.current) props.onClose();
      return;
    }
    // The click that ends a drag is none.
    stage.current?.addEventListener('click', swallow, { capture: true, once: true });
    setTimeout(() => stage.current?.removeEventListener('click', swallow, { capture: true }));
    if (now.id === undefined) return;
    isFitted.current = false;
    onMoved();
  };

  const nodeOf = (id: string): HTMLElement | null =>
    plane.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`) ?? null;
  /** Moves the plane as little as brings the node to where nothing covers it. */
  const reveal = (id: string): HTMLElement | undefined => {
    const found = nodeOf(id);
    const element = stage.current;
    if (found === null || element === null) return undefined;
    const [box, room] = [found.getBoundingClientRect(), element.getBoundingClientRect()];
    const [dx, dy] = [
      over(box.left, box.right, room.left, room.right - covered),
      over(box.top, box.bottom, room.top, room.bottom),
    ];
    if (dx !== 0 || dy !== 0) {
      isFitted.current = false;
      show({ ...view.current, x: view.current.x + dx, y: view.current.y + dy });
    }
    return found;
  };
  const walk = useRef(reveal);
  useLayoutEffect(() => {
    walk.current = reveal;
  });
  const opened = links.find(({ id }) => id === openLink);
  const [one, other] = opened === undefined ? [openNode, undefined] : [opened.a, opened.b];
  useEffect(() => {
    for (const id of [one, other]) if (id !== undefined) walk.current(id);
  }, [one, other]);
  const onNodeKey = useCallback(
    (id: string, event: KeyboardEvent<HTMLElement>): void => {
      const direction = DIRECTIONS[event.key];
      if (direction === undefined) return;
      event.preventDefault();
      if (event.shiftKey) {
        const { x, y } = places.get(id);
        places.move(id, { x: x + NUDGES[direction].x, y: y + NUDGES[direction].y });
        isFitted.current = false;
        onMoved();
        return;
      }
      const linked = new Set(links.flatMap(({ a, b }) => (a === id ? [b] : b === id ? [a] : [])));
      const next = nextTo(places.all(), id, direction, linked);
      if (next === undefined) return;
      walk.current(next)?.focus({ preventScroll: true });
    },
    [places, links, onMoved],
  );
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '+' || event.key === '=') zoom(ZOOM_STEP);
    else if (event.key === '-') zoom(1 / ZOOM_STEP);
    else if (event.key === '0') fit(covered);
    else return;
    event.preventDefault();
  };

  const kinds = useMemo(() => new Map(nodes.map(({ id, kind }) => [id, kind])), [nodes]);
  const first = stop !== undefined && kinds.has(stop) ? stop : nodes[0]?.id;
  return (
    <div
      ref={stage}
      className="lw-map-stage"
      role="group"
      aria-label="Map of the network"
      aria-describedby="lw-map-keys"
      data-testid="map-stage"
      onPointerDown={(event) => grab(undefined, event)}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerEnd}
      onPointerCancel={onPointerEnd}
      onKeyDown={onKeyDown}
    >
      <p id="lw-map-keys" className="lw-sr">
        Arrow keys lead from node to node, Enter opens one, with Shift they move it; plus, minus and 0 zoom.
      </p>
      <div ref={plane} className="lw-map-plane">
        <svg className="lw-map-links" width="1" height="1" aria-hidden>
          {links.map((link) => (
            <LinkView
              key={link.id}
              link={link}
              kindA={kinds.get(link.a) ?? 'device'}
              kindB={kinds.get(link.b) ?? 'device'}
              places={places}
              isSelected={openLink === link.id}
              onOpen={onOpenLink}
            />
          ))}
        </svg>
        {nodes.map((node) => (
          <NodeView
            key={node.id}
            node={node}
            state={node.deviceId === null ? undefined : (states.get(node.deviceId) ?? 'unknown')}
            places={places}
            isSelected={openNode === node.id}
            isStop={node.id === first}
            onGrab={grab}
            onOpen={onOpenNode}
            onKey={onNodeKey}
            onFocus={setStop}
          />
        ))}
      </div>
    </div>
  );
}
