// `import prometheus-config`: what Linewarden can take of a prometheus.yml, as a linewarden.yml; what is left out is told with its line.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { LinewardenError } from '../../shared/model/errors.ts';
import { convertPrometheusConfig } from '../engine/config/index.ts';

const MAX_BYTES = 1024 * 1024;

export function importPrometheusConfig(file: string, options: { output?: string }): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile() !== true || found.size > MAX_BYTES) {
    const why =
      found === undefined ? 'not there' : found.isFile() ? `larger than ${MAX_BYTES} bytes` : 'no regular file';
    throw new LinewardenError('LW_CLI_NO_FILE', `${file} is ${why}`, { hint: 'Name a prometheus.yml.' });
  }
  const { output } = options;
  const from = path.dirname(path.resolve(file));
  const converted = convertPrometheusConfig(readFileSync(file, 'utf8'), {
    file,
    folder: from,
    outputFolder: output === undefined ? from : path.dirname(path.resolve(output)),
  });
  const head = [
    `# Made from ${path.basename(file)} of a Prometheus.`,
    ...(output === undefined ? [`# Its file names start at ${from}: keep it there.`] : []),
  ];
  const text = `${head.join('\n')}\n${stringify(converted.config, { lineWidth: 120 })}`;
  if (output === undefined) process.stdout.write(text);
  else {
    try {
      // It may hold the secrets that stood in the other one.
      writeFileSync(output, text, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      throw new LinewardenError('LW_CLI_FILE_EXISTS', `${output} is there already`, { hint: 'Name another file.' });
    }
  }
  for (const note of converted.notes) process.stderr.write(`${note}\n`);
  process.stderr.write(`${converted.jobs} of ${converted.jobsFound} jobs taken, ${converted.notes.length} notes\n`);
}
