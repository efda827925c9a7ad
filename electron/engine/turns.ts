// One thing after the other, where two at once would be in each other's way.

/** A task begins when those before it have ended, well or not; the promise is the task's own. */
export type Turns = <T>(task: () => Promise<T>) => Promise<T>;

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const mine = last.then(task);
    // Whoever asked is told of a failure; who comes next goes on.
    last = mine.catch(() => {});
    return mine;
  };
}
