// Hotspot sessions: who is logged in, since when, and how much was moved.
import type { SessionSeen } from '../../../../observations/index.ts';
import { routerosError, type Row } from '../../client/index.ts';
import { parseDurationSeconds, parseNumber } from '../../values.ts';
import { type Collector, noSuchCommand } from '../collector.ts';
import { countBy, info, measure, type Measured, said } from '../rows.ts';

/** The router's in is what the guest uploaded. */
const measured: readonly Measured[] = [
  ['linewarden_routeros_hotspot_session_uptime_seconds', 'uptime', parseDurationSeconds],
  ['linewarden_routeros_hotspot_session_upload_bytes_total', 'bytes-in', parseNumber],
  ['linewarden_routeros_hotspot_session_download_bytes_total', 'bytes-out', parseNumber],
];

const PROPLIST = ['server', 'user', 'address', 'mac-address', 'comment', ...measured.map(([, property]) => property)];

export const MAX_GUESTS = 1_000;

const server = (row: Row): string => row.get('server') ?? '';

function sessionOf(row: Row): SessionSeen[] {
  const name = row.get('user') || row.get('mac-address') || '';
  if (name === '') return [];
  return [
    {
      name,
      isUp: true,
      ...said<Omit<SessionSeen, 'name' | 'isUp'>>({
        address: row.get('address'),
        service: 'hotspot',
        callerId: row.get('mac-address'),
        comment: row.get('comment'),
        uptimeSeconds: parseDurationSeconds(row.get('uptime')),
        rxBytes: parseNumber(row.get('bytes-out')),
        txBytes: parseNumber(row.get('bytes-in')),
      }),
    },
  ];
}

export const hotspotCollector: Collector = {
  name: 'hotspot',
  reads: "its hotspot's sessions: user, address, uptime, bytes",
  enabled: 'off',
  observesEveryMs: 60_000,
  async collect(session, { observe, warn }) {
    const rows = await session.print('/ip/hotspot/active', { proplist: PROPLIST }).catch(noSuchCommand);
    observe({ kind: 'sessions', source: 'hotspot', rows: rows.flatMap(sessionOf) });
    if (rows.length > MAX_GUESTS) {
      warn(
        routerosError(
          'LW_ROUTEROS_TOO_MANY_SERIES',
          `${rows.length} guests are logged in; only the first ${MAX_GUESTS} have series.`,
          'Their count is complete. Switch hotspot off for this router to save the room.',
        ),
      );
    }
    return [
      ...countBy(rows, 'linewarden_routeros_hotspot_active_sessions', 'server', server),
      ...rows.slice(0, MAX_GUESTS).flatMap((row) => {
        const labels = { user: row.get('user') ?? '', server: server(row), mac_address: row.get('mac-address') ?? '' };
        return [
          info('linewarden_routeros_hotspot_session_info', { ...labels, address: row.get('address') ?? '' }),
          ...measure(row, labels, measured),
        ];
      }),
    ];
  },
};
