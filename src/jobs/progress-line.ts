/** Where progress is shown; a terminal tells so. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** Where progress is shown: a stream, and milliseconds for redraws and the remaining time, never for results. */
interface ProgressOutput {
  readonly stderr: ProgressStream;
  readonly now: () => number;
  /** Environment variables: TERM. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** One line that says what is being done. */
interface StatusLine {
  /** @param urgent shown at once; other texts now and then. */
  show(text: string, urgent?: boolean): void;
  clear(): void;
}

/** One line that says how much is done. */
interface ProgressLine {
  update(done: number): void;
  clear(): void;
}

/** Milliseconds between two redraws. */
const REDRAW_INTERVAL = 200;

const CLEARED = '\r\u001b[K';

/** True if stderr is a terminal that obeys cursor codes. */
export function canRedraw({ stderr, env }: Pick<ProgressOutput, 'stderr' | 'env'>): boolean {
  return stderr.isTTY === true && env?.TERM !== 'dumb';
}

/** A line on stderr that overwrites itself; nothing at all where stderr is no terminal, or a dumb one. */
export function statusLine(output: ProgressOutput, interval = REDRAW_INTERVAL): StatusLine {
  const { stderr, now } = output;
  if (!canRedraw(output)) return { show: () => undefined, clear: () => undefined };
  let last = -Infinity;
  let drawn = 0;
  // A terminal that has become narrower has wrapped the line.
  const cleared = (): string => {
    const above = rowsOf(drawn, stderr) - 1;
    return above > 0 ? `\r\u001b[${above}A\u001b[0J` : CLEARED;
  };
  return {
    show(text, urgent = false) {
      if (!urgent && now() - last < interval) return;
      last = now();
      const line = fitted(text, stderr);
      stderr.write(`${cleared()}${line}`);
      drawn = line.length;
    },
    clear() {
      if (drawn > 0) stderr.write(cleared());
      drawn = 0;
    },
  };
}

/** A text cut to a line of a terminal; the last column stays free, as terminals differ in when they wrap. */
export function fitted(text: string, stream: ProgressStream): string {
  return text.slice(0, terminalWidth(stream) - 1);
}

/** Rows that a line of so many characters takes on a terminal now. */
export function rowsOf(characters: number, stream: ProgressStream): number {
  return Math.max(1, Math.ceil(characters / terminalWidth(stream)));
}

/**
 * A status line with the share that is done and the remaining time; where it cannot be redrawn, a line of its own every few
 * seconds.
 *
 * @param total pieces of work; @param earlier of them that were done before: they took no time in this run.
 */
export function progressLine(output: ProgressOutput, name: string, total: number, earlier = 0): ProgressLine {
  const line = canRedraw(output) ? statusLine(output) : plainLines(output);
  const start = output.now();
  return {
    update: (done) => line.show(`${name}: ${progressWords({ done, total, earlier }, output.now() - start)}`),
    clear: () => line.clear(),
  };
}

/** Milliseconds between two lines that stay. */
const PLAIN_INTERVAL = 5000;

function plainLines({ stderr, now }: ProgressOutput): StatusLine {
  let last = now();
  return {
    show(text) {
      if (now() - last < PLAIN_INTERVAL) return;
      last = now();
      stderr.write(`${text}\n`);
    },
    clear: () => undefined,
  };
}

/** How far a run is, in pieces of work. */
interface Progress {
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
function terminalWidth({ columns = 0 }: ProgressStream): number {
  return columns > 0 ? columns : 80;
}

/** Rows of a terminal, likewise. */
export function terminalHeight({ rows = 0 }: ProgressStream): number {
  return rows > 0 ? rows : 24;
}
