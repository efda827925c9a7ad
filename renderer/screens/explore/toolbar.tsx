// How the answers are shown: graph or table, and what each of the two can be told.
import { Button, Menu, Popover, SegmentedControl, Select, TextInput } from '@mantine/core';
import { IconClock, IconDownload, IconPlayerPause, IconPlayerPlay, IconSettings } from '@tabler/icons-react';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { formatExact } from '../../../shared/units/index.ts';
import { toFieldText } from '../../app/time-range/range.ts';
import { aboutCount, MOST_SAMPLES } from './estimate.ts';
import { RESOLUTIONS } from './search.ts';
import type { ExploreSearch } from './search.ts';

type Props = {
  readonly search: ExploreSearch;
  readonly sliding: boolean;
  /** The end of the time range, Unix ms. */
  readonly endMs: number;
  readonly stepWords: string;
  readonly mostSamples: number;
  readonly onChange: (change: Partial<Record<keyof ExploreSearch, unknown>>) => void;
  readonly onMostSamples: (most: number) => void;
  readonly onDownload: () => void;
  readonly canDownload: boolean;
};

export function Toolbar(props: Props): ReactNode {
  const { search, sliding, endMs, stepWords, onChange, canDownload } = props;
  const isTable = search.view === 'table';
  const moves = sliding && (!isTable || search.at === undefined);
  const isLive = search.live !== false;
  return (
    <div className="lw-explore-toolbar" role="group" aria-label="How the answers are shown">
      <SegmentedControl
        size="xs"
        aria-label="Show as"
        value={isTable ? 'table' : 'graph'}
        data={[
          { value: 'graph', label: 'Graph' },
          { value: 'table', label: 'Table' },
        ]}
        onChange={(view) => onChange({ view: view === 'table' ? 'table' : undefined })}
      />
      {isTable ? (
        <>
          <SegmentedControl
            size="xs"
            aria-label="Labels"
            value={search.labels ?? 'columns'}
            data={[
              { value: 'columns', label: 'Label columns' },
              { value: 'one', label: 'One column' },
            ]}
            onChange={(labels) => onChange({ labels: labels === 'one' ? 'one' : undefined })}
          />
          <Moment key={search.at ?? 'end'} atMs={search.at} endMs={endMs} onChange={(at) => onChange({ at })} />
        </>
      ) : (
        <>
          <SegmentedControl
            size="xs"
            aria-label="Style"
            value={search.style ?? 'lines'}
            data={[
              { value: 'lines', label: 'Lines' },
              { value: 'stacked', label: 'Stacked' },
            ]}
            onChange={(style) => onChange({ style: style === 'stacked' ? 'stacked' : undefined })}
          />
          <Select
            size="xs"
            w={164}
            aria-label="Resolution"
            allowDeselect={false}
            value={search.resolution ?? 'auto'}
            data={[
              { value: 'low', label: 'Resolution: low' },
              { value: 'auto', label: 'Resolution: auto' },
              { value: 'high', label: 'Resolution: high' },
            ]}
            onChange={(value) => onChange({ resolution: RESOLUTIONS.find((one) => one === value) })}
          />
          <span className="lw-label" data-testid="explore-step">
            {stepWords}
          </span>
        </>
      )}
      <span style={{ flex: 1 }} />
      {moves && (
        <button
          type="button"
          className="lw-icon-button"
          aria-pressed={isLive}
          aria-label="Live"
          title={isLive ? 'Live: asks again as time goes on. Press to stand still.' : 'Stands still. Press to go on.'}
          onClick={() => onChange({ live: isLive ? false : undefined })}
        >
          {isLive ? (
            <IconPlayerPause size={16} stroke={1.5} aria-hidden />
          ) : (
            <IconPlayerPlay size={16} stroke={1.5} aria-hidden />
          )}
          <span>{isLive ? 'Live' : 'Paused'}</span>
        </button>
      )}
      <button
        type="button"
        className="lw-icon-button"
        aria-label="Download as CSV"
        title="Download as CSV"
        disabled={!canDownload}
        onClick={props.onDownload}
        data-testid="download-csv"
      >
        <IconDownload size={16} stroke={1.5} aria-hidden />
        <span>CSV</span>
      </button>
      <Menu position="bottom-end">
        <Menu.Target>
          <button type="button" className="lw-icon-button" aria-label="When to ask first" title="When to ask first">
            <IconSettings size={16} stroke={1.5} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Ask before queries that would read more than</Menu.Label>
          {MOST_SAMPLES.map((most) => (
            <Menu.Item
              key={most}
              role="menuitemradio"
              aria-checked={most === props.mostSamples}
              leftSection={
                <span style={{ width: 12, display: 'inline-block' }}>{most === props.mostSamples ? '✓' : ''}</span>
              }
              onClick={() => props.onMostSamples(most)}
            >
              {aboutCount(most)} samples
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

type MomentProps = {
  readonly atMs: number | undefined;
  readonly endMs: number;
  readonly onChange: (atMs: number | undefined) => void;
};

/** The moment that a table is of. */
function Moment({ atMs, endMs, onChange }: MomentProps): ReactNode {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState(toFieldText(atMs ?? endMs));
  const chosen = new Date(text).getTime();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (Number.isFinite(chosen) && chosen > 0) onChange(chosen);
    setOpen(false);
  };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" width={240} trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className="lw-icon-button"
          style={{ borderColor: 'var(--lw-border)', color: 'var(--lw-text)' }}
          onClick={() => setOpen(!open)}
          data-testid="explore-at"
        >
          <IconClock size={16} stroke={1.5} aria-hidden />
          {atMs === undefined ? 'At the end of the range' : `At ${formatExact(atMs)}`}
        </button>
      </Popover.Target>
      <Popover.Dropdown p="md">
        <form onSubmit={submit} style={{ display: 'grid', gap: 8 }}>
          <TextInput label="At" type="datetime-local" value={text} onChange={(event) => setText(event.target.value)} />
          <Button type="submit">Show this moment</Button>
          {atMs !== undefined && (
            <Button variant="subtle" onClick={() => onChange(undefined)}>
              At the end of the range
            </Button>
          )}
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
