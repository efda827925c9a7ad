// What is asked about traffic, answered from stored conversations.
import type {
  FlowCompletion,
  FlowCompletionQuery,
  FlowFilterCheck,
  FlowLive,
  FlowLiveQuery,
} from '../../../shared/contract/index.ts';
import type { FlowAnswer, FlowQuestion, FlowSankey, FlowSankeyQuestion } from '../../../shared/model/flow-question.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';

export type FlowQuestions = {
  ask(question: FlowQuestion, signal?: AbortSignal): Promise<FlowAnswer>;
  sankey(question: FlowSankeyQuestion, signal?: AbortSignal): Promise<FlowSankey>;
  check(filter: string): FlowFilterCheck;
  complete(query: FlowCompletionQuery): FlowCompletion;
  live(query: FlowLiveQuery, signal?: AbortSignal): AsyncGenerator<FlowLive>;
};

const notStored = (): LinewardenError =>
  new LinewardenError('LW_FLOWS_NOT_STORED', 'Conversations are not stored by this version.');

export const createFlowQuestions = (): FlowQuestions => ({
  ask: () => Promise.reject(notStored()),
  sankey: () => Promise.reject(notStored()),
  check() {
    throw notStored();
  },
  complete() {
    throw notStored();
  },
  live() {
    throw notStored();
  },
});
