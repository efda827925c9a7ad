// `monitor once` of many ports in one command, or one by one where a router does not take a list.
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import type { Row } from '../client/index.ts';
import { type CollectContext, isNoSuchCommand, type RouterSession } from './collector.ts';

/** No board has more ports; each may cost a command. */
const MAX_PORTS = 128;

export type Port = { readonly name: string; readonly id: string };

/** Ports of rows that were printed with `.id` and `name`. */
export const portsOf = (rows: readonly Row[]): Port[] =>
  rows.flatMap((row) => {
    const name = row.get('name');
    return name === undefined ? [] : [{ name, id: row.get('.id') ?? name }];
  });

/** What each port answers, by name; a port that does not answer is not there. */
export async function monitorPorts(
  session: RouterSession,
  command: string,
  ports: readonly Port[],
  { facts, learn }: Pick<CollectContext, 'facts' | 'learn'>,
): Promise<Map<string, Row>> {
  const asked = ports.slice(0, MAX_PORTS);
  if (asked.length === 0) return new Map();
  if (facts.oneByOne?.includes(command) !== true) {
    const together = await inOne(session, command, asked);
    if (together !== undefined) return together;
  }
  const answers = await oneByOne(session, command, asked);
  // For as long as it is connected, it is not tried again.
  if (asked.length > 1) learn({ oneByOne: [...new Set([...(facts.oneByOne ?? []), command])] });
  return answers;
}

const monitor = async (session: RouterSession, command: string, numbers: string): Promise<readonly Row[]> =>
  (await session.run([command, '=once=', `=numbers=${numbers}`])).rows;

/** Undefined when the answer is not one row for each port. */
async function inOne(
  session: RouterSession,
  command: string,
  ports: readonly Port[],
): Promise<Map<string, Row> | undefined> {
  try {
    const rows = await monitor(session, command, ports.map(({ id }) => id).join(','));
    const byName = new Map(rows.map((row) => [row.get('name'), row]));
    const answers = ports.flatMap(({ name }): [string, Row][] => {
      const row = byName.get(name);
      return row === undefined ? [] : [[name, row]];
    });
    return answers.length === ports.length ? new Map(answers) : undefined;
  } catch (error) {
    if (isTrap(error)) return undefined;
    throw error;
  }
}

async function oneByOne(session: RouterSession, command: string, ports: readonly Port[]): Promise<Map<string, Row>> {
  const answers = new Map<string, Row>();
  for (const { name, id } of ports) {
    try {
      const [row] = await monitor(session, command, id);
      if (row !== undefined) answers.set(name, row);
    } catch (error) {
      // A port that was removed meanwhile, or cannot be monitored, is no reason to lose the others.
      if (!isTrap(error)) throw error;
    }
  }
  return answers;
}

const isTrap = (error: unknown): boolean =>
  isNoSuchCommand(error) || (error instanceof LinewardenError && error.code === 'LW_ROUTEROS_TRAP');
