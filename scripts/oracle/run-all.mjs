/** Runs calls, two at a time, and writes down what each prints and leaves. */
import { fork, spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { masked, maskedFile } from './masks.mjs';

const LANES = 2;
const env = { ...process.env, NO_COLOR: '1', TZ: 'UTC' };

/** Calls `onDone(call, text)` in the order of the calls. */
export async function runAll(calls, { program, spawn: spawned }, onDone) {
  const texts = [];
  let [next, reported] = [0, 0];
  const lane = async () => {
    const runner = spawned ? processes(program) : batch(program);
    while (next < calls.length) {
      const k = next++;
      texts[k] = await outcome(calls[k], program, runner);
      for (; texts[reported] !== undefined; reported++) {
        onDone(calls[reported], texts[reported]);
        texts[reported] = '';
      }
    }
    runner.close();
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

async function outcome(call, program, runner) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'calls-')));
  const mask = masked(program, folder);
  try {
    const path = (name) => join(folder, name);
    const write = (name, content) => {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), content);
    };
    for (const [name, content] of Object.entries(call.files ?? {})) write(name, content);
    const edit = {
      read: (name) => readFileSync(path(name), 'utf8'),
      write,
      remove: (name) => rmSync(path(name)),
    };
    const parts = [];
    for (const [at, step] of call.steps.entries()) {
      if (typeof step === 'function') step(edit);
      else {
        const args = step.split(' ').filter((word) => word !== '').map((word) => (word === '""' ? '' : word)); // prettier-ignore
        const { code, stdout, stderr } = await runner.run({ cwd: folder, args });
        parts.push(`@@ ${at + 1} ${step}: exit code\n${code}\n`);
        parts.push(`@@ ${at + 1} ${step}: stderr\n${mask(stderr)}\n`);
        parts.push(`@@ ${at + 1} ${step}: stdout\n${mask(stdout)}\n`);
      }
    }
    for (const name of readdirSync(folder, { recursive: true }).sort()) {
      const text = maskedFile(path(name), name, call, mask);
      if (text !== null) parts.push(`@@ file ${name}\n${text}\n`);
    }
    return parts.join('');
  } catch (error) {
    return `@@ failed\n${String(error)}\n`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A process for each command. */
function processes(program) {
  const run = ({ cwd, args }) =>
    new Promise((done, failed) => {
      const child = spawn(process.execPath, [program, ...args], {
        cwd,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const output = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr']) {
        child[name].setEncoding('utf8').on('data', (text) => (output[name] += text));
      }
      child.on('error', failed);
      child.on('close', (code) => done({ code, ...output }));
    });
  return { run, close: () => undefined };
}

/** One process for all commands, replaced if it ends. */
function batch(program) {
  const script = fileURLToPath(new URL('batch.mjs', import.meta.url));
  let child = null;
  const run = (call) =>
    new Promise((done) => {
      child ??= fork(script, [program], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      const ended = (code) => {
        child = null;
        done({ code, stdout: '', stderr: 'the process ended' });
      };
      child.once('exit', ended);
      child.once('message', (result) => {
        child.off('exit', ended);
        done(result);
      });
      child.send(call);
    });
  return { run, close: () => child?.kill() };
}
