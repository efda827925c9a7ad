// Devices, their interfaces and their presence.
export type * from './presence-sink.ts';
