// Counts what vitest and Playwright report as JSON, and names what was skipped.

/** @returns {{passed: number, failed: number, skipped: number, skippedNames: string[]}} */
export function countVitest(report) {
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const of = (...states) => tests.filter((test) => states.includes(test.status));
  const skipped = of('skipped', 'pending', 'todo', 'disabled');
  // A file that does not load has no tests to count, and must not pass for nothing.
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: of('passed').length,
    failed: of('failed').length + broken.length,
    skipped: skipped.length,
    skippedNames: skipped.map((test) => test.fullName.trim()),
  };
}

export function countPlaywright(report) {
  const count = { passed: 0, failed: report.errors?.length ?? 0, skipped: 0, skippedNames: [] };
  const visit = (suite, titles) => {
    for (const spec of suite.specs ?? [])
      for (const test of spec.tests) {
        if (test.status === 'skipped') {
          count.skipped++;
          count.skippedNames.push([...titles, spec.title].join(' '));
        } else if (test.status === 'unexpected') count.failed++;
        else count.passed++;
      }
    for (const inner of suite.suites ?? []) visit(inner, [...titles, inner.title]);
  };
  for (const suite of report.suites ?? []) visit(suite, []);
  return count;
}

export const noCount = () => ({ passed: 0, failed: 0, skipped: 0, skippedNames: [] });

export const addCounts = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
  skippedNames: [...a.skippedNames, ...b.skippedNames],
});

export const summary = (count) => `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`;
