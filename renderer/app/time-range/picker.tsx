// The time range in the top bar: presets, and a range of one's own.
import { Button, Popover, TextInput } from '@mantine/core';
import { IconChevronDown, IconClock } from '@tabler/icons-react';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { parseDurationMs } from '../../../shared/model/duration.ts';
import { useNow } from '../data/clock.tsx';
import { PRESETS, durationOf, presetWords, rangeWords, toFieldText } from './range.ts';
import type { TimeRange } from './range.ts';
import { useRange } from './use-range.ts';

export function RangePicker(): ReactNode {
  const { range, set } = useRange();
  const now = useNow(30_000);
  const [open, setOpen] = useState(false);
  const choose = (next: TimeRange): void => {
    set(next);
    setOpen(false);
  };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={260} trapFocus>
      <Popover.Target>
        <button
          type="button"
          className="lw-icon-button"
          style={{ borderColor: 'var(--lw-border)', color: 'var(--lw-text)', padding: '0 8px', whiteSpace: 'nowrap' }}
          aria-label={`Time range: ${rangeWords(range, now)}`}
          data-testid="time-range"
          onClick={() => setOpen(!open)}
        >
          <IconClock size={16} stroke={1.5} aria-hidden />
          {rangeWords(range, now)}
          <IconChevronDown size={14} stroke={1.5} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown p="sm">
        <div className="lw-range-list">
          {PRESETS.map((preset) => {
            const durationMs = parseDurationMs(preset) ?? 0;
            return (
              <button
                key={preset}
                type="button"
                className="lw-option"
                aria-pressed={range.kind === 'last' && durationOf(range) === durationMs}
                onClick={() => choose({ kind: 'last', durationMs })}
              >
                {presetWords(preset)}
              </button>
            );
          })}
        </div>
        <OwnRange key={String(open)} range={range} nowMs={now} onChoose={choose} />
      </Popover.Dropdown>
    </Popover>
  );
}

type OwnProps = { readonly range: TimeRange; readonly nowMs: number; readonly onChoose: (range: TimeRange) => void };

function OwnRange({ range, nowMs, onChoose }: OwnProps): ReactNode {
  const [from, setFrom] = useState(toFieldText(range.kind === 'between' ? range.fromMs : nowMs - range.durationMs));
  const [to, setTo] = useState(toFieldText(range.kind === 'between' ? range.toMs : nowMs));
  const fromMs = new Date(from).getTime();
  const toMs = new Date(to).getTime();
  const backwards = toMs <= fromMs;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!backwards && Number.isFinite(fromMs) && Number.isFinite(toMs)) onChoose({ kind: 'between', fromMs, toMs });
  };
  return (
    <form onSubmit={submit} style={{ display: 'grid', gap: 8, marginTop: 12 }}>
      <TextInput label="From" type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} />
      <TextInput
        label="To"
        type="datetime-local"
        value={to}
        onChange={(event) => setTo(event.target.value)}
        error={backwards ? 'The end is before the start.' : undefined}
      />
      <Button type="submit">Show this range</Button>
    </form>
  );
}
