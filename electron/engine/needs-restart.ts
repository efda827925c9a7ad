// Which changes of a reloaded config take effect with the next start only.
import type { LinewardenConfig } from './config/index.ts';

/** What is read once, when the HTTP surface is started. */
const READ_AT_START: Readonly<Record<string, (config: LinewardenConfig) => unknown>> = {
  http: ({ http }) => http,
  remote_write_receiver: ({ remote_write_receiver: receiver }) => receiver,
};

/** One sentence for the operator, undefined when everything that changed is in force. */
export function needsRestart(started: LinewardenConfig, reloaded: LinewardenConfig): string | undefined {
  const changed = Object.entries(READ_AT_START)
    .filter(([, read]) => JSON.stringify(read(started)) !== JSON.stringify(read(reloaded)))
    .map(([name]) => name);
  if (changed.length === 0) return undefined;
  return `The config was read again; what changed in ${changed.join(', ')} takes effect with the next start.`;
}
