// The filters above the alerts: state, severity, device, labels. They are in the address, so that a view can be sent on.
import { Select } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { Board, DeviceSummary } from '../../../../shared/contract/index.ts';
import { StatusMark } from '../../../components/status.tsx';
import { deviceName } from '../../../panels/device-name.ts';
import { parseMatchers } from '../matchers/matchers.ts';
import { BOARD_STATES, STATE_LABELS, statesOf, withState } from './filters.ts';
import type { BoardSearch } from './filters.ts';
import { MARKS } from './marks.ts';

type Props = {
  readonly search: BoardSearch;
  readonly board: Board;
  readonly devices: readonly DeviceSummary[];
};

export function BoardFilters({ search, board, devices }: Props): ReactNode {
  const navigate = useNavigate({ from: '/alerts' });
  const states = statesOf(search);
  const change = (next: BoardSearch): void =>
    void navigate({
      search: ({ state: _s, severity: _v, device: _d, label: _l, ...others }) => ({ ...others, ...next }),
      replace: true,
    });
  const set = (key: 'severity' | 'device' | 'label', value: string): void => {
    const { [key]: _, ...others } = search;
    change(value === '' ? others : { ...others, [key]: value });
  };
  return (
    <div className="lw-board-filters">
      <div className="lw-board-states" role="group" aria-label="States">
        {BOARD_STATES.map((state) => (
          <button
            key={state}
            type="button"
            className="lw-board-state"
            aria-pressed={states.includes(state)}
            data-testid={`state-${state}`}
            onClick={() => change(withState(search, state))}
          >
            <StatusMark state={MARKS[state]} silent size={10} />
            {STATE_LABELS[state]} <span className="lw-dim">{board.counts[state]}</span>
          </button>
        ))}
      </div>
      <Select
        aria-label="Severity"
        placeholder="Any severity"
        data={[...new Set([...board.severities, ...(search.severity === undefined ? [] : [search.severity])])]}
        value={search.severity ?? null}
        clearable
        w={136}
        onChange={(value) => set('severity', value ?? '')}
      />
      <Select
        aria-label="Device"
        placeholder="Any device"
        data={devices.map((device) => ({ value: device.id, label: deviceName(device) }))}
        value={search.device ?? null}
        clearable
        searchable
        limit={50}
        nothingFoundMessage="No device is called that."
        w={168}
        onChange={(value) => set('device', value ?? '')}
      />
      <LabelFilter text={search.label ?? ''} onChange={(text) => set('label', text)} />
    </div>
  );
}

const APPLY_AFTER_MS = 300;

/** Applied a moment after the last key, and only what can be read. */
function LabelFilter({
  text,
  onChange,
}: {
  readonly text: string;
  readonly onChange: (text: string) => void;
}): ReactNode {
  const [typed, setTyped] = useState(text);
  const [known, setKnown] = useState(text);
  if (text !== known) {
    // The address was changed from elsewhere.
    setKnown(text);
    setTyped(text);
  }
  const read = parseMatchers(typed);
  const problem = 'problem' in read ? read.problem : undefined;
  useEffect(() => {
    if (problem !== undefined || typed === text) return;
    const timer = setTimeout(() => {
      setKnown(typed);
      onChange(typed);
    }, APPLY_AFTER_MS);
    return () => clearTimeout(timer);
  }, [typed, text, problem, onChange]);
  return (
    <input
      className="lw-table-filter lw-board-labels"
      type="search"
      aria-label="Labels"
      aria-invalid={problem !== undefined}
      title={problem}
      placeholder='Labels: site="north", team!="web"'
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
