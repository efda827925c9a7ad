// This machine's addresses, and which of them it uses on the way to a router.
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

const TIMEOUT_MS = 3_000;

export type LocalAddress = { readonly address: string; readonly interface: string; readonly isOnRoute: boolean };

/** All of this machine's addresses that another one can reach, that of the route first. Nothing is sent. */
export async function localAddresses(router: string, interfaces = networkInterfaces()): Promise<LocalAddress[]> {
  const onRoute = router === '' ? undefined : await routeAddress(router);
  const all = Object.entries(interfaces).flatMap(([name, entries = []]) =>
    entries.flatMap(({ address, internal, family }) => {
      const isLinkLocal = family === 'IPv6' && /^fe[89ab]/i.test(address);
      // Of loopback and link-local ones only that which is on the route: to a router on this very machine.
      if ((internal || isLinkLocal) && address !== onRoute) return [];
      return [{ address, interface: name, isOnRoute: address === onRoute }];
    }),
  );
  if (onRoute !== undefined && all.every(({ isOnRoute }) => !isOnRoute)) {
    all.push({ address: onRoute, interface: '', isOnRoute: true });
  }
  return all.toSorted((a, b) => Number(b.isOnRoute) - Number(a.isOnRoute));
}

/** Connecting a UDP socket sends nothing: the system only chooses the route, and with it the address. */
async function routeAddress(router: string): Promise<string | undefined> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const address = await Promise.race([
    lookup(router).then(({ address: found }) => found),
    new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true })),
  ]).catch(() => undefined);
  if (address === undefined) return undefined;
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  return new Promise((resolve) => {
    const settle = (found: string | undefined): void => {
      socket.removeAllListeners();
      socket.close();
      resolve(found);
    };
    socket.once('error', () => settle(undefined));
    socket.once('connect', () => settle(socket.address().address));
    socket.connect(9, address);
  });
}
