import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { analysisHtml } from '../report/analysis-html.js';
import type { AnalysisPage } from '../report/analysis-page.js';
import { forgetSamplesPicture } from '../report/forget-samples-picture.js';
import { changeFile, writeFiles } from './files.js';

const PICTURES = ['forget-samples.svg', 'forget-samples.png'] as const;

/**
 * Writes `analysis.json` and `analysis.html`, and the picture of the forget samples as SVG and PNG if something
 * escapes; that of an earlier analysis goes. Returns the paths.
 */
export async function writeAnalysis(page: AnalysisPage, folder: string): Promise<string[]> {
  for (const path of PICTURES.map((name) => join(folder, name))) {
    changeFile(path, () => rmSync(path, { force: true }));
  }
  const contents: (readonly [string, string | Uint8Array])[] = [
    ['analysis.json', `${JSON.stringify(page.analysis, null, 2)}\n`],
    ['analysis.html', analysisHtml(page)],
    ...(await forgetSamples(page)),
  ];
  return writeFiles(folder, contents);
}

async function forgetSamples({ analysis, source }: AnalysisPage): Promise<[string, string | Uint8Array][]> {
  const { kind, samples } = analysis.geometry;
  if (kind === 'none' || samples.length === 0) return [];
  // Native code: analyses without a picture do without it.
  const { pngOf } = await import('../report/png.js');
  const svg = forgetSamplesPicture(analysis.geometry, source);
  return [
    [PICTURES[0], svg],
    [PICTURES[1], pngOf(svg)],
  ];
}
