/**
 * Child process of the oracle: runs one call of the command line after another in this process, by importing the
 * program anew for each. What the program imports is loaded once, so that a call takes milliseconds.
 */
import { Buffer } from 'node:buffer';
import { pathToFileURL } from 'node:url';

const program = pathToFileURL(process.argv[2]).href;
let count = 0;

// Every call adds handlers of its own; a warning of Node about their number would be a part of what some call prints.
for (const emitter of [process, process.stdout, process.stderr]) emitter.setMaxListeners(0);

async function run({ cwd, args }) {
  const output = { stdout: '', stderr: '' };
  const writers = { stdout: process.stdout.write, stderr: process.stderr.write };
  for (const name of ['stdout', 'stderr']) {
    process[name].write = (chunk) => {
      output[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      return true;
    };
  }
  process.chdir(cwd);
  process.argv = [process.argv[0], program, ...args];
  process.exitCode = 0;
  try {
    await import(`${program}?call=${++count}`);
  } catch (error) {
    output.stderr += `the program threw: ${String(error)}\n`;
    process.exitCode = 70;
  }
  const code = process.exitCode ?? 0;
  process.exitCode = 0;
  for (const name of ['stdout', 'stderr']) process[name].write = writers[name];
  return { code, ...output };
}

process.on('message', (call) => {
  void run(call).then((result) => process.send(result));
});
