// A test of rules tells what went wrong in its own output.
import type { Logger } from '../../telemetry/index.ts';

const nothing = (): void => {};

export const SILENT_LOGGER: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
