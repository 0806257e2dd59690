/** Makes a queue: each task begins when the one before has ended, however that went. */
export function makeTurns(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const turn = last.then(task);
    last = turn.catch(() => {}); // told to whoever asked for it; the next task starts anew
    return turn;
  };
}
