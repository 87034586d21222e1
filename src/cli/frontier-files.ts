import type { FrontierDocument, FrontierVerdict } from '../frontier/frontier-document.js';
import { heatMapText } from '../report/character-pictures.js';
import { frontierPicture } from '../report/frontier-picture.js';
import { type FrontierCircumstances, frontierJson, frontierText } from '../report/frontier-text.js';
import type { CliContext } from './context.js';
import { writeFiles } from './files.js';

export const FRONTIER_EXIT_CODES: Readonly<Record<FrontierVerdict, number>> = {
  agree: 0,
  contradicted: 1,
  interrupted: 130,
};

/** Writes MAP.json, MAP.svg and MAP.png of a complete map; returns their paths. */
export async function writeFrontierReports(
  document: FrontierDocument,
  circumstances: FrontierCircumstances,
  folder: string,
): Promise<string[]> {
  // Native code: commands that write no PNG do without it.
  const { pngOf } = await import('../report/png.js');
  const svg = frontierPicture(document);
  const { map } = document.request;
  return writeFiles(folder, [
    [`${map}.json`, frontierJson(document, circumstances)],
    [`${map}.svg`, svg],
    [`${map}.png`, pngOf(svg)],
  ]);
}

/** How a map is printed. */
export interface PrintedAs {
  readonly json: boolean;
  /** Whether the map in characters stands before its summary. */
  readonly text: boolean;
  /** Paths of its files. */
  readonly files: readonly string[];
}

/** Prints a map to stdout: as one JSON document, or as its summary. */
export function printFrontier(
  { stdout, env }: CliContext,
  document: FrontierDocument,
  circumstances: FrontierCircumstances,
  { json, text, files }: PrintedAs,
): void {
  if (json) {
    stdout.write(frontierJson(document, circumstances));
    return;
  }
  const coloured = stdout.isTTY === true && env.TERM !== 'dumb' && (env.NO_COLOR ?? '') === '';
  const picture = text ? `${heatMapText(document, { coloured, width: stdout.columns ?? 80 })}\n\n` : '';
  stdout.write(`${picture}${frontierText(document, files)}\n`);
}
