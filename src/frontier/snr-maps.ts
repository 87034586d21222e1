import { InputError } from '../input/input-error.js';
import {
  type FrontierCell,
  integerValues,
  linearAxis,
  linearValues,
  type LineDefinition,
  logAxis,
  logValues,
  type MapAxis,
  type MapDefinition,
  type MapRequest,
  type MapTools,
} from './frontier-map.js';
import {
  ESCAPE,
  HORIZON,
  NETWORK,
  outcomeNumbers,
  type OutcomeSetting,
  trainedOutcome,
} from './trained-outcome.js';

/** Cells of a side: every one is several networks to be trained. */
const GRID = { columns: 10, rows: 10 };

/** Networks of a cell, drawn apart: their median is shown. */
const NETWORKS = 5;

/** Share of the samples that is forgotten. */
const FORGET_SHARE = 1 / 6;

/** Mixing weight of snr-samples, unless --alpha says another. */
const ALPHA = 0.3;

/** Samples of snr-mixing. */
const SAMPLES = 60;

/** Steps at which contours of the predicted escape time are drawn. */
const CONTOURS = [30, 100, 300, 1000];

const PANELS = [
  {
    field: 'logEscapeSteps',
    title: `steps until the distance has grown ${ESCAPE.factor}-fold`,
    scale: 'log-steps',
  },
  {
    field: 'logForgottenSteps',
    title: 'steps until the forget loss is that of a retrained network',
    scale: 'log-steps',
  },
  { field: 'retainAccuracy', title: 'retain accuracy at that step', scale: 'share' },
  { field: 'testAccuracy', title: 'test accuracy at that step', scale: 'share' },
] as const;

/** Declaration of a map of trained networks: its y axis, and the network of a cell. */
interface NetworkMap {
  readonly title: string;
  readonly setting: string;
  readonly y: MapAxis;
  readonly network: (signalToNoise: number, y: number) => Omit<OutcomeSetting, 'forget'>;
}

/** The definition of a declared map, whose x axis is the SNR and whose cells are trained and unlearned networks. */
function networkMap(
  header: Omit<MapDefinition, 'build'>,
  declared: (request: MapRequest, rows: number) => NetworkMap,
): MapDefinition {
  return {
    ...header,
    build(request, { implementation }) {
      if (request.simulate)
        throw new InputError(`${request.map} runs real networks in every cell; leave --simulate out`);
      const { columns, rows } = request.grid ?? GRID;
      const { network, ...frame } = declared(request, rows);
      const x = logAxis('snr', 'signal-to-noise ratio SNR', logValues(0.05, 4, columns));
      const { y } = frame;
      return {
        frame: {
          id: request.map,
          ...frame,
          x,
          colour: { field: 'growth', title: 'growth log(1 - η λ_min(D)) per step' },
          lines: [...CONTOURS.map(contour), SPIKE, TRANSITION],
          undecided: 'where networks differ, or none could be trained',
          border: { field: TRANSITION.field, label: TRANSITION.label },
          marks: [],
          panels: PANELS,
        },
        cell(column, row) {
          const trained = network(x.values[column]!, y.values[row]!);
          const forget = Math.max(1, Math.round(FORGET_SHARE * trained.samples));
          const words = [request.map, request.seed, column, row];
          return outcomeCell({ ...trained, forget }, implementation, words);
        },
      };
    },
  };
}

function contour(steps: number): LineDefinition {
  return {
    id: `predicted-${steps}`,
    label: `predicted ${steps}`,
    kind: 'exact',
    field: `predictedOver${steps}`,
  };
}

const SPIKE: LineDefinition = { id: 'spike', label: 'n SNR⁴ d = 1', kind: 'other', field: 'spike' };

/** SNR at which the signal's eigenvalue leaves the bulk. */
const TRANSITION: LineDefinition = {
  id: 'transition',
  label: 'SNR² = 1/d + 1/√(nd)',
  kind: 'other',
  field: 'transition',
};

/** The cell of NETWORKS networks: the median of those that could be trained, their least and their largest numbers. */
function outcomeCell(
  setting: OutcomeSetting,
  implementation: MapTools['implementation'],
  words: readonly (string | number)[],
): FrontierCell {
  const outcomes = Array.from({ length: NETWORKS }, (_, k) =>
    trainedOutcome(setting, implementation, [...words, k]),
  ).filter((outcome) => outcome !== null);
  const { samples: n, signalToNoise: snr } = setting;
  const { dimension: d } = NETWORK;
  const numbers = outcomeNumbers(outcomes);
  const { predictedSteps: predicted = null } = numbers;
  // Not within the horizon: drawn at its end.
  const logSteps = (steps: number | null | undefined): number | null =>
    outcomes.length === 0 ? null : Math.log10(Math.max(1, steps ?? HORIZON));
  const escaping = outcomes.filter(({ escapes }) => escapes).length;
  return {
    exact: sideOf(escaping, outcomes.length),
    fields: {
      samples: n,
      alpha: setting.alpha,
      ...numbers,
      logEscapeSteps: logSteps(numbers.escapeSteps),
      logForgottenSteps: logSteps(numbers.forgottenSteps),
      spike: Math.log10(n * snr ** 4 * d),
      transition: Math.log10(snr ** 2 / (1 / d + 1 / Math.sqrt(n * d))),
      ...Object.fromEntries(
        CONTOURS.map((steps) => [
          `predictedOver${steps}`,
          predicted === null ? null : Math.log10(predicted / steps),
        ]),
      ),
    },
    theorems: {},
    marks: [],
    certificate: null,
    wrong: [],
  };
}

/** Undecided where the networks of a cell differ, or none could be trained. */
function sideOf(escaping: number, trained: number): FrontierCell['exact'] {
  if (trained === 0) return 'undecided';
  return escaping === trained ? 'diverges' : escaping === 0 ? 'stable' : 'undecided';
}

const NETWORK_WORDS = `two-layer ReLU networks, d = ${NETWORK.dimension}, m = ${NETWORK.width}, full batches, η = 0.5/λ₁(K), a sixth of the samples forgotten; median of ${NETWORKS} networks a cell`;

/** Number of samples against SNR. */
export const snrSamples = networkMap(
  {
    id: 'snr-samples',
    summary: 'trained networks over SNR and number of samples: escape, forgetting, what it costs',
    takes: ['alpha'],
  },
  ({ settings: { alpha = ALPHA } }, rows) => ({
    title: 'Escape and forgetting of trained networks over SNR and number of samples',
    setting: `${NETWORK_WORDS}; α = ${alpha}`,
    y: linearAxis('samples', 'training samples n', integerValues(10, 114, rows)),
    network: (signalToNoise, samples) => ({ samples, signalToNoise, alpha }),
  }),
);

/** Mixing weight against SNR. */
export const snrMixing = networkMap(
  {
    id: 'snr-mixing',
    summary: 'trained networks over SNR and mixing weight alpha: escape, forgetting, what it costs',
    takes: [],
  },
  (_, rows) => ({
    title: 'Escape and forgetting of trained networks over SNR and mixing weight',
    setting: `${NETWORK_WORDS}; n = ${SAMPLES}`,
    y: linearAxis('alpha', 'mixing weight α of the ascent', linearValues(0, 0.7, rows)),
    network: (signalToNoise, alpha) => ({ samples: SAMPLES, signalToNoise, alpha }),
  }),
);
