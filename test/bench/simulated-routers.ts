// A process of fifty simulated routers: most live, some answer slowly, some not at all. Tells their ports, then lives until it is ended.
import { startRouter } from '../lab/routeros/index.ts';

/** Of each fifty. */
export const ROUTERS = 50;
export const DEAD = 5;
export const SLOW = 5;

/** Each command of a slow one takes so long: a poll of it is longer than its interval. */
const SLOW_COMMAND_MS = 900;
const VERSIONS = ['7.18.2', '7.15.3', '6.49.17', '7.16', '6.48.6'];

export type Kind = 'living' | 'slow' | 'dead';

export const kindOf = (index: number): Kind => (index < DEAD ? 'dead' : index < DEAD + SLOW ? 'slow' : 'living');
export const nameOf = (index: number): string => `router-${index}`;

if (process.send !== undefined) {
  const routers = await Promise.all(
    Array.from({ length: ROUTERS }, (_, i) =>
      startRouter({ identity: nameOf(i), version: VERSIONS[i % VERSIONS.length] ?? '7.18.2', seed: i + 1 }),
    ),
  );
  for (const [i, router] of routers.entries()) {
    if (kindOf(i) === 'slow') router.faults.delayMs = SLOW_COMMAND_MS;
    // Some dead ones refuse, some take the connection and say nothing.
    else if (kindOf(i) === 'dead' && i % 2 === 0) await router.setOffline(true);
    else if (kindOf(i) === 'dead') router.setHang(true);
  }
  process.send(routers.map(({ port, password }) => ({ port, password })));
}
