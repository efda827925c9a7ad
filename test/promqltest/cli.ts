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
  for (const file of files) {
    for (const { line, failure } of runTestFile(readFileSync(file, 'utf8'))) {
      if (failure === undefined) {
        passed++;
      } else {
        failed++;
        process.stdout.write(`${file}:${line} ${failure.replaceAll('\n', ' ')}\n`);
      }
    }
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  if (failed > 0) process.exitCode = 1;
}
