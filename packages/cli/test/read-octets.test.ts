import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { UsageError } from '../src/exit.ts';
import { readOctets } from '../src/read-octets.ts';

// Windows has no named pipes in folders.
const onUnix = process.platform === 'win32' ? test.skip : test;
const never = new AbortController().signal;

test('a file is read to its end, whatever its size', async (t) => {
  const file = join(await folderFor(t), 'file');
  for (const size of [0, 1, 65_536, 200_001]) {
    await writeFile(file, Buffer.alloc(size, 'x'));
    t.is((await readOctets(file, { signal: never, silenceMs: 0 })).bytes.length, size);
  }
});

onUnix('a pipe that nobody writes into is one error after its silence', async (t) => {
  const pipe = await pipeFor(t);
  await t.throwsAsync(readOctets(pipe, { signal: never, silenceMs: 40 }), {
    instanceOf: UsageError,
    message: `${pipe}: nothing has come out of this pipe for 0.04 s; name a file, or let something write into the pipe`,
  });
});

onUnix('a writer that stays silent is the same error', async (t) => {
  const pipe = await pipeFor(t);
  const reading = readOctets(pipe, { signal: never, silenceMs: 40 });
  const writer = await writerFor(pipe);
  await t.throwsAsync(reading, { instanceOf: UsageError, message: /nothing has come out of this pipe/ });
  await writer.close();
});

onUnix('the signal ends the waiting for a pipe with its own reason', async (t) => {
  const pipe = await pipeFor(t);
  const stop = new AbortController();
  const reading = readOctets(pipe, { signal: stop.signal });
  await (await writerFor(pipe)).close(); // it has been opened
  const reason = new Error('enough');
  stop.abort(reason);
  t.is(await t.throwsAsync(reading), reason);
});

onUnix('a pipe is read to its end, however often it is empty before', async (t) => {
  const pipe = await pipeFor(t);
  const reading = readOctets(pipe, { signal: never });
  const writer = await open(pipe, 'w');
  await writer.writeFile(Buffer.alloc(1_000_000, 'x')); // more than a pipe holds
  await writer.writeFile('the end');
  await writer.close();
  const { bytes } = await reading;
  t.deepEqual([bytes.length, bytes.subarray(-7).toString()], [1_000_007, 'the end']);
});

async function folderFor(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'srvkit-read-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
}

async function pipeFor(t: ExecutionContext): Promise<string> {
  const pipe = join(await folderFor(t), 'pipe');
  execFileSync('mkfifo', [pipe]);
  return pipe;
}

/** The end to write into, as soon as somebody reads. */
async function writerFor(pipe: string): Promise<FileHandle> {
  for (;;) {
    try {
      return await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENXIO')) throw error;
      await new Promise((settle) => setImmediate(settle));
    }
  }
}
