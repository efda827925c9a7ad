export type Count = { passed: number; failed: number; skipped: number; skippedNames: string[] };
export function countVitest(report: object): Count;
export function countPlaywright(report: object): Count;
export function noCount(): Count;
export function addCounts(a: Count, b: Count): Count;
export function summary(count: Count): string;
