// One query: its letter, its editor, what is wrong with it, what it cost, and what can be done with it.
import { Button, Menu, Popover, Select, TextInput } from '@mantine/core';
import {
  IconAdjustmentsHorizontal,
  IconCopyPlus,
  IconDotsVertical,
  IconEye,
  IconEyeOff,
  IconIndentIncrease,
  IconStar,
  IconTrash,
} from '@tabler/icons-react';
import type { CompleteStrategy } from '@prometheus-io/codemirror-promql';
import { useState } from 'react';
import type { FormEvent, ReactNode, Ref } from 'react';
import type { QueryStats } from '../../../shared/contract/index.ts';
import { formatSeconds, plural } from '../../../shared/units/index.ts';
import type { Unit } from '../../../shared/units/index.ts';
import { StatusMark } from '../../components/status.tsx';
import { Editor } from './editor.tsx';
import type { EditorHandle } from './editor.tsx';
import { aboutCount } from './estimate.ts';
import type { Mark } from './hints.ts';
import type { QueryRow, RowChange } from './rows.ts';
import { stepMsOf, UNITS } from './search.ts';

export type RowActions = {
  readonly onChange: (id: number, change: RowChange) => void;
  /** What the results are made of: takes effect at once. */
  readonly onShow: (id: number, change: RowChange) => void;
  readonly onDuplicate: (id: number) => void;
  readonly onRemove: (id: number) => void;
  readonly onFormat: (id: number) => void;
  readonly onStar: (id: number) => void;
  readonly onRun: () => void;
  readonly onFocus: (id: number) => void;
  readonly check: (text: string, signal: AbortSignal) => Promise<readonly Mark[]>;
};

type Props = {
  readonly ref: Ref<EditorHandle>;
  readonly row: QueryRow;
  readonly letter: string;
  readonly completion: CompleteStrategy;
  readonly actions: RowActions;
  readonly stats: QueryStats | undefined;
  readonly busy: boolean;
  readonly canAdd: boolean;
  readonly inferred: Unit;
};

export function QueryRowView(props: Props): ReactNode {
  const { ref, row, letter, completion, actions, stats, busy, canAdd, inferred } = props;
  const { id, draft } = row;
  const [marks, setMarks] = useState<readonly Mark[]>([]);
  const hidden = row.hidden === true;
  const nameId = `lw-query-${id}`;
  const check = async (text: string, signal: AbortSignal): Promise<readonly Mark[]> => {
    const found = await actions.check(text, signal);
    setMarks(found);
    return found;
  };
  return (
    <div
      className="lw-query"
      data-hidden={hidden || undefined}
      role="group"
      aria-labelledby={nameId}
      data-testid={`query-${letter}`}
    >
      <span className="lw-query-letter" id={nameId}>
        <span className="lw-sr">Query </span>
        {letter}
      </span>
      <div className="lw-query-editor">
        <Editor
          ref={ref}
          labelledBy={nameId}
          text={draft}
          completion={completion}
          check={check}
          onChange={(text) => actions.onChange(id, { draft: text })}
          onRun={actions.onRun}
          onFocus={() => actions.onFocus(id)}
        />
      </div>
      <div className="lw-query-tools">
        <button
          type="button"
          className="lw-icon-button"
          aria-pressed={hidden}
          aria-label={`Hide query ${letter}`}
          title={hidden ? 'Show this query' : 'Hide this query'}
          onClick={() => actions.onShow(id, { hidden: hidden ? undefined : true })}
        >
          {hidden ? <IconEyeOff size={16} stroke={1.5} aria-hidden /> : <IconEye size={16} stroke={1.5} aria-hidden />}
        </button>
        <Options
          key={`${row.legend} ${row.step} ${row.unit}`}
          row={row}
          letter={letter}
          inferred={inferred}
          onShow={actions.onShow}
        />
        <Menu position="bottom-end">
          <Menu.Target>
            <button type="button" className="lw-icon-button" aria-label={`More for query ${letter}`} title="More">
              <IconDotsVertical size={16} stroke={1.5} aria-hidden />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconIndentIncrease size={14} stroke={1.5} />} onClick={() => actions.onFormat(id)}>
              Format
            </Menu.Item>
            <Menu.Item
              leftSection={<IconStar size={14} stroke={1.5} />}
              disabled={draft.trim() === ''}
              onClick={() => actions.onStar(id)}
            >
              Star
            </Menu.Item>
            <Menu.Item
              leftSection={<IconCopyPlus size={14} stroke={1.5} />}
              disabled={!canAdd}
              onClick={() => actions.onDuplicate(id)}
            >
              Duplicate
            </Menu.Item>
            <Menu.Item leftSection={<IconTrash size={14} stroke={1.5} />} onClick={() => actions.onRemove(id)}>
              Remove
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      <div className="lw-query-below">
        <div role="status" data-testid={`problems-${letter}`}>
          {marks.length > 0 && (
            <ul className="lw-query-marks">
              {marks.map((mark) => (
                <li key={`${mark.from} ${mark.message}`}>
                  <StatusMark state={mark.severity === 'error' ? 'offline' : 'degraded'} silent />
                  <span>
                    {placeOf(draft, mark.from)} {mark.message}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </div>
        <span className="lw-label lw-query-stats" data-testid={`stats-${letter}`}>
          {busy ? 'Running' : hidden ? 'Hidden' : statsWords(stats)}
        </span>
      </div>
    </div>
  );
}

/** "Line 2, column 5:", the line only where there are several. */
function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return text.includes('\n') ? `Line ${before.length}, column ${column}:` : `Column ${column}:`;
}

const statsWords = (stats: QueryStats | undefined): string =>
  stats === undefined
    ? ''
    : [
        plural(stats.series, 'series', 'series').replace(/^\d+/, (count) => Number(count).toLocaleString('en')),
        `${stats.samplesRead < 10_000 ? stats.samplesRead.toLocaleString('en') : aboutCount(stats.samplesRead)} samples read`,
        formatSeconds(stats.tookMs / 1_000),
      ].join(' · ');

const UNIT_WORDS: Readonly<Record<Unit, string>> = {
  count: 'plain number',
  perSecond: 'per second',
  bytes: 'bytes',
  Bps: 'bytes per second',
  bps: 'bits per second',
  percent: 'percent',
  seconds: 'seconds',
  celsius: 'degrees Celsius',
  volts: 'volts',
  watts: 'watts',
  rpm: 'turns per minute',
};

type OptionsProps = Pick<Props, 'row' | 'letter' | 'inferred'> & Pick<RowActions, 'onShow'>;

function Options({ row, letter, inferred, onShow }: OptionsProps): ReactNode {
  const [open, setOpen] = useState(false);
  const [legend, setLegend] = useState(row.legend ?? '');
  const [step, setStep] = useState(row.step ?? '');
  const [unit, setUnit] = useState<Unit | ''>(row.unit ?? '');
  const isStepWrong = step.trim() !== '' && stepMsOf(step.trim()) === undefined;
  const isSet = row.legend !== undefined || row.step !== undefined || row.unit !== undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isStepWrong) return;
    onShow(row.id, {
      legend: legend.trim() === '' ? undefined : legend.trim(),
      step: step.trim() === '' ? undefined : step.trim(),
      unit: unit === '' ? undefined : unit,
    });
    setOpen(false);
  };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={280} trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className="lw-icon-button"
          aria-label={`Legend, step and unit of query ${letter}`}
          title="Legend, step and unit"
          data-active={isSet || undefined}
          onClick={() => setOpen(!open)}
        >
          <IconAdjustmentsHorizontal size={16} stroke={1.5} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown p="md">
        <form onSubmit={submit} style={{ display: 'grid', gap: 12 }}>
          <TextInput
            label="Legend"
            placeholder="{{instance}} {{device}}"
            description="Names in double braces become the label's value."
            value={legend}
            maxLength={200}
            onChange={(event) => setLegend(event.target.value)}
          />
          <TextInput
            label="Shortest step"
            placeholder="by the time range"
            description="Such as 1m; at multiples of 5m stored summaries can answer."
            value={step}
            error={isStepWrong ? 'A time such as 30s, 5m or 1h' : undefined}
            onChange={(event) => setStep(event.target.value)}
          />
          <Select
            label="Unit"
            value={unit}
            comboboxProps={{ withinPortal: false }}
            data={[
              { value: '', label: `By the metric: ${UNIT_WORDS[inferred]}` },
              ...UNITS.map((one) => ({ value: one, label: UNIT_WORDS[one] })),
            ]}
            allowDeselect={false}
            onChange={(value) => setUnit(UNITS.find((one) => one === value) ?? '')}
          />
          <Button type="submit">Apply</Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
