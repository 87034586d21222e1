import type { SubsetInterval, SubsetReport } from '../analysis/analyze-subset.js';
import { labelled } from './labelled-lines.js';
import { percent, significant } from './number-format.js';
import type { ProblemSettings } from './analysis-text.js';

/** What a person must know of an analysis of a subset before its numbers. */
export function describeSubset(report: SubsetReport, { alpha, eta }: ProblemSettings): string {
  const { samples, confidence, intervals, seed } = report;
  const share = ({ of, drawn }: { of: number; drawn: number }): string =>
    drawn === of ? `all ${of}` : `${drawn} of ${of}`;
  const lines = [
    `${share(samples.retain)} retain and ${share(samples.forget)} forget samples (seed ${seed}); theorems are not asked, they need all samples`,
    `the intervals hold together with probability ${percent(confidence)}, to first order (docs/subsets.md)`,
    `sigma ${shown(intervals.sigma)}, alpha* ${shown(intervals.alphaStar)}`,
    `lambda_min(D) ${shown(intervals.lambdaMin)}, eta* ${shown(intervals.etaStar)}`,
  ];
  return [`estimate from a subset: ${verdict(report, alpha, eta)}`, ...labelled('drawn', lines)].join('\n');
}

function verdict({ side, intervals }: SubsetReport, alpha: number, eta: number): string {
  const { alphaStar } = intervals;
  if (side === 'stable') return `stable, eta ${eta} is below the interval of eta*`;
  if (side === 'undecided') return `undecided, the interval of eta* contains eta ${eta}`;
  const above = alphaStar.high !== null && alpha > alphaStar.high;
  return above
    ? `diverges, alpha ${alpha} is above the interval of alpha*`
    : `diverges, eta ${eta} is above the interval of eta*`;
}

function shown({ low, high, exact }: SubsetInterval): string {
  if (exact) return `${significant(low)} (of all samples)`;
  return high === null ? `at least ${significant(low)}` : `in [${significant(low)}, ${significant(high)}]`;
}
