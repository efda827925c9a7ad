// A retention of one's own, row by row.
import { Button, Select, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { parseResolution } from '../../../../shared/model/retention.ts';
import { RESOLUTIONS, addRow, isRaw } from './retention-draft.ts';
import type { Row, RowProblem } from './retention-draft.ts';
import { resolutionWords } from './words.ts';

type Props = {
  readonly rows: readonly Row[];
  readonly problems: readonly RowProblem[];
  readonly onChange: (rows: readonly Row[]) => void;
};

const MAX_ROWS = 8;

export function OwnList({ rows, problems, onChange }: Props): ReactNode {
  const edit = (id: number, part: Partial<Row>): void =>
    onChange(rows.map((row) => (row.id === id ? { ...row, ...part } : row)));
  const problemOf = (id: number | undefined, part: RowProblem['part']): string | undefined =>
    problems.find((problem) => problem.id === id && problem.part === part)?.message;
  const whole = problems.find(({ id }) => id === undefined)?.message;
  return (
    <div className="lw-storage-own" data-testid="retention-own-list">
      <div className="lw-storage-own-row lw-label" aria-hidden>
        <span>Resolution</span>
        <span>Kept for</span>
      </div>
      {rows.map((row) => (
        <div key={row.id} className="lw-storage-own-row">
          {isRaw(row) ? (
            <span className="lw-storage-own-raw">Every sample</span>
          ) : (
            <Select
              aria-label="Resolution"
              data={optionsFor(row)}
              value={row.resolution}
              error={problemOf(row.id, 'resolution')}
              allowDeselect={false}
              onChange={(resolution) => resolution !== null && edit(row.id, { resolution })}
            />
          )}
          <TextInput
            aria-label={`Kept for, of ${wordsOf(row.resolution)}`}
            placeholder="30d"
            value={row.keep}
            error={problemOf(row.id, 'keep')}
            onChange={(event) => edit(row.id, { keep: event.target.value })}
          />
          {!isRaw(row) && (
            <button
              type="button"
              className="lw-icon-button"
              aria-label={`Remove ${wordsOf(row.resolution)}`}
              title="Remove"
              onClick={() => onChange(rows.filter(({ id }) => id !== row.id))}
            >
              <IconTrash size={16} stroke={1.5} aria-hidden />
            </button>
          )}
        </div>
      ))}
      {whole !== undefined && <p role="alert">{whole}</p>}
      <div className="lw-row">
        <Button disabled={rows.length >= MAX_ROWS} onClick={() => onChange(addRow(rows))}>
          Add a resolution
        </Button>
        <span className="lw-label">Times to keep as 30d, 26w or 5y.</span>
      </div>
    </div>
  );
}

const wordsOf = (name: string): string => resolutionWords(name, parseResolution(name) ?? 0).toLowerCase();

/** The usual ones, and what the row says already. */
function optionsFor({ resolution }: Row): { value: string; label: string }[] {
  const names: string[] = RESOLUTIONS.some((name) => name === resolution)
    ? [...RESOLUTIONS]
    : [resolution, ...RESOLUTIONS];
  return names.map((value) => ({ value, label: resolutionWords(value, parseResolution(value) ?? 0) }));
}
