// The variables of a dashboard, each a button with what is chosen; a click opens the values.
import { Popover } from '@mantine/core';
import { IconCheck, IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { toggled } from './choices.ts';
import type { Option } from './choices.ts';
import type { Choices } from './panel-of.ts';
import type { VariableOptions } from './use-variables.ts';

type Props = {
  readonly variables: readonly VariableOptions[];
  readonly choices: Choices;
  readonly onChoose: (name: string, values: readonly string[] | null) => void;
};

const MOST_SHOWN = 200;
const FEW = 8;

export function VariableBar({ variables, choices, onChoose }: Props): ReactNode {
  if (variables.length === 0) return null;
  return (
    <div className="lw-dash-variables" role="group" aria-label="Variables">
      {variables.map((one) => (
        <Picker
          key={one.variable.name}
          of={one}
          values={choices.get(one.variable.name)?.values}
          onChoose={(values) => onChoose(one.variable.name, values)}
        />
      ))}
    </div>
  );
}

type PickerProps = {
  readonly of: VariableOptions;
  /** Null: All. Undefined: nothing yet. */
  readonly values: readonly string[] | null | undefined;
  readonly onChoose: (values: readonly string[] | null) => void;
};

/** "core, mill", "core and 3 more". */
function chosenWords(values: readonly string[] | null | undefined, options: readonly Option[]): string {
  if (values === null) return 'All';
  const names = (values ?? []).map((value) => options.find((one) => one.value === value)?.name ?? value);
  if (names.length <= 2) return names.join(', ') || 'none';
  return `${names[0] ?? ''} and ${names.length - 1} more`;
}

function Picker({ of: { variable, options, loaded, failed }, values, onChoose }: PickerProps): ReactNode {
  const [open, setOpen] = useState(false);
  const words = chosenWords(values, options);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" width={280} trapFocus>
      <Popover.Target>
        <button
          type="button"
          className="lw-dash-variable"
          aria-expanded={open}
          data-testid={`variable-${variable.name}`}
          onClick={() => setOpen(!open)}
        >
          <span className="lw-dim">{variable.label}</span>
          <span className="lw-ellipsis">{words}</span>
          <IconChevronDown size={14} stroke={1.5} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown p="sm">
        <Values
          variable={variable}
          options={options}
          values={values ?? null}
          empty={failed ? 'The values could not be loaded.' : loaded ? 'There are no values in this time range.' : ''}
          onChoose={(next) => {
            onChoose(next);
            if (!variable.multi) setOpen(false);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

type ValuesProps = {
  readonly variable: VariableOptions['variable'];
  readonly options: readonly Option[];
  readonly values: readonly string[] | null;
  readonly empty: string;
  readonly onChoose: (values: readonly string[] | null) => void;
};

function Values({ variable, options, values, empty, onChoose }: ValuesProps): ReactNode {
  const [wanted, setWanted] = useState('');
  // A value of the address that is no longer there can still be taken away.
  const gone = (values ?? []).filter((value) => options.every((one) => one.value !== value));
  const all = [...options, ...gone.map((value) => ({ value, name: value }))];
  const text = wanted.trim().toLowerCase();
  const found = all.filter(({ name }) => name.toLowerCase().includes(text));
  return (
    <>
      {all.length > FEW && (
        <input
          className="lw-table-filter lw-dash-find"
          type="search"
          placeholder="Find"
          aria-label={`Find a value of ${variable.label}`}
          value={wanted}
          data-autofocus
          onChange={(event) => setWanted(event.target.value)}
        />
      )}
      <div className="lw-dash-values" role="group" aria-label={variable.label}>
        {variable.all && text === '' && <Choice name="All" chosen={values === null} onClick={() => onChoose(null)} />}
        {found.slice(0, MOST_SHOWN).map(({ value, name }) => (
          <Choice
            key={value}
            name={name}
            chosen={values?.includes(value) === true}
            onClick={() => onChoose(toggled(variable, values, value))}
          />
        ))}
      </div>
      {found.length === 0 && <p className="lw-label">{text === '' ? empty : 'Nothing matches.'}</p>}
      {found.length > MOST_SHOWN && <p className="lw-label">and {found.length - MOST_SHOWN} more: type to find them</p>}
    </>
  );
}

type ChoiceProps = { readonly name: string; readonly chosen: boolean; readonly onClick: () => void };

function Choice({ name, chosen, onClick }: ChoiceProps): ReactNode {
  return (
    <button type="button" className="lw-option" aria-pressed={chosen} title={name} onClick={onClick}>
      <span className="lw-dash-check">{chosen && <IconCheck size={14} stroke={1.5} aria-hidden />}</span>
      <span className="lw-ellipsis">{name}</span>
    </button>
  );
}
