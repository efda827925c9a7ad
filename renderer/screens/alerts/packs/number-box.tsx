// One number of a rule with its unit: takes effect on Enter or when the field is left; what is out of bounds is told.
import { useState } from 'react';
import type { ReactNode } from 'react';

type Props = {
  readonly label: string;
  readonly unit: string;
  readonly value: number;
  readonly standard: number;
  readonly min: number;
  readonly max: number;
  readonly disabled: boolean;
  /** null: the default again. */
  readonly onChange: (value: number | null) => void;
  readonly testId: string;
};

export function NumberBox({ label, unit, value, standard, min, max, disabled, onChange, testId }: Props): ReactNode {
  // undefined while nothing is typed: then it shows what is in force.
  const [typed, setTyped] = useState<string>();
  const number = typed === undefined || typed.trim() === '' ? value : Number(typed.replace(',', '.'));
  const isWrong = !(number >= min && number <= max);
  const finish = (): void => {
    setTyped(undefined);
    if (!isWrong && number !== value) onChange(number === standard ? null : number);
  };
  const bounds = `${min} to ${max}${unit === '' ? '' : ` ${unit}`}, ${standard} by default`;
  return (
    <label className="lw-pack-number" title={bounds}>
      <span className="lw-label">{label}</span>
      <input
        inputMode="decimal"
        value={typed ?? String(value)}
        disabled={disabled}
        aria-invalid={isWrong || undefined}
        data-changed={value !== standard || undefined}
        data-testid={testId}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={finish}
        onKeyDown={(event) => {
          if (event.key === 'Enter') finish();
          if (event.key === 'Escape') setTyped(undefined);
        }}
      />
      {unit !== '' && <span className="lw-label">{unit}</span>}
      {isWrong && (
        <span className="lw-pack-wrong" role="alert">
          {min} to {max}
        </span>
      )}
    </label>
  );
}
