// Relabelling in Prometheus's own syntax: rules that rewrite label sets, of targets before a scrape and of series after it.
export { relabelConfigsSchema } from './config.ts';
export type { RelabelConfig } from './config.ts';
export { compileRelabel, compileRelabelSteps, compileSeriesRelabel } from './relabel.ts';
export type { LabelMap, Relabel } from './relabel.ts';
