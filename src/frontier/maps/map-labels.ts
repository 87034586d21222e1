import type { Sampling } from '../../curvature/problem.js';
import type { LineDefinition, MapFrame, MarkDefinition } from '../frontier-map.js';

/** The exact log growth rate as the colour. */
export const GROWTH_COLOUR: MapFrame['colour'] = {
  field: 'logGrowth',
  title: 'exact growth log ρ of E|δ|² per step',
};

/** Where the exact log growth rate passes through zero. */
export const EXACT_LINE: LineDefinition = {
  id: 'exact',
  label: 'exact',
  kind: 'exact',
  field: 'logGrowth',
  coincides: 'etaStar',
};

export const HEAVY_TAIL: MarkDefinition = {
  id: 'heavy-tail',
  label: 'heavy tail: E|δ|² grows, almost every run shrinks',
  style: 'hatch',
};

export const OPEN_CERTIFICATE: MarkDefinition = {
  id: 'certificate-open',
  label: 'not decided by the sampled steps',
  style: 'dot',
};

const SAMPLING_WORDS: Readonly<Record<Sampling, string>> = {
  bernoulli: 'bernoulli batches',
  'with-replacement': 'batches with replacement',
  'without-replacement': 'batches without replacement',
};

export function samplingWords(sampling: Sampling): string {
  return SAMPLING_WORDS[sampling];
}

/** A number with four digits, for titles. */
export function shortNumber(x: number): string {
  return String(Number(x.toPrecision(4)));
}
