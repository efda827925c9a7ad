// `monitor once` of each interface of a kind: what print does not tell.
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import type { Row } from '../client/index.ts';
import { noSuchCommand, type RouterSession } from './collector.ts';

/** One command an interface: more of a kind than any board has are not asked. */
const MAX_MONITORED = 64;

export type Monitored = { readonly name: string; readonly row: Row };

export type MonitorOptions = {
  /** Such as monitor; info on v6's LTE. */
  readonly command?: string;
  /** The argument that names the interface. */
  readonly argument?: string;
  readonly runningOnly?: boolean;
};

/** One that vanished meanwhile, or cannot be asked as it is now. */
const isRefusal = (error: unknown): boolean =>
  error instanceof LinewardenError &&
  (error.code === 'LW_ROUTEROS_TRAP' || error.code === 'LW_ROUTEROS_NO_SUCH_COMMAND');

/** What each interface of the menu answers; where only some refuse, they are left out. A missing menu is empty. */
export async function monitorOnce(
  session: RouterSession,
  menu: string,
  { command = 'monitor', argument = 'numbers', runningOnly = false }: MonitorOptions = {},
): Promise<Monitored[]> {
  const interfaces = await session.print(menu, { proplist: ['name', 'running', 'disabled'] }).catch(noSuchCommand);
  const asked = interfaces.filter(
    (row) => row.get('disabled') !== 'true' && (!runningOnly || row.get('running') === 'true'),
  );
  const answers: Monitored[] = [];
  let refusal: unknown;
  for (const each of asked.slice(0, MAX_MONITORED)) {
    const name = each.get('name');
    if (name === undefined) continue;
    try {
      const { rows } = await session.run([`${menu}/${command}`, '=once=', `=${argument}=${name}`]);
      const [row] = rows;
      if (row !== undefined) answers.push({ name, row });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusal = error;
    }
  }
  if (answers.length === 0 && refusal !== undefined) throw refusal;
  return answers;
}
