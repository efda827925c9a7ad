// Dashboards as files: those that come with the program, and the operator's own.
export { createDashboards } from './dashboards.ts';
export type { Dashboards } from './dashboards.ts';
