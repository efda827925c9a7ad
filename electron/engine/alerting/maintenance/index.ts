// Maintenance windows: nothing is told of what is being worked on.
export { createMaintenance, type Maintenance, type MaintenanceOptions } from './maintenance.ts';
