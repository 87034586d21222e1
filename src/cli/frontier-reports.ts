import { join } from 'node:path';
import type { FrontierDocument, FrontierVerdict } from '../frontier/frontier-document.js';
import { panelSpec } from '../pictures/panel-spec.js';
import { frontierSpec } from '../pictures/frontier-spec.js';
import { frontierJson, type FrontierCircumstances } from '../report/frontier-json.js';
import { frontierText } from '../report/frontier-text.js';
import { heatMapText } from '../report/heat-map-text.js';
import type { CliContext } from './context.js';
import { writeFileWhole } from './files.js';

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
  // Drawing takes a second to load: commands that draw nothing do without.
  const { renderPicture } = await import('../pictures/render-picture.js');
  const { svg, png } = await renderPicture(
    document.map.panels ? panelSpec(document) : frontierSpec(document),
  );
  const contents: [string, string | Uint8Array][] = [
    ['json', frontierJson(document, circumstances)],
    ['svg', svg],
    ['png', png],
  ];
  return contents.map(([extension, content]) => {
    const path = join(folder, `${document.request.map}.${extension}`);
    writeFileWhole(path, content);
    return path;
  });
}

/** What is said of the machine and the time of a run that began at `start`. */
export function circumstancesOf(context: CliContext, start: number, workers: number): FrontierCircumstances {
  return {
    timing: {
      seconds: (context.now() - start) / 1000,
      peakMemoryMegabytes: context.peakMemory(),
    },
    environment: {
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      processors: context.processors,
      workers,
    },
  };
}

/** Prints a map to stdout: as one JSON document, or as its summary, behind the map in characters if asked for. */
export function printFrontier(
  { stdout, env }: CliContext,
  document: FrontierDocument,
  circumstances: FrontierCircumstances,
  files: readonly string[],
  { json, text }: { readonly json: boolean; readonly text: boolean },
): void {
  if (json) {
    stdout.write(frontierJson(document, circumstances));
    return;
  }
  const coloured = stdout.isTTY === true && (env.NO_COLOR ?? '') === '';
  const picture = text ? `${heatMapText(document, { coloured, width: stdout.columns ?? 80 })}\n\n` : '';
  stdout.write(`${picture}${frontierText(document, files)}\n`);
}
