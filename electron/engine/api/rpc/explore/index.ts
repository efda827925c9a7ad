// What the Explore screen asks of the engine.
export { createExplore } from './handlers.ts';
export type { ExploreServices } from './handlers.ts';
