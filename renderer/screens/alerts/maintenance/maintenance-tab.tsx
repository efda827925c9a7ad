// Maintenance windows: when nothing is told of which devices, now and again.
import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { MaintenanceWindow } from '../../../../shared/contract/index.ts';
import { plural } from '../../../../shared/units/index.ts';
import { useDevices } from '../../../app/data/queries.ts';
import { columnHelper, DataTable } from '../../../components/data-table.tsx';
import { Empty, Failed, Loading } from '../../../components/states.tsx';
import { StatusMark } from '../../../components/status.tsx';
import { Until } from '../../../components/times.tsx';
import { deviceName } from '../../../panels/device-name.ts';
import { matchersText } from '../matchers/matchers.ts';
import { useMaintenance } from '../use-alerting.ts';
import { MaintenanceDialog } from './maintenance-dialog.tsx';
import { scheduleWords } from './schedule.ts';

export function MaintenanceTab(): ReactNode {
  const windows = useMaintenance();
  const devices = useDevices().data;
  const names = useMemo(() => new Map((devices ?? []).map((device) => [device.id, deviceName(device)])), [devices]);
  const columns = useMemo(() => columnsOf(names), [names]);
  const [dialog, setDialog] = useState<{ readonly window?: MaintenanceWindow } | null>(null);
  if (windows.data === undefined) {
    return windows.isError ? (
      <Failed
        what="The maintenance windows could not be loaded"
        error={windows.error}
        sinceMs={windows.errorUpdatedAt}
        onRetry={() => void windows.refetch()}
      />
    ) : (
      <Loading height={300} />
    );
  }
  const add = (
    <Button variant="filled" onClick={() => setDialog({})} data-testid="maintenance-add">
      New maintenance window
    </Button>
  );
  return (
    <>
      {windows.data.length === 0 ? (
        <Empty text="No maintenance is planned. A window keeps quiet what is being worked on, once or each week.">
          {add}
        </Empty>
      ) : (
        <DataTable
          label="Maintenance windows"
          testId="maintenance-table"
          rows={windows.data}
          columns={columns}
          idOf={({ id }) => id}
          onOpen={(window) => setDialog({ window })}
          initialSort={{ id: 'now', desc: false }}
          nothing="No maintenance is planned."
          tools={add}
        />
      )}
      {dialog !== null && (
        <MaintenanceDialog key={dialog.window?.id ?? 'new'} window={dialog.window} onClose={() => setDialog(null)} />
      )}
    </>
  );
}

/** Of what it keeps quiet: devices, labels, or both. */
function scopeWords({ deviceIds, matchers }: MaintenanceWindow, names: ReadonlyMap<string, string>): string {
  const devices =
    deviceIds.length > 3 ? plural(deviceIds.length, 'device') : deviceIds.map((id) => names.get(id) ?? id).join(', ');
  return [devices, matchersText(matchers)].filter((part) => part !== '').join(' with ');
}

const helper = columnHelper<MaintenanceWindow>();
const columnsOf = (names: ReadonlyMap<string, string>) =>
  helper.columns([
    helper.accessor(({ now, isEnabled, nextAtMs }) => (now !== null ? 0 : isEnabled && nextAtMs !== null ? 1 : 2), {
      id: 'now',
      header: 'State',
      meta: { width: '148px', csv: ({ now }: MaintenanceWindow) => (now === null ? '' : 'holds') },
      cell: ({ row: { original: window } }) => <State window={window} />,
    }),
    helper.accessor('title', {
      header: 'What',
      enableHiding: false,
      meta: { width: 'minmax(140px, 2fr)' },
      cell: ({ getValue }) => <span title={getValue()}>{getValue()}</span>,
    }),
    helper.accessor((window) => scopeWords(window, names), {
      id: 'scope',
      header: 'Keeps quiet',
      meta: { width: 'minmax(140px, 2fr)' },
      cell: ({ getValue }) => <span title={getValue()}>{getValue()}</span>,
    }),
    helper.accessor(({ schedule }) => scheduleWords(schedule), {
      id: 'when',
      header: 'When',
      meta: { width: 'minmax(180px, 3fr)' },
      cell: ({ getValue }) => <span title={getValue()}>{getValue()}</span>,
    }),
    helper.accessor('comment', {
      header: 'Comment',
      meta: { width: 'minmax(100px, 2fr)', yields: 1 },
      cell: ({ getValue }) => <span title={getValue()}>{getValue()}</span>,
    }),
  ]);

function State({ window }: { readonly window: MaintenanceWindow }): ReactNode {
  const { now, nextAtMs, isEnabled } = window;
  return (
    <span className="lw-row">
      <StatusMark state={now === null ? 'unknown' : 'online'} silent />
      {!isEnabled ? (
        'Switched off'
      ) : now !== null ? (
        <Until atMs={now.untilMs} words="Holds for" />
      ) : nextAtMs === null ? (
        'Over'
      ) : (
        <Until atMs={nextAtMs} words="In" />
      )}
    </span>
  );
}
