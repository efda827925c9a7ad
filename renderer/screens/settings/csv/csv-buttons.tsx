// Devices as CSV: out with one click, in through a look at what each row would do.
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useEngine } from '../../../app/connection/context.tsx';
import { failureOf } from '../../../app/data/failure.ts';
import { download } from '../../../components/download.ts';

/** The import's dialog stands with who shows the buttons: they come anew when the first device does. */
export function CsvButtons({ onImport }: { readonly onImport: () => void }): ReactNode {
  const engine = useEngine();
  const save = useMutation({
    mutationFn: () => engine.devices.exportCsv(),
    onSuccess: ({ text }) => download('linewarden-devices.csv', text),
  });
  return (
    <>
      <Button
        onClick={() => save.mutate()}
        loading={save.isPending}
        title={save.isError ? failureOf(save.error).message : 'What the window added, without passwords'}
        data-testid="csv-export"
      >
        {save.isError ? 'Export failed' : 'Export CSV'}
      </Button>
      <Button onClick={onImport} data-testid="csv-import">
        Import CSV
      </Button>
    </>
  );
}
