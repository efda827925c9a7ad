// Setting routers up: what this machine is to them, and checks that say what they see.
export { createOnboarding, type Onboarding, type OnboardingOptions } from './onboarding.ts';
export { createCsvExchange, type CsvDevices, type CsvExchange, type CsvProfiles } from './csv/exchange.ts';
export type { FlowSight } from './arrivals.ts';
