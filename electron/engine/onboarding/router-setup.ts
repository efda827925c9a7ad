// What a router's own settings say about flows and logs, held against what they should be.
import type { Finding } from '../../../shared/contract/index.ts';
import { LOG_TOPICS } from '../../../shared/model/router-setup/index.ts';
import { parseDurationSeconds } from '../collectors/routeros/index.ts';
import type { SetupSession } from '../collectors/routeros/index.ts';
import { failed, note, ok, warning } from './findings.ts';

type Row = ReadonlyMap<string, string>;

const MINUTE_S = 60;
const MAX_NAMED = 3;

const UNREADABLE = 'What is set on the router could not be read; what arrives here tells all the same.';
const isOff = (row: Row): boolean => row.get('disabled') === 'true';
/** Absent on one version or the other: nothing is said of it then. */
const isOver = (text: string | undefined): boolean => (parseDurationSeconds(text) ?? 0) > MINUTE_S;
const named = (all: readonly string[]): string =>
  all.slice(0, MAX_NAMED).join(', ') + (all.length > MAX_NAMED ? ', ...' : '');

/** All addresses that the router has, without prefixes. */
export async function routerAddresses(session: SetupSession): Promise<string[]> {
  const rows = (await session.rowsIfAllowed('/ip/address', ['address', 'disabled'])) ?? [];
  return rows.filter((row) => !isOff(row)).flatMap((row) => row.get('address')?.split('/')[0] ?? []);
}

export async function flowSetup(session: SetupSession, server: string, port: number | undefined): Promise<Finding[]> {
  const settings = await session.rowsIfAllowed('/ip/traffic-flow', [
    'enabled',
    'interfaces',
    'active-flow-timeout',
    'packet-sampling',
  ]);
  const targets = await session.rowsIfAllowed('/ip/traffic-flow/target', [
    'dst-address',
    'address',
    'port',
    'version',
    'disabled',
    'v9-template-timeout',
  ]);
  const [flow] = settings ?? [];
  if (flow === undefined || targets === undefined) return [note(UNREADABLE)];
  return [...exportFindings(flow), ...targetFindings(targets, server, port)];
}

function exportFindings(flow: Row): Finding[] {
  if (flow.get('enabled') !== 'true' && flow.get('enabled') !== 'yes') {
    return [failed('Traffic flow is switched off on the router.', 'Paste the commands of this step.')];
  }
  const timeout = flow.get('active-flow-timeout');
  const interfaces = flow.get('interfaces');
  return [
    ok('Traffic flow is on.'),
    ...(isOver(timeout)
      ? [
          warning(
            `Its active-flow-timeout is ${timeout}: a long download shows up late and all at once.`,
            'Set it to a minute: /ip traffic-flow set active-flow-timeout=1m',
          ),
        ]
      : []),
    ...(interfaces !== undefined && interfaces !== '' && interfaces !== 'all'
      ? [note(`It counts on ${interfaces} only.`)]
      : []),
  ];
}

function targetFindings(targets: readonly Row[], server: string, port: number | undefined): Finding[] {
  // RouterOS before 6.30 or so writes address and port as one.
  const peerOf = (row: Row): string => row.get('address') ?? `${row.get('dst-address') ?? ''}:${row.get('port') ?? ''}`;
  const wanted = `${server}:${port ?? ''}`;
  const here = targets.filter((row) => peerOf(row) === wanted);
  const working = here.filter((row) => !isOff(row));
  const [target] = working;
  if (target === undefined) {
    const others = targets.map(peerOf);
    const text =
      here.length > 0
        ? `The target ${wanted} is disabled.`
        : `No target sends to ${wanted}${others.length === 0 ? '' : `; there is ${named(others)}`}.`;
    return [failed(text, 'Paste the commands of this step.')];
  }
  const version = target.get('version') ?? '';
  const timeout = target.get('v9-template-timeout');
  return [
    ok(`It sends to ${wanted}, ${/^\d+$/.test(version) ? `NetFlow v${version}` : version.toUpperCase()}.`),
    ...(working.length > 1
      ? [warning(`${working.length} targets send to ${wanted}: all would be counted twice.`)]
      : []),
    ...(version !== '5' && isOver(timeout)
      ? [
          warning(
            `Its v9-template-timeout is ${timeout}: after a restart here flows stay unread for that long.`,
            'Set it to a minute: v9-template-timeout=1m',
          ),
        ]
      : []),
  ];
}

export async function logSetup(session: SetupSession, server: string, port: number): Promise<Finding[]> {
  const actions = await session.rowsIfAllowed('/system/logging/action', ['name', 'target', 'remote', 'remote-port']);
  const rules = await session.rowsIfAllowed('/system/logging', ['topics', 'action', 'disabled']);
  if (actions === undefined || rules === undefined) return [note(UNREADABLE)];
  const remote = actions.filter((row) => row.get('target') === 'remote' && row.get('remote') === server);
  const [action] = remote.filter((row) => row.get('remote-port') === String(port));
  if (action === undefined) {
    const other = remote[0]?.get('remote-port');
    return [
      failed(
        other === undefined
          ? `The router sends no logs to ${server}.`
          : `The router sends logs to ${server}, but to port ${other} and not ${port}.`,
        'Paste the commands of this step.',
      ),
    ];
  }
  const topics = rules
    .filter((row) => row.get('action') === action.get('name') && !isOff(row))
    .flatMap((row) => (row.get('topics') ?? '').split(','));
  const missing = LOG_TOPICS.filter((topic) => !topics.includes(topic));
  return [
    ok(`The router sends logs to ${server}:${port}.`),
    ...(missing.length === 0
      ? [ok(`Topics ${LOG_TOPICS.join(', ')}.`)]
      : [warning(`Not sent there: ${missing.join(', ')}.`, 'Paste the commands of this step.')]),
  ];
}
