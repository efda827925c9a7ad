// A line of the board: a group with its labels and its receiver, or an alert with what it is, of whom and since when.
import { Link } from '@tanstack/react-router';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { BoardAlert, BoardGroup, DeviceSummary } from '../../../../shared/contract/index.ts';
import { StatusMark } from '../../../components/status.tsx';
import { Since } from '../../../components/times.tsx';
import { deviceName } from '../../../panels/device-name.ts';
import { equalTo } from '../matchers/matchers.ts';
import { SilenceButton } from '../silences/silence-button.tsx';
import { BOARD_STATES, STATE_LABELS } from './filters.ts';
import { MARKS } from './marks.ts';

type GroupProps = { readonly group: BoardGroup; readonly index: number };

export function GroupLine({ group, index }: GroupProps): ReactNode {
  const labels = Object.entries(group.labels);
  const Chevron = group.isFolded ? IconChevronRight : IconChevronDown;
  return (
    <>
      <span role="gridcell" className="lw-row lw-board-name">
        <Chevron size={14} stroke={1.5} aria-hidden />
        {labels.length === 0 && <strong>All alerts</strong>}
        {labels.map(([name, value]) =>
          name === 'alertname' ? (
            <strong key={name} className="lw-ellipsis" title={value}>
              {value}
            </strong>
          ) : (
            <LabelTag key={name} name={name} value={value} />
          ),
        )}
      </span>
      <span role="gridcell" className="lw-row lw-board-counts">
        {BOARD_STATES.filter((state) => group.counts[state] > 0).map((state) => (
          <span key={state} className="lw-row lw-nowrap" style={{ gap: 4 }} title={STATE_LABELS[state]}>
            <StatusMark state={MARKS[state]} silent size={10} />
            {group.counts[state]}
            <span className="lw-sr"> {STATE_LABELS[state].toLowerCase()}</span>
          </span>
        ))}
      </span>
      <span role="gridcell" className="lw-dim lw-ellipsis lw-board-receiver" title={`Told to ${group.receiver}`}>
        to {group.receiver}
      </span>
      <span role="gridcell" className="lw-num lw-dim">
        <Since atMs={group.sinceMs} />
      </span>
      <span role="gridcell" className="lw-board-action">
        {labels.length > 0 && <SilenceButton matchers={equalTo(group.labels)} what="this group" index={index} />}
      </span>
    </>
  );
}

/** Four significant digits, whatever the unit: the rule's author knows it. */
const valueText = (value: BoardAlert['value']): string =>
  value === null ? '' : typeof value === 'number' ? String(Number(value.toPrecision(4))) : value;

type AlertProps = {
  readonly alert: BoardAlert;
  readonly index: number;
  readonly device: DeviceSummary | undefined;
};

export function AlertLine({ alert, index, device }: AlertProps): ReactNode {
  const { state, quietedBy } = alert;
  const labels = Object.entries(alert.labels).filter(([name]) => name !== 'alertname' && name !== 'severity');
  return (
    <>
      <span role="gridcell" className="lw-board-what">
        <span className="lw-row">
          <StatusMark state={MARKS[state]} silent />
          <span className="lw-sr">{STATE_LABELS[state]}: </span>
          <Link
            to="/alerts/$fingerprint"
            params={{ fingerprint: alert.fingerprint }}
            search={{ at: alert.activeAtMs }}
            className="lw-ellipsis"
            title={alert.summary}
            tabIndex={-1}
          >
            {alert.summary}
          </Link>
          {alert.severity !== '' && <span className="lw-tag">{alert.severity}</span>}
        </span>
        <span className="lw-row lw-board-under">
          {quietedBy.length > 0 ? (
            <span className="lw-ellipsis" title={quietedBy.map(({ text }) => text).join('\n')}>
              {quietedBy[0]?.text}
              {quietedBy.length > 1 && ` and ${quietedBy.length - 1} more`}
            </span>
          ) : (
            <span className="lw-ellipsis" title={labels.map(([name, value]) => `${name}="${value}"`).join('\n')}>
              {labels.map(([name, value]) => `${name} ${value}`).join('  ·  ')}
            </span>
          )}
        </span>
      </span>
      <span role="gridcell" className="lw-ellipsis lw-board-device">
        {device !== undefined && (
          <Link
            to="/devices/$deviceId"
            params={{ deviceId: device.id }}
            className="lw-link"
            tabIndex={-1}
            onClick={(event) => event.stopPropagation()}
          >
            {deviceName(device)}
          </Link>
        )}
      </span>
      <span role="gridcell" className="lw-num lw-board-value" title="Its value">
        {valueText(alert.value)}
      </span>
      <span role="gridcell" className="lw-num lw-dim">
        <Since atMs={alert.sinceMs} />
        {state === 'resolved' && ' ago'}
      </span>
      <span role="gridcell" className="lw-board-action">
        {state !== 'resolved' && <SilenceButton matchers={equalTo(alert.labels)} what="this alert" index={index} />}
      </span>
    </>
  );
}

export function LabelTag({ name, value }: { readonly name: string; readonly value: string }): ReactNode {
  return (
    <span className="lw-tag lw-ellipsis lw-label-tag" title={`${name}="${value}"`}>
      {name} <span className="lw-label-value">{value}</span>
    </span>
  );
}
