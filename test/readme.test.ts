import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';

// Every program and every command line that a README shows is run, so that none of them can grow stale.
//   ```ts        a complete program: it must end by itself with status 0; `// prints: TEXT` lines are what it prints, in order, blank lines left out
//   ```console   lines that start with `$ ` are commands, run one after the other in an empty folder; the lines below a command are its
//                output, and a line `...` stands for any number of lines. Durations in ms are not compared.
// One at a time: each is a process of its own.
const root = resolve(import.meta.dirname, '..');
const readmes = ['README.md', ...readdirSync(join(root, 'packages')).map((name) => join('packages', name, 'README.md'))];
const tsx = ['--input-type=module-typescript', '-'];

test('the repository and every package has a README', (t) => {
  t.deepEqual(
    readmes.filter((path) => !existsSync(join(root, path))),
    [],
  );
});

test('the README of every package has an example, options, and outcomes', (t) => {
  const lacking = readmes.slice(1).flatMap((path) => {
    const markdown = readFileSync(join(root, path), 'utf8');
    return ['Example', 'Options', 'Outcomes'].filter((name) => !markdown.includes(`\n## ${name}`)).map((name) => `${path}: ${name}`);
  });
  t.deepEqual(lacking, []);
});

for (const path of readmes.filter((readme) => existsSync(join(root, readme)))) {
  const markdown = readFileSync(join(root, path), 'utf8');

  for (const [index, program] of blocks(markdown, 'ts').entries()) {
    test.serial(`program ${index + 1} of ${path} runs`, async (t) => {
      const { status, stdout, stderr } = await run(process.execPath, tsx, root, program);
      t.is(status, 0, stderr);
      const prints = [...program.matchAll(/^\s*\/\/ prints: (.*)$/gm)].map((match) => match[1]);
      if (prints.length > 0) t.deepEqual(stdout.split('\n').filter(Boolean), prints);
    });
  }

  for (const [index, session] of blocks(markdown, 'console').entries()) {
    test.serial(`console example ${index + 1} of ${path} prints what it says`, async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'srvkit-readme-'));
      t.teardown(() => rmSync(folder, { recursive: true }));
      const commands = commandsOf(session);
      writeFileSync(join(folder, 'srvkit'), `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'packages/cli/src/main.ts')}" "$@"\n`, {
        mode: 0o700,
      });
      const { stdout, stderr } = await run('/bin/bash', [], folder, script(commands));
      const outputs = stdout.split(`${MARK}\n`).slice(1);
      for (const [at, { command, output }] of commands.entries())
        t.regex(comparable(outputs[at] ?? ''), pattern(output), `${command}\n${stderr}`);
    });
  }
}

function blocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map((match) => match[1] ?? '');
}

function commandsOf(session: string): { command: string; output: string }[] {
  return session
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...output] = part.replaceAll('\\\n', '').split('\n');
      return { command, output: output.join('\n') };
    });
}

const MARK = '-- next command --';

// One shell for all commands, so that a server in the background and `$!` work as they do for a reader.
function script(commands: readonly { command: string }[]): string {
  const prelude = ['PATH="$PWD:$PATH"', `fixtures="${join(root, 'fixtures')}"`, 'exec 2>&1'];
  return [...prelude, ...commands.flatMap(({ command }) => [`echo '${MARK}'`, command])].join('\n');
}

function comparable(text: string): string {
  return text.replaceAll(/\d+(?:\.\d+)? ?ms\b/g, 'N ms').trimEnd();
}

function pattern(output: string): RegExp {
  const lines = comparable(output).split('\n');
  const source = lines.map((line) => (line.trim() === '...' ? '(?:.*\\n)*?(?:.+$)?' : `${escaped(line)}(?:\\n|$)`));
  return new RegExp(`^${source.join('')}$`);
}

function escaped(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}

interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(program: string, args: readonly string[], cwd: string, input: string): Promise<Finished> {
  const child = spawn(program, args, { cwd, stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  child.stdin.end(input);
  const status = await new Promise<number | null>((settle, fail) => child.on('error', fail).on('close', settle));
  return { status, stdout, stderr };
}
