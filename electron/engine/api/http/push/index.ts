// The routes of Tobogganing's push API.
export { registerPush } from './routes.ts';
