import type { Answer, Asking, Dialogue, Step, StepOf } from './dialogue.ts';

/** Answers each step at once. Such a driver never says `pending`, so `settle` is asked only of those who do. */
export type Answers = { readonly [K in Exclude<keyof Dialogue, 'settle'>]: (step: StepOf<K>) => Dialogue[K]['told'] } & {
  readonly settle?: (step: StepOf<'settle'>) => Dialogue['settle']['told'];
};

/** Answers each step when it can. Answers that are there already may be given as they are. */
export type AsyncAnswers = {
  readonly [K in keyof Dialogue]: (step: StepOf<K>) => Dialogue[K]['told'] | Promise<Dialogue[K]['told']>;
};

/** Leads a dialogue to its end at once: for simulations and tests. What an answer throws ends the dialogue and is passed on. */
export function drive<T>(asking: Asking<T>, answers: Answers): T {
  try {
    let turn = asking.next();
    while (turn.done !== true) turn = asking.next(answerOf(turn.value, answers));
    return turn.value;
  } catch (error) {
    close(asking);
    throw error;
  }
}

/**
 * Leads a dialogue to its end, waiting for answers that come later: the result itself when none did, so that whoever has all answers at hand
 * pays for no promise. What an answer throws or rejects with ends the dialogue and is passed on.
 */
export function driveAsync<T>(asking: Asking<T>, answers: AsyncAnswers): T | Promise<T> {
  try {
    let turn = asking.next();
    while (turn.done !== true) {
      const answer = answerOf(turn.value, answers);
      if (answer instanceof Promise) return driveOn(asking, answer, answers);
      turn = asking.next(answer);
    }
    return turn.value;
  } catch (error) {
    close(asking);
    throw error;
  }
}

async function driveOn<T>(asking: Asking<T>, awaited: Promise<Answer>, answers: AsyncAnswers): Promise<T> {
  try {
    let turn = asking.next(await awaited);
    while (turn.done !== true) {
      const answer = answerOf(turn.value, answers);
      turn = asking.next(answer instanceof Promise ? await answer : answer);
    }
    return turn.value;
  } catch (error) {
    close(asking);
    throw error;
  }
}

function answerOf(step: Step, answers: Answers): Answer;
function answerOf(step: Step, answers: AsyncAnswers): Answer | Promise<Answer>;
function answerOf(step: Step, answers: Answers | AsyncAnswers): Answer | Promise<Answer> {
  switch (step.kind) {
    case 'recall':
      return answers.recall(step);
    case 'lookup':
      return answers.lookup(step);
    case 'attempt':
      return answers.attempt(step);
    case 'settle':
      if (answers.settle === undefined) throw new TypeError('settle: an attempt was answered with pending, but nothing answers settle');
      return answers.settle(step);
    case 'remember':
      return answers.remember(step);
    default:
      return step satisfies never;
  }
}

function close(asking: Asking<unknown>): void {
  asking.return(undefined);
}
