import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** A picture as text and as pixels. */
export interface RenderedPicture {
  readonly svg: string;
  readonly png: Uint8Array;
}

/** Pixels of the PNG for one unit of the SVG. */
const PNG_SCALE = 2;

/** Draws a specification. The PNG is drawn with the shipped font, so that it is the same on every machine. */
export async function renderPicture(spec: TopLevelSpec): Promise<RenderedPicture> {
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  const svg = `${tidied(await view.toSVG())}\n`;
  view.finalize();
  const resvg = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: PNG_SCALE },
    font: { loadSystemFonts: false, fontFiles: fontFiles(), defaultFontFamily: 'DejaVu Sans' },
  });
  return { svg, png: resvg.render().asPng() };
}

/**
 * The same SVG every time and without what no eye sees: ids count from 0 (Vega counts all pictures of a process), places
 * have two decimals, and neighbouring rectangles no light seams.
 */
function tidied(svg: string): string {
  const ids = new Map<string, string>();
  return svg
    .replace(/(gradient_|clip)\d+/g, (id, kind: string) => {
      const known = ids.get(id) ?? `${kind}${ids.size}`;
      ids.set(id, known);
      return known;
    })
    .replace(/ (?:d|transform)="[^"]*"/g, (attribute) =>
      attribute.replace(/\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2)))),
    )
    .replaceAll('<g class="mark-rect ', '<g shape-rendering="crispEdges" class="mark-rect ');
}

function fontFiles(): string[] {
  const folder = dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json'));
  return ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) => join(folder, 'ttf', name));
}
