/** Where progress is shown; a terminal tells so. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** What shows progress: a stream, and milliseconds for redraws and the remaining time, never for results. */
export interface ProgressOutput {
  readonly stderr: ProgressStream;
  readonly now: () => number;
}

/** One line that says what is being done. */
export interface StatusLine {
  /** @param urgent shown at once; other texts now and then. */
  show(text: string, urgent?: boolean): void;
  clear(): void;
}

/** One line that says how much is done. */
export interface ProgressLine {
  update(done: number): void;
  clear(): void;
}

/** Milliseconds between two redraws. */
const REDRAW_INTERVAL = 200;

const CLEARED = '\r\u001b[K';

/** A line on stderr that overwrites itself; nothing at all where stderr is no terminal. */
export function statusLine({ stderr, now }: ProgressOutput, interval = REDRAW_INTERVAL): StatusLine {
  if (stderr.isTTY !== true) return { show: () => undefined, clear: () => undefined };
  let last = -Infinity;
  let drawn = false;
  return {
    show(text, urgent = false) {
      if (!urgent && now() - last < interval) return;
      last = now();
      drawn = true;
      stderr.write(`${CLEARED}${text.slice(0, terminalWidth(stderr) - 1)}`);
    },
    clear() {
      if (drawn) stderr.write(CLEARED);
      drawn = false;
    },
  };
}

/**
 * A status line with the share that is done and the remaining time.
 *
 * @param total pieces of work; @param earlier of them that were done before: they took no time in this run.
 */
export function progressLine(output: ProgressOutput, name: string, total: number, earlier = 0): ProgressLine {
  const line = statusLine(output);
  const start = output.now();
  return {
    update: (done) => line.show(`${name}: ${progressWords({ done, total, earlier }, output.now() - start)}`),
    clear: () => line.clear(),
  };
}

/** How far a run is, in pieces of work. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** Pieces that were done before the run. */
  readonly earlier: number;
}

/** "40 % after 2 s, about 3 s left", once more than `least` of the run is done. */
export function progressWords({ done, total, earlier }: Progress, milliseconds: number, least = 0): string {
  const seconds = milliseconds / 1000;
  const share = (done - earlier) / Math.max(1, total - earlier);
  const left = share > least ? `, about ${Math.ceil((seconds * (1 - share)) / share)} s left` : '';
  return `${Math.floor((100 * done) / total)} % after ${Math.floor(seconds)} s${left}`;
}

/** Columns of a terminal: some do not tell their width, or tell 0. */
export function terminalWidth({ columns = 0 }: ProgressStream): number {
  return columns > 0 ? Math.max(20, columns) : 80;
}
