// Answers a question about traffic from the files of a data dir that no engine runs on.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { LinewardenError } from '../../shared/model/errors.ts';
import type { FlowAnswer, FlowQuestion } from '../../shared/model/flow-question.ts';
import { systemClock } from '../engine/clock.ts';
import { configFileIn, loadConfig } from '../engine/config/index.ts';
import { createFlowQuestions } from '../engine/flows/index.ts';
import { createNames } from '../engine/names/index.ts';
import { createObservationHub } from '../engine/observations/index.ts';
import { StoredFlows, answerPlan } from '../engine/store/flows/index.ts';
import { openState } from '../engine/store/state/index.ts';
import { storedCustomers } from '../engine/subscribers/index.ts';
import { createLogger } from '../engine/telemetry/index.ts';

/** The caller holds the data dir's lock. */
export async function askFiles(dataDir: string, question: FlowQuestion): Promise<FlowAnswer> {
  // A mistyped folder must be told, not made.
  if (!existsSync(path.join(dataDir, 'flows'))) {
    throw new LinewardenError('LW_CLI_NO_DATA', `there are no stored conversations in ${dataDir}`, {
      hint: 'Name the folder that serve or the desktop app keeps its data in: --data-dir DIR.',
    });
  }
  const { config } = loadConfig(configFileIn(dataDir));
  const state = openState(dataDir);
  const stored = new StoredFlows(path.join(dataDir, 'flows'));
  const devices = [
    ...state.devices.list(),
    ...config.routeros.map(({ name, address }) => ({ id: name, name, address, kind: 'router' })),
  ];
  const names = createNames({
    observations: createObservationHub(() => undefined),
    state,
    devices: () => devices,
    section: config.names,
    clock: systemClock,
    logger: createLogger('silent'),
  });
  try {
    const flows = createFlowQuestions({
      answer: (plan) => Promise.resolve(answerPlan(stored, plan)),
      names,
      exporters: () => stored.exporters(),
      devices: () => devices,
      deviceOfExporter: (address) => devices.find((device) => device.address === address)?.id ?? address,
      customers: storedCustomers(state, config.subscribers.tiers),
      live: { watch: () => () => undefined, problem: () => null },
      now: () => systemClock.now(),
    });
    return await flows.ask(question);
  } finally {
    names.stop();
    stored.close();
    state.close();
  }
}
