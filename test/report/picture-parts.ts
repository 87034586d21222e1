/** What an SVG picture shows, read out of its text. */
export interface PictureParts {
  /** Texts in their order. */
  readonly texts: readonly string[];
  /** Numbers beside the axes of each plot. */
  readonly axes: readonly { readonly x: readonly string[]; readonly y: readonly string[] }[];
  /** Colours of the cells of each plot, columns from the left, each from below. */
  readonly cells: readonly (readonly string[])[];
  /** Points of the drawn lines without their seams. */
  readonly lines: readonly (readonly (readonly [x: number, y: number])[])[];
  /** Marks of each kind. */
  readonly marks: Readonly<Record<string, number>>;
  /** Meanings in the legend, and numbers beside each bar of colours. */
  readonly legend: readonly string[];
  readonly colourNumbers: readonly (readonly string[])[];
}

export function pictureParts(svg: string): PictureParts {
  const groups = (name: string): string[] =>
    [...svg.matchAll(new RegExp(`<g class="${name}"[^>]*>(.*?)</g>(?=\\n)`, 'gs'))].map(
      ([, inner]) => inner!,
    );
  const marks: Record<string, number> = {};
  for (const [, name] of svg.matchAll(/<use href="#(\w+)" x="[\d.]+" y="[\d.]+"\/>/g)) {
    marks[name!] = (marks[name!] ?? 0) + 1;
  }
  const [x, y] = [groups('x-axis'), groups('y-axis')];
  return {
    texts: textsOf(svg),
    axes: x.map((inner, k) => ({ x: textsOf(inner), y: textsOf(y[k]!) })),
    cells: groups('cells').map((inner) =>
      [...inner.matchAll(/fill="([^"]+)"/g)].map(([, colour]) => colour!),
    ),
    lines: [...svg.matchAll(/<path class="line"[^>]* stroke="(?!white)[^>]* d="M([^"]*)"/g)].map(
      ([, points]) => points!.split('L').map((point) => point.split(',').map(Number) as [number, number]),
    ),
    marks,
    legend: groups('legend').flatMap(textsOf),
    colourNumbers: groups('colours').map(textsOf),
  };
}

function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, words]) => words!);
}

/** Width and height of a PNG. @throws Error if it is none. */
export function pngSize(png: Uint8Array): readonly [width: number, height: number] {
  const bytes = Buffer.from(png);
  if (bytes.subarray(1, 4).toString('latin1') !== 'PNG') throw new Error('not a PNG');
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}
