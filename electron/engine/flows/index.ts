// Questions about traffic: the filter language, planning, names, and the answers.
export { FlowFilterError } from './filter/index.ts';
export type { LiveConversation, LiveMinute, LiveSource } from './live.ts';
export { type FlowQuestions, createFlowQuestions } from './service.ts';
export type { Customer, Customers, FlowDevice, FlowSurroundings, HeldAddress } from './surroundings.ts';
