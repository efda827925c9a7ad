// The HTTP surface of the engine.
export { startHttpServer } from './server.ts';
export type { HttpOptions, HttpServer } from './server.ts';
export { loadOrMakeToken } from './token-file.ts';
