// A warm vitest in a process of its own (worker.mjs), begun anew when a mutant does not end.
import { fork } from 'node:child_process';
import { clearTimeout, setTimeout } from 'node:timers';

/** Seconds in which vitest must have started. */
const START = 300;

/** How often slower than it computes a process may be on a machine that does other things. */
const BUSY = 20;

/** Tests in the files with these parts in their path, in a process that starts with the first question. */
export function warmTests(filters) {
  let child = null;
  const answer = (seconds) =>
    new Promise((done) => {
      const end = (message) => {
        clearTimeout(timer);
        child?.removeAllListeners('message').removeAllListeners('exit');
        done(message);
      };
      const timer = setTimeout(() => {
        end(null);
        stop();
      }, seconds * 1000);
      child.once('message', end);
      child.once('exit', () => {
        child = null;
        end(null);
      });
    });
  const stop = () => {
    child?.kill('SIGKILL');
    child = null;
  };
  return {
    /**
     * What the tests make of { file, text }: { state, by, computed }; with `within` only those in that file, with
     * `test` only those of that title, in so many seconds of computing. null if there is no answer.
     */
    async examine(question, seconds) {
      if (!child) {
        const stdio = ['ignore', 'ignore', 'inherit', 'ipc'];
        child = fork(new URL('worker.mjs', import.meta.url), filters, { stdio });
        if ((await answer(START)) === null) throw new Error('vitest does not start');
      }
      child.send({ ...question, seconds });
      const found = await answer(BUSY * seconds);
      if (found?.by === 'time') stop();
      return found;
    },
    stop,
  };
}
