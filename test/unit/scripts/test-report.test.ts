import { describe, expect, it } from 'vitest';
import { addCounts, countPlaywright, countVitest, summary } from '../../../scripts/test-report.mjs';

const spec = (title: string, status: string) => ({ title, tests: [{ status }] });
const assertion = (status: string, fullName: string) => ({ status, fullName });

describe('the count of vitest', () => {
  it('tells passed, failed and skipped apart and names what was skipped', () => {
    expect(
      countVitest({
        testResults: [
          { status: 'passed', assertionResults: [assertion('passed', 'a'), assertion('pending', ' suite b')] },
          {
            status: 'failed',
            assertionResults: [assertion('failed', 'c'), assertion('passed', 'd'), assertion('todo', 'e')],
          },
        ],
      }),
    ).toEqual({ passed: 2, failed: 1, skipped: 2, skippedNames: ['suite b', 'e'] });
  });

  it('counts a file that does not load as a failure', () => {
    expect(countVitest({ testResults: [{ status: 'failed', assertionResults: [] }] }).failed).toBe(1);
  });

  it('counts a file whose hook failed as a failure', () => {
    const file = { status: 'failed', assertionResults: [assertion('skipped', 'a')] };
    expect(countVitest({ testResults: [file] })).toMatchObject({ failed: 1, skipped: 1 });
  });
});

describe('the count of Playwright', () => {
  it('goes through nested suites; a flaky test has passed', () => {
    expect(
      countPlaywright({
        errors: [],
        suites: [
          {
            title: 'a.spec.ts',
            specs: [spec('one', 'expected'), spec('two', 'flaky')],
            suites: [{ title: 'inner', specs: [spec('three', 'unexpected'), spec('four', 'skipped')] }],
          },
        ],
      }),
    ).toEqual({ passed: 2, failed: 1, skipped: 1, skippedNames: ['inner four'] });
  });

  it('counts an error outside of the tests as a failure', () => {
    expect(countPlaywright({ errors: [{ message: 'the server did not start' }], suites: [] }).failed).toBe(1);
  });
});

it('the last line sums both', () => {
  const a = { passed: 3, failed: 1, skipped: 1, skippedNames: ['x'] };
  const b = { passed: 4, failed: 0, skipped: 2, skippedNames: ['y', 'z'] };
  expect(summary(addCounts(a, b))).toBe('7 passed, 1 failed, 3 skipped');
});
