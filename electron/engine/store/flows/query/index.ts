// Questions of the flow store: a plan in, sums and series of the largest groups out.
export { type AnswerLimits, answerPlan } from './answer.ts';
export * from './plan.ts';
