// Where the shipped rules (resources/rules/resources.yml) draw the line, in the units of the panels.
import { NBSP } from '../../shared/units/index.ts';
import type { PanelThreshold } from './types.ts';

const FULL = 90;
const words = `alert above ${FULL}${NBSP}%`;

export const CPU_HIGH: PanelThreshold = { rule: 'CpuHigh', words, at: () => FULL };
export const DISK_NEARLY_FULL: PanelThreshold = { rule: 'DiskNearlyFull', words, at: () => FULL };

/** Less than a tenth free is more than nine tenths of the newest "total" used. */
export const MEMORY_LOW: PanelThreshold = {
  rule: 'MemoryLow',
  words,
  at(series) {
    const total = series.find(({ name }) => name === 'total')?.values.findLast((value) => value !== null) ?? null;
    return total === null ? null : (total * FULL) / 100;
  },
};
