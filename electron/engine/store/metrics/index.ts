// The metrics store's face.
export type * from './types.ts';
