// A maintenance window: its devices and labels, once or again and again, with what it would keep quiet now.
import { Button, Modal, MultiSelect, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { MaintenanceForm, MaintenancePreview, MaintenanceWindow } from '../../../../shared/contract/index.ts';
import { formatExact } from '../../../../shared/units/index.ts';
import { useConnection, useEngine } from '../../../app/connection/context.tsx';
import { failureOf } from '../../../app/data/failure.ts';
import { useDevices } from '../../../app/data/queries.ts';
import { deviceName } from '../../../panels/device-name.ts';
import { MatchedAlerts } from '../matchers/match-preview.tsx';
import { fitsNothing, matcherProblem } from '../matchers/matchers.ts';
import { draftsOf, MatchersEditor, matchersOf } from '../matchers/matchers-editor.tsx';
import { MomentField } from '../moment-field.tsx';
import { useChange } from '../use-alerting.ts';
import { daysOfMonth, ownTimeZone, WEEK, WEEKDAYS } from './schedule.ts';

type Props = { readonly window: MaintenanceWindow | undefined; readonly onClose: () => void };

const TWO_HOURS_MS = 7_200_000;
const ASK_AFTER_MS = 250;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/;

export function MaintenanceDialog({ window, onClose }: Props): ReactNode {
  const engine = useEngine();
  const connection = useConnection();
  const devices = useDevices();
  const [openedAtMs] = useState(() => connection.now());
  const { schedule } = window ?? {};
  const once = schedule?.kind === 'once' ? schedule : undefined;
  const recurring = schedule?.kind === 'recurring' ? schedule : undefined;
  const [title, setTitle] = useState(window?.title ?? '');
  const [comment, setComment] = useState(window?.comment ?? '');
  const [isEnabled, setEnabled] = useState(window?.isEnabled ?? true);
  const [deviceIds, setDeviceIds] = useState<readonly string[]>(window?.deviceIds ?? []);
  const [drafts, setDrafts] = useState(() => draftsOf(window?.matchers ?? []));
  const [kind, setKind] = useState<'once' | 'recurring'>(schedule?.kind ?? 'once');
  const [startsAtMs, setStart] = useState(once?.startsAtMs ?? openedAtMs);
  const [endsAtMs, setEnd] = useState(once?.endsAtMs ?? openedAtMs + TWO_HOURS_MS);
  const [start, setStartTime] = useState(recurring?.start ?? '22:00');
  const [end, setEndTime] = useState(recurring?.end ?? '06:00');
  const [weekdays, setWeekdays] = useState<readonly number[]>(recurring?.weekdays ?? []);
  const [days, setDays] = useState(recurring?.daysOfMonth.join(', ') ?? '');
  const [timeZone, setTimeZone] = useState(recurring?.timeZone ?? ownTimeZone());
  const [isTried, setTried] = useState(false);

  const matchers = matchersOf(drafts);
  const readDays = daysOfMonth(days);
  const problems = {
    title: title.trim() === '' ? 'What is it for?' : undefined,
    scope:
      deviceIds.length === 0 && matchers.every(fitsNothing)
        ? 'Choose a device, or a label with a value: this would keep every alert quiet.'
        : undefined,
    matchers: matchers.some((one) => matcherProblem(one) !== undefined) ? 'A label cannot be read.' : undefined,
    start: kind === 'once' && Number.isNaN(startsAtMs) ? 'From when?' : undefined,
    end:
      kind !== 'once'
        ? undefined
        : Number.isNaN(endsAtMs)
          ? 'Until when?'
          : endsAtMs <= startsAtMs
            ? 'It has to end after it begins.'
            : undefined,
    from: kind === 'recurring' && !TIME.test(start) ? 'Such as 22:00' : undefined,
    until: kind === 'recurring' && !TIME.test(end) ? 'Such as 06:00' : undefined,
    days: kind === 'recurring' && readDays === undefined ? 'Such as 1, 15 or -1 for the last day' : undefined,
  };
  const isWrong = Object.values(problems).some((problem) => problem !== undefined);
  const scope: MaintenancePreview = {
    deviceIds: [...deviceIds],
    matchers,
    schedule:
      kind === 'once'
        ? { kind, startsAtMs, endsAtMs }
        : { kind, start, end, weekdays: [...weekdays], daysOfMonth: [...(readDays ?? [])], timeZone },
  };
  const { title: _title, ...ofScope } = problems;
  const isAskable = Object.values(ofScope).every((problem) => problem === undefined);
  const [asked] = useDebouncedValue(isAskable ? JSON.stringify(scope) : '', ASK_AFTER_MS);
  const preview = useQuery({
    queryKey: ['maintenance', 'preview', asked],
    queryFn: ({ signal }) => engine.maintenance.preview(JSON.parse(asked) as MaintenancePreview, { signal }),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
    retry: false,
  });
  const save = useChange(
    (to, form: MaintenanceForm) => to.maintenance.save(form),
    () => onClose(),
  );
  const remove = useChange(
    (to, id: string) => to.maintenance.remove({ id }),
    () => onClose(),
  );
  const submit = (): void => {
    setTried(true);
    if (isWrong) return;
    save.mutate({
      ...scope,
      title: title.trim(),
      comment: comment.trim(),
      isEnabled,
      ...(window && { id: window.id }),
    });
  };
  const failure = save.error ?? remove.error ?? preview.error;
  const shown = (problem: string | undefined): string | undefined => (isTried ? problem : undefined);
  return (
    <Modal
      opened
      onClose={onClose}
      size={620}
      title={window === undefined ? 'New maintenance window' : 'Change the maintenance window'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        className="lw-form"
        data-testid="maintenance-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextInput
          label="What"
          placeholder="Firmware of the north towers"
          data-autofocus
          value={title}
          error={shown(problems.title)}
          onChange={(event) => setTitle(event.target.value)}
        />
        <MultiSelect
          size="xs"
          label="Devices"
          placeholder={deviceIds.length === 0 ? 'Any device' : ''}
          searchable
          limit={50}
          nothingFoundMessage="No device is called that."
          data={(devices.data ?? []).map((device) => ({ value: device.id, label: deviceName(device) }))}
          value={[...deviceIds]}
          onChange={setDeviceIds}
        />
        <MatchersEditor drafts={drafts} onChange={setDrafts} isTried={isTried} />
        {isTried && problems.scope !== undefined && (
          <p className="lw-problem" role="alert">
            {problems.scope}
          </p>
        )}
        <SegmentedControl
          size="xs"
          aria-label="When"
          data={[
            { value: 'once', label: 'Once' },
            { value: 'recurring', label: 'Again and again' },
          ]}
          value={kind}
          onChange={(value) => setKind(value === 'recurring' ? 'recurring' : 'once')}
        />
        {kind === 'once' ? (
          <div className="lw-when">
            <MomentField label="From" atMs={startsAtMs} error={problems.start} onChange={setStart} />
            <MomentField label="Until" atMs={endsAtMs} error={problems.end} onChange={setEnd} />
          </div>
        ) : (
          <>
            <div className="lw-when-times">
              <TextInput
                label="From"
                value={start}
                error={problems.from}
                onChange={(event) => setStartTime(event.target.value)}
              />
              <TextInput
                label="Until"
                value={end}
                error={problems.until}
                onChange={(event) => setEndTime(event.target.value)}
              />
              <TextInput
                label="Time zone"
                value={timeZone}
                onChange={(event) => setTimeZone(event.target.value.trim())}
              />
            </div>
            <div className="lw-chips" role="group" aria-label="Days of the week">
              {WEEK.map((day) => (
                <button
                  key={day}
                  type="button"
                  className="lw-chip"
                  aria-pressed={weekdays.includes(day)}
                  onClick={() =>
                    setWeekdays(weekdays.includes(day) ? weekdays.filter((one) => one !== day) : [...weekdays, day])
                  }
                >
                  {WEEKDAYS[day]}
                </button>
              ))}
              <span className="lw-label">{weekdays.length === 0 ? 'every day of the week' : ''}</span>
            </div>
            <TextInput
              label="Days of the month"
              placeholder="every day; or 1, 15, -1 for the last"
              value={days}
              error={problems.days}
              onChange={(event) => setDays(event.target.value)}
            />
          </>
        )}
        <TextInput label="Comment" value={comment} onChange={(event) => setComment(event.target.value)} />
        <MatchedAlerts preview={isAskable ? preview.data : undefined} />
        {isAskable && preview.data?.nextAtMs != null && (
          <p className="lw-label">Begins next at {formatExact(preview.data.nextAtMs)}</p>
        )}
        {failure !== null && (
          <div className="lw-test" role="alert">
            <p>{failureOf(failure).message}</p>
          </div>
        )}
        <div className="lw-form-actions">
          <Button type="submit" variant="filled" loading={save.isPending} data-testid="maintenance-save">
            Save
          </Button>
          {window !== undefined && (
            <Button onClick={() => remove.mutate(window.id)} loading={remove.isPending}>
              Delete
            </Button>
          )}
          <Switch
            size="xs"
            label="In force"
            checked={isEnabled}
            onChange={(event) => setEnabled(event.target.checked)}
          />
          <Button variant="subtle" onClick={onClose} style={{ marginLeft: 'auto' }}>
            Cancel
          </Button>
        </div>
      </form>
    </Modal>
  );
}
