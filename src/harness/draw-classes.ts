import { SAMPLINGS } from '../theory/problem.js';
import type { DrawFeatures, ProcedureFeatures } from './examination.js';
import type { DrawFloors } from './theorem.js';

/** One class of draws: "nu: above 5". */
interface DrawClass {
  readonly name: string;
  readonly holds: (features: DrawFeatures) => boolean;
}

const within = (low: number, high: number) => (x: number | null) => x !== null && x > low && x <= high;

/** Classes of a number: each bound closes one. */
function ranges(
  dimension: string,
  of: (features: DrawFeatures) => number | null,
  bounds: readonly (readonly [name: string, low: number, high: number])[],
): DrawClass[] {
  return bounds.map(([name, low, high]) => ({
    name: `${dimension}: ${name}`,
    holds: (features) => within(low, high)(of(features)),
  }));
}

/** Classes of procedures: only theorems that name them set them floors. */
const PROCEDURE_CLASSES: readonly DrawClass[] = (
  [
    ['momentum to 0.5', ({ momentum }) => momentum > 0 && momentum <= 0.5],
    ['momentum above 0.5', ({ momentum }) => momentum > 0.5],
    ['nesterov', ({ nesterov }) => nesterov],
    [
      'as many ascents as descents',
      ({ schedule }) => schedule?.ascent === schedule?.descent && schedule !== null,
    ],
    ['other turns', ({ schedule }) => schedule?.ascent !== schedule?.descent],
    ['epochs', ({ epochs }) => epochs],
    ['decay to |lambda_min(D)|', ({ decay }) => decay > 0 && decay <= 1],
    ['decay above it', ({ decay }) => decay > 1],
    ['preconditioner', ({ preconditioned }) => preconditioned],
    ['a sampling for each set', ({ perSet }) => perSet],
  ] as const satisfies readonly (readonly [string, (of: ProcedureFeatures) => boolean])[]
).map(([name, holds]) => ({
  name: `procedure: ${name}`,
  holds: ({ procedure }: DrawFeatures) => holds(procedure),
}));

/** Classes that only draws made for it reach. */
const FAR_CLASSES: readonly DrawClass[] = [
  ...ranges('reach', ({ r }) => r, [['r above 16', 16, Infinity]]),
  ...ranges('reach', ({ samples }) => samples, [['more than 100 samples', 100, Infinity]]),
  ...ranges('reach', ({ condition }) => condition, [['condition above 1,000', 1000, Infinity]]),
  ...ranges('reach', ({ nu }) => nu, [['nu above 100', 100, Infinity]]),
  ...ranges('reach', ({ sizes }) => sizes, [['sizes above 100', 100, Infinity]]),
  {
    name: 'reach: alpha within 5 % of alpha*',
    holds: ({ alpha, criticalMixing }) =>
      alpha > 0 && Math.abs(alpha - criticalMixing) <= 0.05 * criticalMixing,
  },
  { name: 'reach: alpha above 0.95', holds: ({ alpha }) => alpha > 0.95 },
];

const ASKED_CLASSES: readonly DrawClass[] = [
  ...PROCEDURE_CLASSES,
  { name: 'reach: far in any way', holds: (features) => FAR_CLASSES.some(({ holds }) => holds(features)) },
  ...FAR_CLASSES,
];

/** Classes of all that hypotheses allow. Within 1e-9 of a bound a number is rounding. */
export const DRAW_CLASSES: readonly DrawClass[] = [
  ...SAMPLINGS.map((sampling) => ({
    name: `sampling: ${sampling}`,
    holds: (features: DrawFeatures) => features.sampling.split(' ').includes(sampling),
  })),
  ...ranges('batches', ({ batchShare }) => batchShare, [
    ['below half', 0, 0.5 - 1e-9],
    ['half or more', 0.5 - 1e-9, 1 - 1e-9],
    ['full', 1 - 1e-9, 1],
  ]),
  ...ranges('nu', ({ nu }) => nu, [
    ['to 1', 0, 1],
    ['1 to 5', 1, 5],
    ['above 5', 5, Infinity],
  ]),
  ...ranges('samples', ({ samples }) => samples, [
    ['to 6', 0, 6],
    ['7 to 16', 6, 16],
    ['above 16', 16, Infinity],
  ]),
  ...ranges('r', ({ r }) => r, [
    ['to 3', 0, 3],
    ['4 to 8', 3, 8],
    ['above 8', 8, Infinity],
  ]),
  ...ranges('factors', ({ factors }) => factors, [
    ['one', 0, 1],
    ['several', 1, Infinity],
  ]),
  { name: 'mixing: alpha = 0', holds: ({ alpha }) => alpha === 0 },
  { name: 'mixing: below alpha*', holds: ({ alpha, criticalMixing }) => alpha > 0 && alpha < criticalMixing },
  { name: 'mixing: above alpha*', holds: ({ alpha, criticalMixing }) => alpha > criticalMixing },
  ...ranges('condition', ({ condition }) => condition, [
    ['to 3', 0, 3],
    ['3 to 10', 3, 10],
    ['above 10', 10, Infinity],
  ]),
  ...ranges('alignment within', ({ within: share }) => share, [
    ['to 0.5', 0, 0.5],
    ['above 0.5', 0.5, Infinity],
  ]),
  ...ranges('alignment across', ({ across }) => across, [
    ['to 0.8', -1, 0.8],
    ['above 0.8', 0.8, Infinity],
  ]),
  ...ranges('distance', ({ distance }) => distance, [
    ['within 5 %', -1, 0.05],
    ['5 % to 30 %', 0.05, 0.3],
    ['beyond 30 %', 0.3, Infinity],
  ]),
  ...ASKED_CLASSES,
];

/** Draws of one class. */
export interface ClassCount {
  readonly name: string;
  readonly instances: number;
  /** Fewest that a run may have; 0 where nothing is asked. */
  readonly floor: number;
  /** Draws that tell a threshold 10 % wrong from the right one. */
  readonly telling: number;
  readonly tellingFloor: number;
  /** The theorem's critical step over the exact one, where it comes nearest to 1: how loose it is in this class. */
  readonly nearest: number | null;
}

/** Ranges and classes of the drawn instances of a theorem, stored ones left out. */
export interface DrawTable {
  readonly drawn: number;
  /** Smallest and largest value of every feature that is a number. */
  readonly ranges: Readonly<Record<string, readonly [number, number]>>;
  readonly classes: readonly ClassCount[];
}

/** Floor of a class as a share of the draws. */
const FLOOR = 0.005;

/** Draws of one class that must tell a wrong threshold, as a share of the draws. */
const TELLING_FLOOR = 0.005;

/** Counts draws by class; with the floors that a theorem sets them. */
export function drawTable(features: readonly DrawFeatures[], floors?: DrawFloors): DrawTable {
  const drawn = features.length;
  const floorOf = (share: number): number => Math.ceil(share * drawn);
  const classes = DRAW_CLASSES.map(({ name, holds }): ClassCount => {
    const inside = features.filter(holds);
    const ratios = inside.flatMap(({ ratio }) => (ratio === null ? [] : [ratio]));
    const nearest = ratios.sort((a, b) => Math.abs(Math.log(a)) - Math.abs(Math.log(b)))[0];
    return {
      name,
      instances: inside.length,
      floor: floors && isAsked(name, floors) ? floorOf(FLOOR) : 0,
      telling: inside.filter(({ telling }) => telling).length,
      tellingFloor: floors?.near.includes(name) ? floorOf(TELLING_FLOOR) : 0,
      nearest: nearest === undefined ? null : Number(nearest.toPrecision(4)),
    };
  });
  return { drawn, ranges: featureRanges(features), classes };
}

/** True if a theorem with these floors must have draws of the class. */
function isAsked(name: string, { without, asked = [] }: DrawFloors): boolean {
  return ASKED_CLASSES.some((one) => one.name === name) ? asked.includes(name) : !without.includes(name);
}

function featureRanges(features: readonly DrawFeatures[]): DrawTable['ranges'] {
  const numbers = [
    'batchShare',
    'nu',
    'samples',
    'r',
    'factors',
    'alpha',
    'condition',
    'sizes',
    'within',
    'across',
  ] as const;
  return Object.fromEntries(
    [...numbers, 'distance' as const].flatMap((name) => {
      const values = features.flatMap((one) => (Number.isFinite(one[name]) ? [one[name]!] : []));
      if (values.length === 0) return [];
      const rounded = [Math.min(...values), Math.max(...values)].map((x) => Number(x.toPrecision(4)));
      return [[name, rounded as [number, number]]];
    }),
  );
}

/** Classes of which fewer were drawn than their floors ask, in words. */
export function missedFloors({ drawn, classes }: DrawTable): string[] {
  return classes.flatMap(({ name, instances, floor, telling, tellingFloor }) => [
    ...(instances < floor ? [`${instances} of ${drawn} draws have ${name}; at least ${floor} must`] : []),
    ...(telling < tellingFloor
      ? [`${telling} draws with ${name} would tell a threshold 10 % wrong; at least ${tellingFloor} must`]
      : []),
  ]);
}
