import type { BatchSizes } from '../theory/problem.js';
import type { Forecast } from './forecast.js';
import { type ForecastLoss, type ForecastSetting, lossName } from './setting.js';
import type { Sweep, SweepPoint } from './sweep.js';
import { FORECAST_WORDS } from './verdict.js';

/** A setting in the words of the theory: w' = w - eta [(1-alpha) g_R - alpha g_F]. */
interface ForecastTranslation {
  readonly alpha: number;
  readonly eta: number;
  readonly batch: BatchSizes;
  readonly steps: number;
}

/** Document that `forecast --json` prints and forecast.json holds; losses that overflow are null there. */
export interface ForecastDocument extends Forecast {
  readonly schemaVersion: 1;
  readonly setting: Pick<ForecastSetting, 'lr' | 'retainWeight' | 'forgetWeight'> & {
    readonly loss: ForecastLoss;
  };
  readonly procedure: {
    readonly sampling: ForecastSetting['sampling'];
    readonly optimizer: Pick<ForecastSetting['procedure'], 'momentum' | 'nesterov' | 'weightDecay'> & {
      readonly name: string;
    };
    readonly schedule: ForecastSetting['procedure']['schedule'];
    readonly clip: number | null;
  };
  readonly translation: ForecastTranslation;
  /** With --sweep: what every setting of the grid does; the forecast is that of the recommended one. */
  readonly sweep?: Sweep['points'];
  readonly grid?: Sweep['grid'];
  readonly window?: Sweep['window'];
  readonly frontier?: Sweep['frontier'];
  readonly recommended?: Sweep['recommended'];
}

/** The document of a forecast, and of the sweep that chose its setting. */
export function forecastDocument(
  { verdict, ...forecast }: Forecast,
  setting: ForecastSetting,
  sweep?: Sweep,
): ForecastDocument {
  const { loss, lr, retainWeight, forgetWeight, batch, sampling, steps, procedure } = setting;
  const { optimizer: name, momentum, nesterov, weightDecay, schedule, clip } = procedure;
  const weight = retainWeight + forgetWeight;
  return {
    schemaVersion: 1,
    verdict: sweep ? { ...verdict, text: sweepSentence(sweep, setting, forecast) + verdict.text } : verdict,
    setting: { loss: lossName(loss), lr, retainWeight, forgetWeight },
    procedure: { sampling, optimizer: { name, momentum, nesterov, weightDecay }, schedule, clip },
    translation: { alpha: forgetWeight / weight, eta: lr * weight, batch, steps },
    ...forecast,
    ...(sweep && {
      ...{ sweep: sweep.points, grid: sweep.grid, window: sweep.window },
      ...{ frontier: sweep.frontier, recommended: sweep.recommended },
    }),
  };
}

/** What a sweep says before the verdict on the setting whose forecast follows. */
function sweepSentence(
  { grid, points, recommended }: Sweep,
  { lr, forgetWeight }: Pick<SweepPoint, 'lr' | 'forgetWeight'>,
  { limit, trust: { orders } }: Pick<Forecast, 'limit' | 'trust'>,
): string {
  const asked = grid.lrs.length * grid.forgetWeights.length;
  const several = orders.of > 1;
  const counts = FORECAST_WORDS.flatMap((word) => {
    const count = points.filter((point) => point.word === word).length;
    return count === 0 ? [] : `${word}: ${count}`;
  });
  const none = `none of the ${points.length} settings tried forgets${limit ? ' within the limit' : ''}${several ? ` in the first and most of ${orders.of} batch orders` : ''} (${several ? 'by the first, ' : ''}${counts.join(', ')})`;
  const rounded = (x: number): number => Number(x.toPrecision(4));
  return [
    ...(points.length < asked ? [`the sweep was ended after ${points.length} of ${asked} settings; `] : []),
    ...(recommended === null && points.length > 0 ? [`${none}; `] : []),
    `lr ${rounded(lr)}, forget weight ${rounded(forgetWeight)}: `,
  ].join('');
}
