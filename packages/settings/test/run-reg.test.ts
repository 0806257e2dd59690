import test from 'ava';
import { SettingsError } from '../src/index.ts';
import { regRunner, systemReg } from '../src/io/run-reg.ts';

// Node itself stands in for reg.exe.
const runNode = regRunner(process.execPath);
const run = (program: string) => runNode(['-e', program], { timeoutMs: 30_000 });

const PATHS: readonly { title: string; env: Record<string, string>; path: string }[] = [
  { title: 'the system folder', env: { SystemRoot: 'D:\\Windows' }, path: 'D:\\Windows\\System32\\reg.exe' },
  { title: 'the usual folder without SystemRoot', env: {}, path: 'C:\\Windows\\System32\\reg.exe' },
  { title: 'the usual folder for a relative SystemRoot', env: { SystemRoot: 'tmp' }, path: 'C:\\Windows\\System32\\reg.exe' },
  {
    title: '64-bit Windows under a 32-bit Node',
    env: { SystemRoot: 'C:\\Windows', PROCESSOR_ARCHITEW6432: 'AMD64' },
    path: 'C:\\Windows\\Sysnative\\reg.exe',
  },
];

for (const { title, env, path } of PATHS) {
  test(`reg.exe is taken from ${title}, never from PATH`, (t) => t.is(systemReg({ PATH: '.', ...env }), path));
}

test('status and output are kept, of another code page only what is ASCII', async (t) => {
  // How reg.exe says in German that a key is missing, in code page 850.
  const program = `process.stderr.write(Buffer.from('FEHLER: Der angegebene Registrierungsschl\\x81ssel\\r\\n', 'latin1')); process.exitCode = 1;`;
  t.deepEqual(await run(program), { status: 1, output: 'FEHLER: Der angegebene Registrierungsschl?ssel\r\n' });
});

test('arguments arrive as they are, without a shell', async (t) => {
  const { output } = await runNode(['-p', 'process.argv[1]', '"a b" %PATH% $HOME & ;'], { timeoutMs: 30_000 });
  t.is(output.trim(), '"a b" %PATH% $HOME & ;');
});

test('a prompt reads the end of input at once', async (t) => {
  t.like(await run(`process.stdin.resume().on('end', () => process.exit(3))`), { status: 3 });
});

test('a program that does not end is ended at its deadline', async (t) => {
  t.deepEqual(await runNode(['-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 150 }), { status: null, output: '' });
});

test('an aborted signal ends the program and rejects with its reason', async (t) => {
  const reason = new Error('enough');
  const abort = new AbortController();
  const running = runNode(['-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 30_000, signal: abort.signal });
  abort.abort(reason);
  t.is(await t.throwsAsync(running), reason);
  t.is(await t.throwsAsync(runNode(['-v'], { timeoutMs: 30_000, signal: abort.signal })), reason);
});

test('a missing program says what to do instead', async (t) => {
  const error = await t.throwsAsync(regRunner('/nowhere/reg.exe')([], { timeoutMs: 1000 }), { instanceOf: SettingsError });
  t.is(error?.code, 'NO_REGISTRY');
  t.regex(error?.message ?? '', /^\/nowhere\/reg\.exe: there is no such program; is this Windows\? .*\.reg file/);
});
