// The silences: those that hold, those to come, those that are over; each can be changed, ended, made again.
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { SilenceShown } from '../../../../shared/contract/index.ts';
import { formatExact } from '../../../../shared/units/index.ts';
import { useNow } from '../../../app/data/clock.tsx';
import { failureOf } from '../../../app/data/failure.ts';
import { columnHelper, DataTable } from '../../../components/data-table.tsx';
import { Empty, Failed, Loading } from '../../../components/states.tsx';
import { StatusMark } from '../../../components/status.tsx';
import { Ago, Until } from '../../../components/times.tsx';
import { matchersText } from '../matchers/matchers.ts';
import { useChange, useSilences } from '../use-alerting.ts';
import { SilenceDialog } from './silence-dialog.tsx';

const WORDS = { active: 'Holds', pending: 'To come', expired: 'Over' } as const;
const MARKS = { active: 'online', pending: 'degraded', expired: 'unknown' } as const;
const ORDER = ['active', 'pending', 'expired'];

export function SilencesTab(): ReactNode {
  const silences = useSilences();
  const [dialog, setDialog] = useState<{ readonly silence?: SilenceShown } | null>(null);
  const [showsOver, setShowsOver] = useState(false);
  const expire = useChange((engine, id: string) => engine.silences.expire({ id }));
  if (silences.data === undefined) {
    return silences.isError ? (
      <Failed
        what="The silences could not be loaded"
        error={silences.error}
        sinceMs={silences.errorUpdatedAt}
        onRetry={() => void silences.refetch()}
      />
    ) : (
      <Loading height={300} />
    );
  }
  const add = (
    <Button variant="filled" onClick={() => setDialog({})} data-testid="silence-add">
      New silence
    </Button>
  );
  const over = silences.data.filter(({ state }) => state === 'expired').length;
  const rows = silences.data.filter(({ state }) => showsOver || state !== 'expired');
  return (
    <>
      {expire.isError && <p role="alert">{failureOf(expire.error).message}</p>}
      {silences.data.length === 0 ? (
        <Empty text="There are no silences: every alert is told. One keeps alerts with certain labels quiet for a while.">
          {add}
        </Empty>
      ) : (
        <DataTable
          label="Silences"
          testId="silences-table"
          rows={rows}
          columns={columnsOf((id) => expire.mutate(id))}
          idOf={({ id }) => id}
          onOpen={(silence) => setDialog({ silence })}
          initialSort={{ id: 'state', desc: false }}
          nothing="None holds now, and none is to come."
          tools={
            <>
              {over > 0 && (
                <button
                  type="button"
                  className="lw-chip"
                  aria-pressed={showsOver}
                  onClick={() => setShowsOver(!showsOver)}
                  data-testid="silences-over"
                >
                  Over {over}
                </button>
              )}
              {add}
            </>
          }
        />
      )}
      {dialog !== null && (
        <SilenceDialog key={dialog.silence?.id ?? 'new'} from={dialog} onClose={() => setDialog(null)} />
      )}
    </>
  );
}

const helper = columnHelper<SilenceShown>();
const columnsOf = (expire: (id: string) => void) =>
  helper.columns([
    helper.accessor(({ state }) => ORDER.indexOf(state), {
      id: 'state',
      header: 'State',
      meta: { width: '84px', csv: ({ state }: SilenceShown) => WORDS[state] },
      cell: ({ row: { original: silence } }) => (
        <span className="lw-row">
          <StatusMark state={MARKS[silence.state]} silent />
          {WORDS[silence.state]}
        </span>
      ),
    }),
    helper.accessor(({ matchers }) => matchersText(matchers), {
      id: 'matchers',
      header: 'Alerts with',
      enableHiding: false,
      meta: { width: 'minmax(200px, 3fr)' },
      cell: ({ getValue }) => (
        <code className="lw-mono lw-ellipsis" title={getValue()}>
          {getValue()}
        </code>
      ),
    }),
    helper.accessor('comment', {
      header: 'Why',
      meta: { width: 'minmax(120px, 2fr)', yields: 2 },
      cell: ({ getValue }) => <span title={getValue()}>{getValue()}</span>,
    }),
    helper.accessor('createdBy', { header: 'Who', meta: { width: 'minmax(64px, 1fr)', yields: 1 } }),
    helper.accessor('silenced', {
      header: 'Keeps quiet',
      meta: { width: '84px', align: 'right' },
      cell: ({ row: { original: silence } }) => (silence.state === 'expired' ? '' : silence.silenced),
    }),
    helper.accessor('endsAtMs', {
      header: 'Ends',
      meta: { width: '104px', csv: ({ endsAtMs }: SilenceShown) => formatExact(endsAtMs) },
      cell: ({ row: { original: silence } }) => <Ends silence={silence} />,
    }),
    helper.display({
      id: 'end',
      header: () => <span className="lw-sr">Actions</span>,
      enableHiding: false,
      meta: { width: '72px', align: 'right' },
      cell: ({ row: { original: silence } }) =>
        silence.state === 'expired' ? null : (
          <button
            type="button"
            className="lw-silence-button"
            onClick={(event) => {
              event.stopPropagation();
              expire(silence.id);
            }}
          >
            End now
          </button>
        ),
    }),
  ]);

function Ends({ silence }: { readonly silence: SilenceShown }): ReactNode {
  const now = useNow(5_000);
  if (silence.state === 'pending') return <Until atMs={silence.startsAtMs} words="begins in" />;
  return silence.endsAtMs > now ? <Until atMs={silence.endsAtMs} words="in" /> : <Ago atMs={silence.endsAtMs} />;
}
