import type { Answer, Dialogue, Step, StepOf } from './dialogue.ts';
import type { Discovery } from './discover.ts';
import type { Verdict } from './verdict.ts';

/** Answers each step at once. Such a driver never says `pending`, so `settle` is asked only of those who do. */
export type Answers = { readonly [K in Exclude<keyof Dialogue, 'settle'>]: (step: StepOf<K>) => Dialogue[K]['told'] } & {
  readonly settle?: (step: StepOf<'settle'>) => Dialogue['settle']['told'];
};

/** Answers each step when it can. Answers that are there already may be given as they are. */
export type AsyncAnswers = {
  readonly [K in keyof Dialogue]: (step: StepOf<K>) => Dialogue[K]['told'] | Promise<Dialogue[K]['told']>;
};

/** Leads a dialogue to its end at once: for simulations and tests. What an answer throws is passed on. */
export function drive(discovery: Discovery, answers: Answers): Verdict {
  for (let { step } = discovery; step !== undefined; { step } = discovery) discovery.tell(answerTo(step, answers));
  return discovery.verdict;
}

/**
 * Leads a dialogue to its end, waiting for answers that come later: the verdict itself when none did, so that whoever has all answers at
 * hand pays for no promise. What an answer throws or rejects with is passed on.
 */
export function driveAsync(discovery: Discovery, answers: AsyncAnswers): Verdict | Promise<Verdict> {
  for (let { step } = discovery; step !== undefined; { step } = discovery) {
    const answer = answerTo(step, answers);
    if (answer instanceof Promise) return driveOn(discovery, answer, answers);
    discovery.tell(answer);
  }
  return discovery.verdict;
}

async function driveOn(discovery: Discovery, awaited: Promise<Answer>, answers: AsyncAnswers): Promise<Verdict> {
  discovery.tell(await awaited);
  for (let { step } = discovery; step !== undefined; { step } = discovery) {
    const answer = answerTo(step, answers);
    discovery.tell(answer instanceof Promise ? await answer : answer);
  }
  return discovery.verdict;
}

function answerTo(step: Step, answers: Answers): Answer;
function answerTo(step: Step, answers: AsyncAnswers): Answer | Promise<Answer>;
function answerTo(step: Step, answers: Answers | AsyncAnswers): Answer | Promise<Answer> {
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
