import type { Analysis } from '../analysis/analyze-problem.js';
import { percent, significant } from './number-format.js';

/** How the second moment grows, how single runs do, and how the two go together. */
export function growthLines({ exact, typical }: Analysis): string[] {
  return [
    `E|delta|^2 is multiplied by rho = ${significant(exact.spectralRadius)} a step (log rho = ${significant(exact.logGrowth)})`,
    `single runs by exp(2 gamma), 2 gamma = ${significant(typical.growth)} in [${significant(typical.low)}, ${significant(typical.high)}], simulated: ${together(exact.logGrowth, typical)}`,
  ];
}

function together(logGrowth: number, { low, high }: Analysis['typical']): string {
  if (high < 0 && logGrowth >= 0)
    return 'they shrink, and rare ones carry the growth of the mean (heavy tail)';
  if (high < 0) return 'they shrink, too';
  if (low > 0 && low > 0.5 * logGrowth) return 'they grow, too';
  if (low > 0) return 'they grow slower; rare ones carry the growth of the mean';
  return 'whether they grow is within the error of the simulation';
}

/** When |delta| has grown by the factor. */
export function escapeLines({ escape, geometry }: Analysis): string[] {
  const { factor, mean, secondMoment, typical } = escape;
  if (secondMoment === null) return [`never: |delta| does not grow by the factor ${significant(factor)}`];
  const runs =
    typical === null
      ? 'single runs: not foreseeable, they need not grow'
      : `single runs: ${steps(typical.low)} to ${steps(typical.high)}`;
  const count = significant(geometry.directions);
  const along = count === '1' ? '1 direction escapes' : `${count} directions escape`;
  const retain =
    geometry.retainShare === null ? '' : `${percent(geometry.retainShare)} of the retain curvature`;
  const forget =
    geometry.forgetShare === null ? '' : `${percent(geometry.forgetShare)} of the forget curvature`;
  return [
    `|delta| grows by the factor ${significant(factor)} in ${mean === null ? 'no number of' : steps(mean)} steps by the mean, ${steps(secondMoment)} by the second moment; ${runs}`,
    `${along} ${geometry.kind === 'mean' ? 'in the mean' : 'by batch noise alone'}, with ${[retain, forget].filter(Boolean).join(' and ')} along them`,
  ];
}

/** Whole steps. */
function steps(x: number): string {
  return x < 1e5 ? String(Math.ceil(x)) : significant(x);
}
