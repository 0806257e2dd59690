import test from 'ava';
import { Judging } from '../src/io/judging.ts';

const finish = (): void => {};

test('messages are judged one after the other, and the last one before the end', async (t) => {
  const judging = new Judging();
  const said: string[] = [];
  const { promise: slow, resolve } = Promise.withResolvers<void>();
  judging.add(async () => {
    await slow;
    said.push('first');
  }, finish);
  judging.add(async () => void said.push('second'), finish);
  const end = judging.end(Promise.resolve('closed')).finally(() => said.push('end'));
  resolve();
  t.is(await end, 'closed');
  t.deepEqual(said, ['first', 'second', 'end']);
});

test('a judge that fails finishes the conversation, and his error comes out', async (t) => {
  const judging = new Judging();
  const { promise, resolve } = Promise.withResolvers<'finished'>();
  judging.add(
    () => Promise.reject(new Error('no key')),
    () => resolve('finished'),
  );
  await t.throwsAsync(judging.end(promise), { message: 'no key' });
});

test('a conversation that is aborted is over when nothing is judged any more', async (t) => {
  const judging = new Judging();
  const { promise: slow, resolve } = Promise.withResolvers<void>();
  let isOver = false;
  judging.add(() => slow, finish);
  const end = judging.end(Promise.reject(new Error('enough'))).finally(() => (isOver = true));
  const thrown = t.throwsAsync(end, { message: 'enough' });
  await new Promise((settle) => setImmediate(settle));
  t.false(isOver);
  resolve();
  await thrown;
});

test('a judge that never comes to an end is not waited for', async (t) => {
  const judging = new Judging(1);
  judging.add(() => new Promise(() => {}), finish);
  t.is(await judging.end(Promise.resolve('timeout')), 'timeout');
  await t.throwsAsync(judging.end(Promise.reject(new Error('enough'))), { message: 'enough' });
});
