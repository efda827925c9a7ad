// What a router needs to be told so that it can be watched: commands to paste, by version.
export {
  LOG_TOPICS,
  OWN_NAME,
  accessCommands,
  flowCommands,
  logCommands,
  type AccessSetup,
  type FlowSetup,
  type LogSetup,
} from './commands.ts';
export { generatePassword } from './password.ts';
export { hostPrefix, isPlainAddress, scriptString } from './script.ts';
export { ROUTEROS_LINES, routerosLine, type RouterosLine } from './versions.ts';
