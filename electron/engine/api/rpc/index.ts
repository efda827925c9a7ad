// The typed RPC of the window: one router, carried by a MessagePort or a WebSocket.
export { createRpcRouter } from './router.ts';
export { scrapeTargets } from './targets.ts';
export type { RpcRouter } from './router.ts';
export { createRpcPorts } from './ports.ts';
export type { RpcServices } from './services.ts';
