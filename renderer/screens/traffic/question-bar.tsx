// What is asked: the filter above, and below it by what, how much of it, and of which exporter.
import { Button, Checkbox, SegmentedControl, Select } from '@mantine/core';
import { Suspense, lazy, useCallback, useId, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { DeviceSummary, FlowExporter } from '../../../shared/contract/index.ts';
import type { FlowMeasure } from '../../../shared/model/flow-question.ts';
import { useDevices, useExporters } from '../../app/data/queries.ts';
import { deviceName } from '../../panels/device-name.ts';
import { ByPicker } from './by-picker.tsx';
import type { FilterProblem } from './filter-editor.tsx';
import { DEFAULT_TOP, TOPS, byOf } from './search.ts';
import type { Traffic } from './use-traffic.ts';
import { MEASURE_WORDS } from './words.ts';

const FilterEditor = lazy(() => import('./filter-editor.tsx'));

type Props = {
  readonly traffic: Traffic;
  /** What of it this view can be told. */
  readonly has: {
    readonly by?: 1 | 2 | 3;
    readonly measure?: boolean;
    readonly top?: boolean;
    readonly lines?: boolean;
  };
  readonly children?: ReactNode;
};

export function QuestionBar({ traffic, has, children }: Props): ReactNode {
  const { search, by, measure, change } = traffic;
  return (
    <section className="lw-traffic-question" aria-label="What is asked">
      <Filter traffic={traffic} />
      <div className="lw-traffic-tools">
        {has.by !== undefined && (
          <ByPicker by={by.slice(0, has.by)} most={has.by} onChange={(keys) => change({ by: byOf(keys) })} />
        )}
        {has.measure === true && (
          <SegmentedControl
            size="xs"
            transitionDuration={0}
            aria-label="What is counted"
            value={measure}
            data={(['bytes', 'packets', 'flows'] as const).map((value) => ({ value, label: MEASURE_WORDS[value] }))}
            onChange={(value: FlowMeasure) => change({ measure: value === 'bytes' ? undefined : value })}
          />
        )}
        {has.top === true && (
          <Select
            size="xs"
            w={88}
            aria-label="How many"
            allowDeselect={false}
            value={String(traffic.top)}
            data={TOPS.map((top) => ({ value: String(top), label: `Top ${top}` }))}
            onChange={(value) => {
              const top = TOPS.find((one) => String(one) === value);
              change({ top: top === DEFAULT_TOP ? undefined : top });
            }}
          />
        )}
        <ExporterSelect traffic={traffic} />
        {has.lines === true && (
          <>
            <Checkbox
              size="xs"
              label="Previous period"
              checked={search.previous === true}
              onChange={(event) => change({ previous: event.target.checked || undefined })}
            />
            <Checkbox
              size="xs"
              label="p95"
              checked={search.p95 === true}
              onChange={(event) => change({ p95: event.target.checked || undefined })}
            />
          </>
        )}
        <span className="lw-traffic-tools-end">{children}</span>
      </div>
    </section>
  );
}

/** What is typed is not asked before Enter or Apply. */
function Filter({ traffic }: { readonly traffic: Traffic }): ReactNode {
  const { filter, change } = traffic;
  const [draft, setDraft] = useState(filter);
  // What comes from elsewhere, such as a row that was gone into, replaces what was being typed.
  const [known, setKnown] = useState(filter);
  if (filter !== known) {
    setKnown(filter);
    setDraft(filter);
  }
  const [problem, setProblem] = useState<FilterProblem>();
  const id = useId();
  const run = (): void => change({ filter: draft.trim() === '' ? undefined : draft.trim() });
  return (
    <div className="lw-traffic-filter">
      <div className="lw-row">
        <span id={id} className="lw-sr">
          Filter
        </span>
        <div className="lw-traffic-field" data-wrong={problem !== undefined || undefined}>
          <Suspense fallback={<div className="lw-traffic-field-wait">{filter}</div>}>
            <FilterEditor labelledBy={id} text={draft} onChange={setDraft} onRun={run} onProblem={setProblem} />
          </Suspense>
        </div>
        {filter !== '' && (
          <Button variant="subtle" onClick={() => change({ filter: undefined, trail: undefined })}>
            Clear
          </Button>
        )}
        <Button
          variant={draft.trim() === filter ? 'default' : 'filled'}
          onClick={run}
          data-testid="traffic-run"
          title="Enter in the field does the same; Ctrl-Space completes"
        >
          Apply
        </Button>
      </div>
      {problem !== undefined && (
        <p className="lw-traffic-mistake" role="alert" data-testid="filter-problem">
          {problem.message} <span className="lw-dim">{problem.hint}</span>
        </p>
      )}
    </div>
  );
}

/** Exporters by what they are called; one that sends nothing just now stays chosen. */
function ExporterSelect({ traffic: { exporter, change } }: { readonly traffic: Traffic }): ReactNode {
  const exporters = useExporters(useCallback((all: FlowExporter[]) => all.map(({ address }) => address), []));
  const devices = useDevices();
  const options = useMemo(
    () => exporterOptions(exporters.data ?? [], devices.data ?? [], exporter),
    [exporters.data, devices.data, exporter],
  );
  if (options.length < 2 && exporter === undefined) return null;
  return (
    <Select
      size="xs"
      w={168}
      aria-label="Exporter"
      allowDeselect={false}
      value={exporter ?? ''}
      data={[{ value: '', label: 'All exporters' }, ...options]}
      onChange={(value) => change({ exporter: value === null || value === '' ? undefined : value })}
    />
  );
}

type Option = { readonly value: string; readonly label: string };

export function exporterOptions(
  addresses: readonly string[],
  devices: readonly DeviceSummary[],
  chosen: string | undefined,
): Option[] {
  const options = addresses.map((address): Option => {
    const device = devices.find((one) => one.address === address);
    return device === undefined ? { value: address, label: address } : { value: device.id, label: deviceName(device) };
  });
  const known = new Map(options.map((option) => [option.value, option]));
  if (chosen !== undefined && !known.has(chosen)) {
    const device = devices.find(({ id }) => id === chosen);
    known.set(chosen, { value: chosen, label: device === undefined ? chosen : deviceName(device) });
  }
  return [...known.values()].toSorted((a, b) => a.label.localeCompare(b.label));
}
