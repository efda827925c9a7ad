// What nodes are called on the map: in two short lines, of which the second says what the first does not.
import type { DeviceSummary, MapNode, NetworkMap } from '../../../shared/contract/index.ts';
import { selectorNames } from '../../../shared/model/device-selector.ts';
import { shortAddress } from '../../panels/device-name.ts';

export type ShownMap = Omit<NetworkMap, 'nodes'> & { readonly nodes: readonly MapNode[] };

/** The same node where nothing is to be said otherwise. */
export function shownNode(node: MapNode, device: DeviceSummary | undefined): MapNode {
  if (device === undefined) return node;
  const address = shortAddress(node.address);
  if (device.kind === 'target') {
    const job = selectorNames(device.selector)?.get('job')?.[0] ?? '';
    return { ...node, name: job || node.name, detail: address };
  }
  if (device.kind === 'exporter') return { ...node, detail: 'sends flows' };
  return { ...node, detail: node.detail || (address === node.name ? '' : address) };
}
