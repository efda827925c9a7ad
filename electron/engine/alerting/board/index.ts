// The alerts as the window lists them, now and in the past.
export { type AlertBoard, type BoardOptions, createAlertBoard } from './board.ts';
export { alertHistory, type HistoryOptions } from './history.ts';
