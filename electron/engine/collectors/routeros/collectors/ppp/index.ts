// PPP sessions (PPPoE, L2TP, PPTP, SSTP, OpenVPN): who is connected, since when, and how much was moved.
import type { ProfileSeen, SessionSeen } from '../../../../observations/index.ts';
import { routerosError, type Row } from '../../client/index.ts';
import type { Sample } from '../../samples.ts';
import { parseDurationSeconds } from '../../values.ts';
import { type Collector, noSuchCommand } from '../collector.ts';
import { countBy, info, said } from '../rows.ts';
import { type BytesOf, sessionBytes } from './session-bytes.ts';

const ACTIVE = ['name', 'service', 'caller-id', 'address', 'uptime'];

/** Four series a session; its interface has a dozen of its own. */
export const MAX_SESSIONS = 2_000;

const serviceOf = (row: Row): string => row.get('service') ?? '';

function sessionSamples(row: Row, bytesOf: BytesOf): Sample[] {
  const user = row.get('name') ?? '';
  const service = serviceOf(row);
  const bytes = bytesOf(row);
  const labels = { user, service, interface: bytes?.interface ?? '' };
  const values = [
    ['linewarden_routeros_ppp_session_uptime_seconds', parseDurationSeconds(row.get('uptime'))],
    ['linewarden_routeros_ppp_session_upload_bytes_total', bytes?.uploadBytes],
    ['linewarden_routeros_ppp_session_download_bytes_total', bytes?.downloadBytes],
  ] as const;
  return [
    info('linewarden_routeros_ppp_session_info', {
      ...labels,
      address: row.get('address') ?? '',
      caller_id: row.get('caller-id') ?? '',
    }),
    ...values.flatMap(([name, value]): Sample[] => (value === undefined ? [] : [{ name, labels, value }])),
  ];
}

function sessionOf(row: Row, bytesOf: BytesOf): SessionSeen[] {
  const name = row.get('name') ?? '';
  if (name === '') return [];
  const bytes = bytesOf(row);
  return [
    {
      name,
      isUp: true,
      ...said<Omit<SessionSeen, 'name' | 'isUp'>>({
        address: row.get('address'),
        service: row.get('service'),
        callerId: row.get('caller-id'),
        interface: bytes?.interface,
        uptimeSeconds: parseDurationSeconds(row.get('uptime')),
        rxBytes: bytes?.downloadBytes,
        txBytes: bytes?.uploadBytes,
      }),
    },
  ];
}

export const pppCollector: Collector = {
  name: 'ppp',
  reads: 'its PPP sessions (PPPoE, L2TP, PPTP, SSTP, OpenVPN): user, address, uptime, bytes',
  enabled: 'on',
  observesEveryMs: 60_000,
  async collect(session, { observe, warn }) {
    const rows = await session.print('/ppp/active', { proplist: ACTIVE }).catch(noSuchCommand);
    const bytesOf = await sessionBytes(session, rows);
    observe({ kind: 'sessions', source: 'ppp', rows: rows.flatMap((row) => sessionOf(row, bytesOf)) });
    if (rows.length > MAX_SESSIONS) {
      warn(
        routerosError(
          'LW_ROUTEROS_TOO_MANY_SERIES',
          `${rows.length} PPP sessions are active; only the first ${MAX_SESSIONS} have series.`,
          'Their count is complete. Switch ppp off for this router to save the room; its subscribers are read all the same.',
        ),
      );
    }
    return [
      ...countBy(rows, 'linewarden_routeros_ppp_active_sessions', 'service', serviceOf),
      ...rows.slice(0, MAX_SESSIONS).flatMap((row) => sessionSamples(row, bytesOf)),
    ];
  },
};

/** Never the password, which a user with the policy `sensitive` could read. */
const SECRET = ['name', 'profile', 'comment'];

/** No series of its own: it says which profile a user has, also while the user is away. */
export const pppProfilesCollector: Collector = {
  name: 'ppp_profiles',
  reads: "its PPP users' profiles and comments, for subscribers' tiers; never a password; no metrics",
  enabled: 'on',
  defaultIntervalMs: 300_000,
  async collect(session, { observe }) {
    const rows = await session.print('/ppp/secret', { proplist: SECRET }).catch(noSuchCommand);
    const profiles = rows.flatMap((row): ProfileSeen[] => {
      const user = row.get('name') ?? '';
      if (user === '') return [];
      return [
        { user, profile: row.get('profile') ?? '', ...said<{ comment?: string }>({ comment: row.get('comment') }) },
      ];
    });
    observe({ kind: 'profiles', source: 'ppp', rows: profiles });
    return [];
  },
};
