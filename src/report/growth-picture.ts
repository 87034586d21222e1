const ROWS = 12;
const COLUMNS = 60;

/** Runs as a picture in text: log10 of the given positive series over their index; digits name the runs. */
export function growthPicture(series: readonly Float64Array[]): string {
  const logs = series.map((values) => Array.from(values, (x) => Math.log10(Math.max(x, 1e-300))));
  const all = logs.flat();
  const low = Math.floor(Math.min(...all, -1));
  const high = Math.ceil(Math.max(...all, 1));
  const canvas = Array.from({ length: ROWS }, () => new Array<string>(COLUMNS).fill(' '));
  const rowOf = (value: number): number =>
    Math.min(ROWS - 1, Math.max(0, Math.round(((high - value) / (high - low)) * (ROWS - 1))));
  canvas[rowOf(0)]!.fill('-');
  logs.forEach((values, run) => {
    for (let column = 0; column < COLUMNS; column++) {
      const k = Math.round((column / (COLUMNS - 1)) * (values.length - 1));
      canvas[rowOf(values[k]!)]![column] = String((run + 1) % 10);
    }
  });
  return canvas
    .map((cells, row) => {
      const value = high - (row / (ROWS - 1)) * (high - low);
      return `${value.toFixed(1).padStart(8)} |${cells.join('').trimEnd()}`;
    })
    .join('\n');
}
