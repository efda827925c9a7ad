// One node: a device with its state, something that was found, or the point where a wire joins more than two.
import { memo, useCallback, useSyncExternalStore } from 'react';
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import type { DeviceState, MapNode } from '../../../shared/contract/index.ts';
import { STATE_WORDS, StatusMark } from '../../components/status.tsx';
import type { Places } from './places.ts';

type Props = {
  readonly node: MapNode;
  /** Of a device. */
  readonly state: DeviceState | undefined;
  readonly places: Places;
  readonly isSelected: boolean;
  /** One node of all can be reached by Tab; arrows lead to the others. */
  readonly isStop: boolean;
  readonly onGrab: (id: string, event: PointerEvent<HTMLElement>) => void;
  readonly onOpen: (id: string) => void;
  readonly onKey: (id: string, event: KeyboardEvent<HTMLElement>) => void;
  readonly onFocus: (id: string) => void;
};

export const nodeName = (node: MapNode): string => (node.kind === 'segment' ? 'Shared segment' : node.name);

export const NodeView = memo(function NodeView(props: Props): ReactNode {
  const { node, state, places, isSelected, isStop, onGrab, onOpen, onKey, onFocus } = props;
  const { id, kind } = node;
  const subscribe = useCallback((draw: () => void) => places.subscribe([id], draw), [places, id]);
  const { x, y } = useSyncExternalStore(subscribe, () => places.get(id));
  return (
    <button
      type="button"
      className="lw-map-node"
      data-kind={kind}
      data-state={state}
      data-selected={isSelected || undefined}
      data-node={id}
      data-testid={`map-node-${id}`}
      style={{ transform: `translate(${x}px, ${y}px) translate(-50%, -50%)` }}
      tabIndex={isStop ? 0 : -1}
      aria-label={kind === 'segment' ? nodeName(node) : undefined}
      aria-pressed={isSelected}
      title={
        kind === 'segment'
          ? 'A wire or a switch that says nothing of itself'
          : [node.name, node.detail, node.address].filter((text) => text !== '').join('\n')
      }
      onPointerDown={(event) => onGrab(id, event)}
      onClick={() => onOpen(id)}
      onKeyDown={(event) => onKey(id, event)}
      onFocus={() => onFocus(id)}
    >
      {kind !== 'segment' && (
        <>
          {state !== undefined && <StatusMark state={state} silent />}
          <span className="lw-map-texts">
            <span className="lw-map-name">
              {node.name}
              {state !== undefined && <span className="lw-sr">, {STATE_WORDS[state]}, </span>}
            </span>
            <span className="lw-map-detail">
              {kind === 'found' ? `found${node.detail === '' ? '' : `, ${node.detail}`}` : node.detail || node.address}
            </span>
          </span>
        </>
      )}
    </button>
  );
});
