// Numbers and times as a person reads them; base units go in, text comes out.
export * from './value.ts';
export * from './axis.ts';
export * from './time.ts';
