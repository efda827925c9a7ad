// The map: who is next to whom, how they are, and what the links between them carry.
import { Button, Drawer } from '@mantine/core';
import { IconArrowsMaximize, IconMinus, IconPlus, IconSitemap } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { DeviceSummary, MapNode, MapPosition, NetworkMap } from '../../../shared/contract/index.ts';
import { plural } from '../../../shared/units/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { useDevices } from '../../app/data/queries.ts';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { StatusMark } from '../../components/status.tsx';
import { Canvas } from './canvas.tsx';
import type { CanvasHandle } from './canvas.tsx';
import { layOut } from './layout.ts';
import { LinkPanel } from './link-panel.tsx';
import './map.css';
import { NodePanel } from './node-panel.tsx';
import { nodeName } from './node-view.tsx';
import { shownNode } from './nodes.ts';
import type { ShownMap } from './nodes.ts';
import { Places } from './places.ts';
import { LinkRatesContext, MAP_KEY, useLinkRates, useMap } from './use-map.ts';

const PANEL_WIDTH = 440;
const ZOOM_STEP = 1.25;
const NO_DEVICES: readonly DeviceSummary[] = [];

export function MapScreen(): ReactNode {
  const map = useMap();
  const devices = useDevices().data ?? NO_DEVICES;
  if (map.data === undefined) {
    return (
      <div className="lw-screen">
        <h1 className="lw-sr">Map</h1>
        {map.isError ? (
          <Failed
            what="The map could not be loaded"
            error={map.error}
            sinceMs={map.errorUpdatedAt}
            onRetry={() => void map.refetch()}
          />
        ) : (
          <Loading height={400} />
        )}
      </div>
    );
  }
  const hasRouters = devices.some(({ kind }) => kind === 'router');
  if (map.data.links.length === 0 && !hasRouters) {
    return (
      <div className="lw-screen">
        <h1 className="lw-sr">Map</h1>
        <Empty text="Routers tell who is next to them, and no router is watched yet.">
          <Link to="/setup">
            <Button component="span">Set up a router</Button>
          </Link>
        </Empty>
      </div>
    );
  }
  return <Drawn map={map.data} devices={devices} />;
}

type Props = { readonly map: NetworkMap; readonly devices: readonly DeviceSummary[] };

function Drawn({ map: told, devices }: Props): ReactNode {
  const byId = useMemo(() => new Map(devices.map((device) => [device.id, device])), [devices]);
  const nodes = useSame(told.nodes.map((node) => shownNode(node, byId.get(node.deviceId ?? ''))));
  const map = useMemo(() => ({ ...told, nodes }), [told, nodes]);
  const navigate = useNavigate();
  const { open } = useSearch({ from: '/map' });
  const openNode = map.nodes.find(({ id }) => open === `node ${id}`);
  const openLink = map.links.find(({ id }) => open === `link ${id}`);
  const show = useCallback(
    (next: string | undefined): void =>
      void navigate({
        from: '/map',
        to: '.',
        search: ({ open: _open, ...others }) => ({ ...others, ...(next === undefined ? {} : { open: next }) }),
        resetScroll: false,
      }),
    [navigate],
  );
  const onOpenNode = useCallback((id: string) => show(`node ${id}`), [show]);
  const onOpenLink = useCallback((id: string) => show(`link ${id}`), [show]);
  const onClose = useCallback(() => show(undefined), [show]);
  const handle = useRef<CanvasHandle>(null);
  const rates = useLinkRates();
  const { places, keep, arrange, undo } = usePlaces(map);
  const states = useMemo(() => new Map(devices.map(({ id, state }) => [id, state])), [devices]);
  const endOf = (id: string) => {
    const node = map.nodes.find((one) => one.id === id);
    return node && { node, device: node.deviceId === null ? undefined : byId.get(node.deviceId) };
  };
  const [a, b] = openLink === undefined ? [] : [endOf(openLink.a), endOf(openLink.b)];
  const isOpen = openNode !== undefined || (a !== undefined && b !== undefined);
  return (
    <LinkRatesContext value={rates}>
      <div className="lw-map">
        <h1 className="lw-sr">Map</h1>
        <Canvas
          nodes={map.nodes}
          links={map.links}
          states={states}
          places={places}
          openNode={openNode?.id}
          openLink={openLink?.id}
          covered={isOpen ? PANEL_WIDTH : 0}
          onOpenNode={onOpenNode}
          onOpenLink={onOpenLink}
          onClose={onClose}
          onMoved={keep}
          handle={handle}
        />
        <Summary map={map} states={states} />
        <div className="lw-map-tools" role="group" aria-label="View">
          <Tool
            label="Zoom in"
            onClick={() => handle.current?.zoom(ZOOM_STEP)}
            icon={<IconPlus size={16} stroke={1.5} />}
          />
          <Tool
            label="Zoom out"
            onClick={() => handle.current?.zoom(1 / ZOOM_STEP)}
            icon={<IconMinus size={16} stroke={1.5} />}
          />
          <Tool
            label="Show all of it"
            onClick={() => handle.current?.fit()}
            icon={<IconArrowsMaximize size={16} stroke={1.5} />}
          />
          <Tool
            label="Arrange anew"
            onClick={() => {
              arrange();
              handle.current?.fit();
            }}
            icon={<IconSitemap size={16} stroke={1.5} />}
          />
        </div>
        {undo !== undefined && (
          <div className="lw-map-undo" role="status">
            Arranged anew for all windows.
            <Button variant="default" size="compact-sm" onClick={undo}>
              Undo
            </Button>
          </div>
        )}
        <Legend />
        <Drawer
          opened={isOpen}
          onClose={onClose}
          position="right"
          size={PANEL_WIDTH}
          title={
            openNode === undefined ? (
              a && b && `${nodeName(a.node)} – ${nodeName(b.node)}`
            ) : (
              <span className="lw-row">
                {openNode.deviceId !== null && <StatusMark state={states.get(openNode.deviceId) ?? 'unknown'} silent />}
                <span className="lw-ellipsis">{nodeName(openNode)}</span>
              </span>
            )
          }
          withOverlay={false}
          lockScroll={false}
          trapFocus={false}
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          {openNode !== undefined && (
            <NodePanel
              map={map}
              node={openNode}
              device={openNode.deviceId === null ? undefined : byId.get(openNode.deviceId)}
              devices={devices}
              onOpenLink={onOpenLink}
            />
          )}
          {openLink !== undefined && a !== undefined && b !== undefined && (
            <LinkPanel key={openLink.id} link={openLink} a={a} b={b} />
          )}
        </Drawer>
      </div>
    </LinkRatesContext>
  );
}

/** The same array, with the same nodes in it, as long as they say the same: each that is new is drawn anew. */
function useSame(nodes: readonly MapNode[]): readonly MapNode[] {
  const [kept, setKept] = useState(nodes);
  const before = new Map(kept.map((node) => [node.id, node]));
  const next = nodes.map((node) => {
    const was = before.get(node.id);
    return was !== undefined && was.name === node.name && was.detail === node.detail ? was : node;
  });
  const isSame = next.length === kept.length && next.every((node, i) => node === kept[i]);
  if (!isSame) setKept(next);
  return isSame ? kept : next;
}

type Kept = {
  readonly places: Places;
  /** Keeps all as they stand, for all windows. */
  readonly keep: () => void;
  readonly arrange: () => void;
  readonly undo: (() => void) | undefined;
};

/** Nodes where they were put; where nobody put any, as the layout has them. */
function usePlaces(map: ShownMap): Kept {
  const engine = useEngine();
  const queries = useQueryClient();
  const [places] = useState(() => new Places());
  const [before, setBefore] = useState<readonly MapPosition[]>();
  const save = useMutation({
    mutationFn: (wanted: { readonly positions: MapPosition[]; readonly clear: boolean }) => engine.map.place(wanted),
    onSettled: () => queries.invalidateQueries({ queryKey: MAP_KEY }),
  });
  const { mutate } = save;
  const laidOut = useMemo(() => {
    const kept = new Map(map.positions.map(({ id, x, y }) => [id, { x, y }]));
    return layOut(
      map.nodes.map(({ id }) => id),
      map.links,
      kept,
    );
  }, [map]);
  const isSaving = save.isPending;
  // Before the canvas is painted, and not while a node is on its way to the engine: it would leap back.
  useLayoutEffect(() => {
    if (!isSaving) places.set(laidOut);
  }, [laidOut, places, isSaving]);
  const keep = useCallback((): void => {
    setBefore(undefined);
    mutate({ positions: [...places.all()].map(([id, { x, y }]) => ({ id, x, y })), clear: false });
  }, [mutate, places]);
  const arrange = (): void => {
    setBefore(map.positions.length > 0 ? map.positions : undefined);
    mutate({ positions: [], clear: true });
  };
  const undo =
    before === undefined
      ? undefined
      : () => {
          setBefore(undefined);
          mutate({ positions: [...before], clear: true });
        };
  return { places, keep, arrange, undo };
}

type ToolProps = { readonly label: string; readonly icon: ReactNode; readonly onClick: () => void };

function Tool({ label, icon, onClick }: ToolProps): ReactNode {
  return (
    <button type="button" className="lw-icon-button" aria-label={label} title={label} onClick={onClick}>
      {icon}
    </button>
  );
}

/** The sentence first: what is wrong, else how much there is. */
function Summary({ map, states }: { readonly map: ShownMap; readonly states: ReadonlyMap<string, string> }): ReactNode {
  const offline = map.nodes.filter(({ deviceId }) => deviceId !== null && states.get(deviceId) === 'offline').length;
  const down = map.links.filter(({ state }) => state === 'down').length;
  const quiet = map.links.filter(({ state }) => state === 'quiet').length;
  const found = map.nodes.filter(({ kind }) => kind === 'found').length + map.left;
  const wrong = [
    ...(offline > 0 ? [`${plural(offline, 'device')} offline`] : []),
    ...(down > 0 ? [`${plural(down, 'link')} down`] : []),
    ...(quiet > 0 ? [`${plural(quiet, 'link')} not heard`] : []),
  ];
  const devices = map.nodes.filter(({ kind }) => kind === 'device').length;
  const all = [plural(devices, 'device'), plural(map.links.length, 'link'), ...(found > 0 ? [`${found} found`] : [])];
  return (
    <div className="lw-map-summary" role="status" data-testid="map-summary">
      {wrong.length > 0 && (
        <strong className="lw-row">
          <StatusMark state={offline + down > 0 ? 'offline' : 'unknown'} silent />
          {wrong.join(', ')}
        </strong>
      )}
      <span className="lw-dim">{all.join(', ')}</span>
      {map.links.length === 0 && (
        <span className="lw-dim">
          No router tells of a neighbour: neighbour discovery (MNDP, LLDP or CDP) may be switched off on their ports.
        </span>
      )}
    </div>
  );
}

function Legend(): ReactNode {
  return (
    <div className="lw-map-legend" data-testid="map-legend">
      <span>Each half of a link: what that end sends</span>
      <LegendLine load="some" words="below 70 %" />
      <LegendLine load="high" words="from 70 %" />
      <LegendLine load="full" words="from 90 % of its speed" />
      <LegendLine load="none" words="no data" />
    </div>
  );
}

function LegendLine({ load, words }: { readonly load: string; readonly words: string }): ReactNode {
  return (
    <span className="lw-row">
      <svg width="20" height="8" aria-hidden>
        <g className="lw-map-half" data-load={load}>
          <line x1="0" y1="4" x2="20" y2="4" strokeWidth={load === 'none' ? 1.5 : 3} />
        </g>
      </svg>
      {words}
    </span>
  );
}
