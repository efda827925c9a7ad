// A moment in a form, in the local time of whoever looks.
import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';

const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-11-21T14:05`; empty for none. */
export function momentText(atMs: number): string {
  if (Number.isNaN(atMs)) return '';
  const at = new Date(atMs);
  const day = `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

type Props = {
  readonly label: string;
  /** Unix ms; NaN: the field is empty. */
  readonly atMs: number;
  readonly error?: string | undefined;
  readonly onChange: (atMs: number) => void;
};

export function MomentField({ label, atMs, error, onChange }: Props): ReactNode {
  return (
    <TextInput
      type="datetime-local"
      label={label}
      value={momentText(atMs)}
      error={error}
      onChange={(event) => onChange(event.target.value === '' ? Number.NaN : Date.parse(event.target.value))}
    />
  );
}
