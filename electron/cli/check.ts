// `check config` and `check rules`: exit code 1 on a problem.
import { checkRuleFiles } from '../engine/alerting/index.ts';
import { loadConfig } from '../engine/config/index.ts';

export function checkConfig(file: string): void {
  loadConfig(file);
  process.stdout.write(`${file}: no problem found\n`);
}

export function checkRules(files: string[]): void {
  const problems = checkRuleFiles(files);
  if (problems.length === 0) {
    process.stdout.write(`${files.join(', ')}: no problem found\n`);
    return;
  }
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exitCode = 1;
}
