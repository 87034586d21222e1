import { InputError } from '../input/input-error.js';
import type {
  FrontierCell,
  FrontierMap,
  LineDefinition,
  MapDefinition,
  MapRequest,
  MapTools,
} from './frontier-map.js';
import { integerValues, linearValues, logValues, type MapAxis } from './map-axis.js';
import { ESCAPE, HORIZON, NETWORK, type OutcomeSetting, trainedOutcome } from './trained-outcome.js';

/** Cells of a side: every one is a network to be trained. */
const GRID = { columns: 14, rows: 14 };

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
  { field: 'logForgetLoss', title: `forget loss after ${HORIZON.outcome} steps`, scale: 'log' },
  { field: 'forgetAccuracy', title: `forget accuracy after ${HORIZON.outcome} steps`, scale: 'share' },
  { field: 'testAccuracy', title: `test accuracy after ${HORIZON.outcome} steps`, scale: 'share' },
] as const;

const SNR_AXIS = (count: number): MapAxis => ({
  name: 'snr',
  title: 'signal-to-noise ratio SNR',
  unit: null,
  scale: 'log',
  values: logValues(0.05, 4, count),
});

/** A map whose cells are trained and unlearned networks. */
function networkMap(
  request: MapRequest,
  { implementation }: MapTools,
  frame: { readonly title: string; readonly setting: string; readonly y: MapAxis },
  settingAt: (signalToNoise: number, y: number) => OutcomeSetting,
): FrontierMap {
  if (request.simulate)
    throw new InputError(`${request.map} runs real networks in every cell; leave --simulate out`);
  const x = SNR_AXIS(request.grid?.columns ?? GRID.columns);
  const { y } = frame;
  return {
    frame: {
      id: request.map,
      ...frame,
      x,
      colour: { field: 'growth', title: 'growth log(1 - η λ_min(D)) per step' },
      lines: [...CONTOURS.map(contour), SPIKE, TRANSITION],
      marks: [],
      panels: PANELS,
    },
    cell: (column, row) =>
      outcomeCell(settingAt(x.values[column]!, y.values[row]!), implementation, [
        request.map,
        request.seed,
        column,
        row,
      ]),
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

/** Where the signal's eigenvalue leaves the bulk (C4). */
const TRANSITION: LineDefinition = {
  id: 'transition',
  label: 'SNR² = 1/d + 1/√(nd)',
  kind: 'other',
  field: 'transition',
};

/** The cell of one network; all numbers null if it could not be trained. */
function outcomeCell(
  setting: OutcomeSetting,
  implementation: MapTools['implementation'],
  words: readonly (string | number)[],
): FrontierCell {
  const outcome = trainedOutcome(setting, implementation, words);
  const { samples: n, signalToNoise: snr } = setting;
  const { dimension: d } = NETWORK;
  const predicted = outcome?.predictedSteps ?? null;
  const forget = outcome?.record.forget ?? null;
  const log = (value: number | null): number | null => (value === null ? null : Math.log10(value));
  return {
    exact: outcome === null ? 'undecided' : outcome.escapes ? 'diverges' : 'stable',
    fields: {
      samples: n,
      alpha: setting.alpha,
      growth: outcome?.growth ?? null,
      escapeSteps: outcome?.escapeSteps ?? null,
      predictedSteps: predicted,
      // Not within the horizon: drawn at its end.
      logEscapeSteps: outcome && log(outcome.escapeSteps ?? HORIZON.escape),
      logForgetLoss: forget && Math.max(-12, Math.log10(forget.meanLoss)),
      forgetAccuracy: forget?.accuracy ?? null,
      retainAccuracy: outcome?.record.retain?.accuracy ?? null,
      testAccuracy: outcome?.record.test?.accuracy ?? null,
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

const forgetCount = (samples: number): number => Math.max(1, Math.round(FORGET_SHARE * samples));

const network = `two-layer ReLU networks, d = ${NETWORK.dimension}, m = ${NETWORK.width}, full batches, η = 0.5/λ₁(K), a sixth of the samples forgotten`;

export const snrSamples: MapDefinition = {
  id: 'snr-samples',
  summary: 'trained networks over SNR and number of samples: escape, forgetting, test accuracy',
  takes: ['alpha'],
  build(request, tools) {
    const { alpha = ALPHA } = request.settings;
    const y: MapAxis = {
      name: 'samples',
      title: 'training samples n',
      unit: null,
      scale: 'linear',
      values: integerValues(10, 114, request.grid?.rows ?? GRID.rows),
    };
    const frame = {
      title: 'Escape and forgetting of trained networks over SNR and number of samples',
      setting: `${network}; α = ${alpha}`,
      y,
    };
    return networkMap(request, tools, frame, (signalToNoise, samples) => ({
      samples,
      forget: forgetCount(samples),
      signalToNoise,
      alpha,
    }));
  },
};

export const snrMixing: MapDefinition = {
  id: 'snr-mixing',
  summary: 'trained networks over SNR and mixing weight alpha: escape, forgetting, test accuracy',
  takes: [],
  build(request, tools) {
    const y: MapAxis = {
      name: 'alpha',
      title: 'mixing weight α of the ascent',
      unit: null,
      scale: 'linear',
      values: linearValues(0, 0.7, request.grid?.rows ?? GRID.rows),
    };
    const frame = {
      title: 'Escape and forgetting of trained networks over SNR and mixing weight',
      setting: `${network}; n = ${SAMPLES}`,
      y,
    };
    return networkMap(request, tools, frame, (signalToNoise, alpha) => ({
      samples: SAMPLES,
      forget: forgetCount(SAMPLES),
      signalToNoise,
      alpha,
    }));
  },
};
