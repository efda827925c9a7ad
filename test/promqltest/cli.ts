// npm run promqltest -- FILE...: runs files of Prometheus's test language and says what failed.
import { readFileSync } from 'node:fs';
import { runTestFile } from './runner.ts';

const files = process.argv.slice(2);
if (files.length === 0) {
  process.stderr.write('usage: npm run promqltest -- FILE...\n');
  process.exitCode = 2;
} else {
  let passed = 0;
  let failed = 0;
  const fail = (where: string, reason: string): void => {
    failed++;
    process.stdout.write(`${where} ${reason.replaceAll('\n', ' ')}\n`);
  };
  for (const file of files) {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      fail(`${file}:0`, error instanceof Error ? error.message : String(error));
      continue;
    }
    for (const { line, failure } of runTestFile(text)) {
      if (failure === undefined) passed++;
      else fail(`${file}:${line}`, failure);
    }
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  if (failed > 0) process.exitCode = 1;
}
