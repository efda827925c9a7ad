// `check config` and `check rules`: exit code 1 on a problem.
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { retentionNote } from '../../shared/model/retention.ts';
import {
  checkRuleFiles,
  checkTemplateFiles,
  templateProblems,
  unsupportedReceivers,
} from '../engine/alerting/index.ts';
import { filesOfJob } from '../engine/collectors/scrape/index.ts';
import { loadConfig, ruleFilesOf } from '../engine/config/index.ts';
import type { LoadedConfig } from '../engine/config/index.ts';

/** The config, the rule files that it names, and whether the other files that it names can be read. */
export function checkConfig(file: string): void {
  const loaded = loadConfig(file);
  const { retention } = loaded.config.storage;
  const note = retention === undefined ? undefined : retentionNote(retention);
  if (note !== undefined) process.stdout.write(`${file}: storage.retention: ${note}\n`);
  const { routing } = loaded;
  for (const told of routing === undefined
    ? []
    : [...unsupportedReceivers(routing), ...templateProblems(routing.config)]) {
    process.stdout.write(`${routing?.file ?? file}: ${told}\n`);
  }
  const templates = checkTemplateFiles(loaded.routing?.templateFiles ?? []);
  tell(file, [...unreadableFiles(file, loaded), ...templates, ...checkRuleFiles(ruleFilesOf(loaded))]);
}

export function checkRules(files: string[]): void {
  tell(files.join(', '), checkRuleFiles(files));
}

function tell(what: string, problems: readonly string[]): void {
  if (problems.length === 0) {
    process.stdout.write(`${what}: no problem found\n`);
    return;
  }
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exitCode = 1;
}

function unreadableFiles(file: string, { config, baseDir, routing }: LoadedConfig): string[] {
  const named: [field: string, name: string | undefined][] = [
    ...config.routeros.map((router, i): [string, string | undefined] => [
      `routeros[${i}].password_file`,
      router.password_file,
    ]),
    ...config.scrape_configs.flatMap((job, i): [string, string][] =>
      [...filesOfJob(job)].map(([field, name]) => [`scrape_configs[${i}].${field}`, name]),
    ),
    ['http.tls.cert_file', config.http.tls?.cert_file],
    ['http.tls.key_file', config.http.tls?.key_file],
    ...config.http.tokens.map((token, i): [string, string | undefined] => [
      `http.tokens[${i}].token_file`,
      token.token_file,
    ]),
    ...(routing?.namedFiles ?? []).map((each): [string, string] => [each.field, each.file]),
  ];
  return named.flatMap(([field, name]) => {
    if (name === undefined) return [];
    try {
      accessSync(path.resolve(baseDir, name), constants.R_OK);
      return [];
    } catch {
      return [`${file}: ${field}: the file ${name} cannot be read`];
    }
  });
}
