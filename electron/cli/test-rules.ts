// `test rules`: promtool's unit-test files; exit code 1 where a test fails.
import { runRuleTests } from '../engine/alerting/index.ts';
import { LinewardenError } from '../../shared/model/errors.ts';

export type TestRulesOptions = { readonly run?: readonly string[]; readonly ignoreUnknownFields?: boolean };

export async function testRules(files: readonly string[], options: TestRulesOptions): Promise<void> {
  const run = (options.run ?? []).map(pattern);
  for (const file of files) {
    const failures = await runRuleTests(file, { run, ignoreUnknownFields: options.ignoreUnknownFields === true });
    const indented = failures.map((failure) => failure.replaceAll(/^/gm, '    '));
    const outcome = failures.length === 0 ? '  SUCCESS' : ['  FAILED:', ...indented].join('\n');
    process.stdout.write(`Unit Testing:  ${file}\n${outcome}\n\n`);
    if (failures.length > 0) process.exitCode = 1;
  }
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch (error) {
    throw new LinewardenError('LW_RULES_PATTERN', `--run: ${JSON.stringify(text)} is no regular expression`, {
      cause: error,
    });
  }
}
