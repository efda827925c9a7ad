// The steps of setting a router up, as the URL names them.
export const SETUP_STEPS = ['access', 'flows', 'logs'] as const;
export type SetupStep = (typeof SETUP_STEPS)[number];

export const STEP_WORDS: Readonly<Record<SetupStep, string>> = {
  access: 'Connect',
  flows: 'Traffic flow',
  logs: 'Logs',
};
