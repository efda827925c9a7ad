// One node beside the map: its state and why, through whom it is reached, and its links.
import { Button, Select } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { DeviceSummary, MapLink, MapNode } from '../../../shared/contract/index.ts';
import { NBSP, formatValue } from '../../../shared/units/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { failureOf } from '../../app/data/failure.ts';
import { STATE_WORDS, StatusMark } from '../../components/status.tsx';
import { Since } from '../../components/times.tsx';
import { Facts, portsAt } from './facts.tsx';
import { nodeName } from './node-view.tsx';
import type { ShownMap } from './nodes.ts';
import { MAP_KEY, useLinkRate } from './use-map.ts';

type Props = {
  readonly map: ShownMap;
  readonly node: MapNode;
  readonly device: DeviceSummary | undefined;
  readonly devices: readonly DeviceSummary[];
  readonly onOpenLink: (id: string) => void;
};

export function NodePanel({ map, node, device, devices, onOpenLink }: Props): ReactNode {
  const links = map.links.filter(({ a, b }) => a === node.id || b === node.id);
  const names = new Map(map.nodes.map((one) => [one.id, nodeName(one)]));
  return (
    <div className="lw-stack" data-testid="map-node-panel">
      {device === undefined ? (
        <Facts
          facts={[
            [
              'What',
              node.kind === 'segment'
                ? 'A wire or a switch that says nothing of itself'
                : 'A neighbour that is not watched',
            ],
            ['Model', node.detail],
            ['Address', node.address],
          ]}
        />
      ) : (
        <Facts
          facts={[
            [
              'State',
              <span key="state">
                {STATE_WORDS[device.state]} <span className="lw-dim">for</span> <Since atMs={device.stateSinceMs} />
              </span>,
            ],
            ['Why', device.reason],
            ['Address', device.address],
            ['Model', device.model],
            ['Version', device.version],
          ]}
        />
      )}
      {device !== undefined && <ParentChoice key={device.id} map={map} device={device} devices={devices} />}
      {links.length > 0 && (
        <section aria-label="Links">
          <div className="lw-panel-head">
            <h2>Links</h2>
          </div>
          <ul className="lw-map-list">
            {links.map((link) => (
              <li key={link.id}>
                <LinkRow
                  link={link}
                  node={node.id}
                  other={names.get(link.a === node.id ? link.b : link.a) ?? ''}
                  onOpen={onOpenLink}
                />
              </li>
            ))}
          </ul>
        </section>
      )}
      {device !== undefined && (
        <Link to="/devices/$deviceId" params={{ deviceId: device.id }} data-testid="map-open-device">
          <Button component="span" variant="default">
            Open its page
          </Button>
        </Link>
      )}
      {node.kind === 'found' && (
        <Link to="/devices" search={{ tab: 'found' }} data-testid="map-open-found">
          <Button component="span">Look at what was found</Button>
        </Link>
      )}
    </div>
  );
}

type RowProps = {
  readonly link: MapLink;
  readonly node: string;
  readonly other: string;
  readonly onOpen: (id: string) => void;
};

function LinkRow({ link, node, other, onOpen }: RowProps): ReactNode {
  const { aToB, bToA } = useLinkRate(link.id);
  const [out, into] = link.a === node ? [aToB, bToA] : [bToA, aToB];
  return (
    <button type="button" className="lw-map-row" onClick={() => onOpen(link.id)}>
      <span className="lw-ellipsis">
        {other} <span className="lw-dim">{portsAt(link, node)}</span>
      </span>
      {link.state === 'up' ? (
        <span className="lw-num">
          <span className="lw-dim">out</span> {formatValue(out, 'bps')}
          {NBSP}
          {NBSP}
          <span className="lw-dim">in</span> {formatValue(into, 'bps')}
        </span>
      ) : (
        <span className="lw-row lw-nowrap">
          <StatusMark state={link.state === 'down' ? 'offline' : 'unknown'} silent />
          {link.state === 'down' ? 'Down' : 'Not heard'}
        </span>
      )}
    </button>
  );
}

const WORKED_OUT = 'worked out';
const NONE = 'none';
/** Ids of devices are whatever somebody named them. */
const deviceValue = (id: string): string => `device ${id}`;

type ChoiceProps = {
  readonly map: Pick<ShownMap, 'parents' | 'tops'>;
  readonly device: DeviceSummary;
  readonly devices: readonly DeviceSummary[];
};

function ParentChoice({ map, device, devices }: ChoiceProps): ReactNode {
  const engine = useEngine();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (parent: string | null | undefined) =>
      engine.map.setParent({ id: device.id, ...(parent !== undefined && { parent }) }),
    onSettled: () => queries.invalidateQueries({ queryKey: MAP_KEY }),
  });
  const parent = map.parents[device.id];
  const nameOf = (id: string): string => devices.find((one) => one.id === id)?.name ?? id;
  const isOwn = parent?.by === 'hand';
  const isTop = map.tops.includes(device.id);
  const told =
    isOwn || isTop
      ? 'Worked out from neighbours'
      : parent === undefined
        ? 'Worked out from neighbours: nobody so far'
        : `${nameOf(parent.id)}, ${parent.by === 'file' ? 'as the config says' : 'worked out from neighbours'}`;
  const others = devices
    .filter(({ id }) => id !== device.id)
    .toSorted((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  return (
    <Select
      label="Reached through"
      description="While that one is offline, this one is behind it."
      data={[
        { value: WORKED_OUT, label: told },
        { value: NONE, label: 'Nothing is above it' },
        { group: 'Devices', items: others.map(({ id, name }) => ({ value: deviceValue(id), label: name })) },
      ]}
      value={isTop ? NONE : isOwn ? deviceValue(parent.id) : WORKED_OUT}
      onChange={(value) =>
        save.mutate(
          value === NONE
            ? null
            : value === null || value === WORKED_OUT
              ? undefined
              : value.slice(deviceValue('').length),
        )
      }
      allowDeselect={false}
      searchable={others.length > 10}
      disabled={save.isPending}
      error={save.isError ? `${failureOf(save.error).message} ${failureOf(save.error).hint}` : undefined}
      data-testid="map-parent"
    />
  );
}
