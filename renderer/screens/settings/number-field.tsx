// A whole number in a form: what is typed stays typed, and what is wrong with it is said, not mended in silence.
import { NumberInput } from '@mantine/core';
import type { ReactNode } from 'react';

type Props = {
  readonly label: string;
  /** NaN: the field is empty. */
  readonly value: number;
  readonly error: string | undefined;
  readonly width?: number;
  readonly onChange: (value: number) => void;
};

export function NumberField({ label, value, error, width, onChange }: Props): ReactNode {
  return (
    <NumberInput
      label={label}
      value={Number.isNaN(value) ? '' : value}
      error={error}
      clampBehavior="none"
      hideControls
      {...(width === undefined ? {} : { style: { width } })}
      onChange={(given) => onChange(given === '' ? Number.NaN : Number(given))}
    />
  );
}
