// Questions about traffic: the filter language, planning, names, and the answers.
export { type FlowQuestions, createFlowQuestions } from './service.ts';
