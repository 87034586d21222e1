const ESCAPE = '\u001b';

/** A cursor code with its count, and whatever else is written: a character at a time. */
const CURSOR_CODE = new RegExp(`^${ESCAPE}\\[([0-9;]*)([A-Za-z])$`);
const TOKEN = new RegExp(`${ESCAPE}\\[[0-9;]*[A-Za-z]|[^]`, 'g');

/** A terminal of so many rows and columns that obeys text, line breaks and the cursor codes of progress. */
export class FakeTerminal {
  readonly isTTY = true;
  /** Lines that were pushed off the screen. */
  readonly scrolledOff: string[] = [];
  private screen: string[];
  private row = 0;
  private column = 0;

  constructor(
    public rows: number,
    public columns: number,
  ) {
    this.screen = Array.from({ length: rows }, () => '');
  }

  /** What stands on the screen, without empty lines behind it. */
  get lines(): string[] {
    const last = this.screen.findLastIndex((line) => line.trim() !== '');
    return this.screen.slice(0, last + 1).map((line) => line.trimEnd());
  }

  write(text: string): void {
    for (const [token] of text.matchAll(TOKEN)) this.obey(token);
  }

  /** Wraps the lines anew, as terminals do when they become narrower. */
  narrow(columns: number): void {
    const before = this.screen.slice(0, this.row + 1);
    this.columns = columns;
    const wrapped = before.flatMap((line) => line.match(new RegExp(`.{1,${columns}}`, 'g')) ?? ['']);
    const below = Math.max(0, wrapped.length - this.rows);
    this.scrolledOff.push(...wrapped.splice(0, below));
    this.row = wrapped.length - 1;
    this.column = Math.min(this.column, wrapped.at(-1)!.length);
    this.screen = [...wrapped, ...Array.from({ length: this.rows - wrapped.length }, () => '')];
  }

  private obey(token: string): void {
    const [, count, code] = CURSOR_CODE.exec(token) ?? [];
    const line = this.screen[this.row]!;
    if (token === '\r') this.column = 0;
    else if (token === '\n') this.lineFeed();
    else if (code === 'A') this.row = Math.max(0, this.row - Number(count === '' ? 1 : count));
    else if (code === 'K') this.screen[this.row] = line.slice(0, this.column);
    else if (code === 'J') this.eraseBelow();
    else if (code === undefined && token >= ' ') this.put(token);
    else if (code !== 'm') throw new Error(`a code that progress has no use for: ${JSON.stringify(token)}`);
  }

  private lineFeed(): void {
    this.column = 0;
    if (this.row < this.rows - 1) this.row++;
    else {
      this.scrolledOff.push(this.screen.shift()!);
      this.screen.push('');
    }
  }

  private eraseBelow(): void {
    this.screen[this.row] = this.screen[this.row]!.slice(0, this.column);
    this.screen.fill('', this.row + 1);
  }

  private put(character: string): void {
    if (this.column === this.columns) this.lineFeed();
    const line = this.screen[this.row]!.padEnd(this.column);
    this.screen[this.row] = line.slice(0, this.column) + character + line.slice(this.column + 1);
    this.column++;
  }
}
