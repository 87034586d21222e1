import type { EscapeGeometry } from '../analysis/answer.js';
import { percent } from './number-format.js';
import { textTable } from './text-table.js';

/** Samples that a person is shown; the JSON has them all. */
const SHOWN = 10;

/** The forget samples that resist most, with the share of their curvature along the escaping directions; '' if nothing escapes. */
export function resistingTable({ kind, samples }: EscapeGeometry): string {
  if (kind === 'none' || samples.length === 0) return '';
  const shown = samples.slice(0, SHOWN);
  const title =
    shown.length < samples.length
      ? `The ${SHOWN} of ${samples.length} forget samples that resist most:`
      : 'Forget samples, those that resist most first:';
  const rows = shown.map(({ index, share }) => [String(index), percent(share)]);
  return `${title}\n${textTable(['sample', 'curvature that escapes'], rows)}`;
}
