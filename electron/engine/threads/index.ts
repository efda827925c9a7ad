// Where the engine's threads are found: as sources under Node's own type stripping, as bundles beside the caller once built.

export { collectAfterStart } from './collect.ts';

const sources = {
  'metrics-writer': '../store/metrics/writer-thread.ts',
  'metrics-reader': '../store/metrics/reader-thread.ts',
  'flows-writer': '../store/flows/writer-thread.ts',
  'flows-reader': '../store/flows/reader-thread.ts',
  'flow-thread': '../collectors/netflow/flow-thread.ts',
  'lab-thread': '../../../test/lab/lab-thread.ts',
} as const;

export type ThreadName = keyof typeof sources;

export function threadEntry(name: ThreadName): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL(sources[name], import.meta.url)
    : new URL(`./${name}.js`, import.meta.url);
}
