// The timeline: a lane a kind of alert, a bar for each time while one of them fired.
import type { ReactNode } from 'react';
import type { AlertHistory } from '../../../../shared/contract/index.ts';
import { formatClock, formatDay, formatSpan, formatTime, plural } from '../../../../shared/units/index.ts';

type Props = {
  readonly lanes: AlertHistory['lanes'];
  readonly startMs: number;
  readonly endMs: number;
  /** Absent: the bars lead nowhere. */
  readonly onOpen?: (fingerprint: string, activeAtMs: number) => void;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Whole hours of the local day; whole days over a week. */
function ticksOf(startMs: number, endMs: number): { readonly atMs: number; readonly words: string }[] {
  const isLong = endMs - startMs > 2 * DAY_MS;
  const first = new Date(startMs);
  first.setMinutes(0, 0, 0);
  if (isLong) first.setHours(0);
  const ticks: { atMs: number; words: string }[] = [];
  for (const at = first; at.getTime() <= endMs; at.setHours(at.getHours() + (isLong ? 24 : 1))) {
    const atMs = at.getTime();
    if (atMs < startMs || (!isLong && at.getHours() % 3 !== 0)) continue;
    ticks.push({ atMs, words: isLong ? formatDay(atMs, endMs) : formatClock(atMs) });
  }
  return ticks;
}

export function Timeline({ lanes, startMs, endMs, onOpen }: Props): ReactNode {
  const percent = (atMs: number): number =>
    (100 * (Math.min(endMs, Math.max(startMs, atMs)) - startMs)) / (endMs - startMs);
  const ticks = ticksOf(startMs, endMs);
  return (
    <section className="lw-timeline" aria-label="Timeline">
      <div className="lw-timeline-lanes">
        {lanes.map((lane) => (
          <div key={lane.name} className="lw-lane">
            <span className="lw-lane-name">
              <span className="lw-ellipsis" title={lane.name}>
                {lane.name}
              </span>
              <span className="lw-label">{lane.times}</span>
            </span>
            <div className="lw-lane-bars">
              {ticks.map(({ atMs }) => (
                <i key={atMs} className="lw-lane-tick" style={{ left: `${percent(atMs)}%` }} />
              ))}
              {lane.spans.map((span) => {
                const from = percent(span.fromMs);
                const until = `${formatTime(span.fromMs, endMs)}, ${span.toMs === null ? 'still firing' : `for ${formatSpan(span.toMs - span.fromMs)}`}`;
                const words = `${lane.name}: ${plural(span.alerts, 'alert')} from ${until}`;
                const bar = {
                  className: 'lw-bar',
                  'data-severity': span.toMs === null ? 'now' : undefined,
                  'aria-label': words,
                  title: words,
                  style: { left: `${from}%`, width: `max(3px, ${percent(span.toMs ?? endMs) - from}%)` },
                };
                const key = `${span.fromMs} ${span.fingerprint}`;
                return onOpen === undefined ? (
                  <span key={key} role="img" {...bar} />
                ) : (
                  <button key={key} type="button" {...bar} onClick={() => onOpen(span.fingerprint, span.activeAtMs)} />
                );
              })}
            </div>
          </div>
        ))}
      </div>
      <div className="lw-lane lw-lane-axis" aria-hidden>
        <span />
        <div className="lw-lane-bars">
          {ticks.map(({ atMs, words }) => (
            <span key={atMs} className="lw-label" style={{ left: `${percent(atMs)}%` }}>
              {words}
            </span>
          ))}
        </div>
      </div>
    </section>
  );
}
