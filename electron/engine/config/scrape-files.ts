// `scrape_config_files`: jobs from further files, as if they stood in the config.
import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { scrapeConfigFileSchema, withAbsoluteFiles } from '../collectors/scrape/index.ts';
import type { ScrapeConfigs } from '../collectors/scrape/index.ts';
import { ConfigError, firstProblems, schemaProblems } from './problems.ts';
import type { ConfigProblem } from './problems.ts';
import type { LinewardenConfig } from './schema.ts';
import { readText } from './text-file.ts';
import { readYaml } from './yaml.ts';

const MAX_FILES = 1_000;

/** The config with their jobs behind its own. Throws ConfigError. */
export function withScrapeFiles(config: LinewardenConfig, file: string, baseDir: string): LinewardenConfig {
  if (config.scrape_config_files.length === 0) return config;
  const jobs = [...config.scrape_configs];
  const taken = new Map(jobs.map(({ job_name: job }) => [job, file]));
  const problems: ConfigProblem[] = [];
  const refuse = (where: string, message: string): void =>
    void problems.push({ file: where, line: 0, column: 0, field: 'scrape_configs', message });
  const files = filesOf(config.scrape_config_files, baseDir);
  if (files.length > MAX_FILES) refuse(file, `scrape_config_files name ${files.length} files; at most ${MAX_FILES}`);
  for (const one of files.slice(0, MAX_FILES)) {
    const read = jobsOf(one, problems);
    for (const job of read) {
      const where = taken.get(job.job_name);
      if (where !== undefined) refuse(one, `the job_name ${job.job_name} is taken by ${where}`);
      const timeoutMs = job.scrape_timeout;
      const intervalMs = job.scrape_interval ?? config.global.scrape_interval;
      if (timeoutMs !== undefined && timeoutMs > intervalMs)
        refuse(one, `the scrape_timeout of ${job.job_name} is above its scrape_interval`);
      taken.set(job.job_name, one);
      jobs.push(withAbsoluteFiles(job, path.dirname(one)));
    }
  }
  if (problems.length > 0) throw new ConfigError(firstProblems(problems));
  return { ...config, scrape_configs: jobs };
}

function jobsOf(file: string, problems: ConfigProblem[]): ScrapeConfigs {
  const source = readYaml(readText(file, file));
  if ('problems' in source) {
    problems.push(...source.problems.map((problem) => ({ file, field: '', ...problem })));
    return [];
  }
  const result = scrapeConfigFileSchema.safeParse(source.value ?? {});
  if (result.success) return result.data.scrape_configs;
  problems.push(...schemaProblems(scrapeConfigFileSchema, result.error.issues, source, file));
  return [];
}

/** Each file once, those of a pattern sorted; a pattern may match nothing. */
function filesOf(patterns: readonly string[], baseDir: string): string[] {
  const found = patterns.flatMap((pattern) => {
    const absolute = path.resolve(baseDir, pattern);
    if (existsSync(absolute) || !/[*?[]/.test(pattern)) return [absolute];
    return globSync(pattern, { cwd: baseDir })
      .map((name) => path.resolve(baseDir, name))
      .toSorted();
  });
  return [...new Set(found)];
}
