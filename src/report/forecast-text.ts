import type { ForecastDocument } from '../forecast/document.js';
import type { BandedCurve } from '../forecast/forecast.js';
import { counted, percent, significant } from './number-format.js';
import { textTable } from './table.js';

/** Points of the curves that a text shows. */
const POINTS = 9;

/** Forget samples that a text names at either end of their order. */
const NAMED = 8;

/** The answer of `forecast` in plain text: the verdict, curves, order, translation, trust. */
export function describeForecast(document: ForecastDocument): string {
  return [
    document.verdict.text,
    describeMarks(document),
    ...(document.sweep ? [describeSweep(document)] : []),
    describeCurves(document),
    describeOrder(document),
    describeSetting(document),
    trustLines(document).join('\n'),
  ].join('\n\n');
}

function describeMarks({ goal, limit, stopWindow, orders }: ForecastDocument): string {
  const steps = orders.flatMap(({ goalStep }) => goalStep ?? []);
  const range =
    orders.length > 1 && steps.length > 0
      ? `; by batch order from step ${Math.min(...steps)} to ${Math.max(...steps)}`
      : '';
  const window = stopWindow
    ? `stop window: steps ${stopWindow[0]} to ${stopWindow[1]}${range}`
    : 'no stop window';
  return [
    window,
    `goal: forget ${goal.quantity} ${goal.quantity === 'loss' ? 'at least' : 'at most'} ${significant(goal.value)}`,
    limit === null
      ? 'limit: none (--limit sets one)'
      : `limit: retain ${limit.quantity} ${limit.quantity === 'loss' ? 'at most' : 'at least'} ${significant(limit.value)}`,
  ].join('\n');
}

/** A few of the looks, evenly spaced, the first and the last among them. */
function shownLooks(count: number, most = POINTS): number[] {
  if (count <= most) return Array.from({ length: count }, (_, k) => k);
  return Array.from({ length: most }, (_, k) => Math.round((k * (count - 1)) / (most - 1)));
}

function describeCurves({ steps, retain, forget, test, orders }: ForecastDocument): string {
  const sets = { retain, forget, ...(test && { test }) };
  const columns = Object.entries(sets).flatMap(([name, curve]) => [
    { title: `${name} loss`, at: (k: number) => level(curve, 'loss', k) },
    ...(curve.accuracy ? [{ title: 'accuracy', at: (k: number) => level(curve, 'accuracy', k) }] : []),
  ]);
  const rows = shownLooks(steps.length).map((k) => [String(steps[k]), ...columns.map(({ at }) => at(k))]);
  const medians = orders.length > 1 ? [`Medians over ${orders.length} batch orders:`] : [];
  return [...medians, textTable(['step', ...columns.map(({ title }) => title)], rows)].join('\n');
}

function level(curve: BandedCurve, quantity: 'loss' | 'accuracy', k: number): string {
  const value = curve[quantity]![k]!;
  return value === Infinity ? 'overflow' : significant(value);
}

function describeOrder({ samples, goal }: ForecastDocument): string {
  const gone = samples.filter(({ forgottenAt }) => forgottenAt !== null);
  const stay = samples.length - gone.length;
  const named = (some: typeof samples): string =>
    some.map(({ id, forgottenAt }) => `${id} (${forgottenAt})`).join(', ');
  const what = goal.quantity === 'loss' ? `a loss of ${significant(goal.value)}` : 'a wrong answer';
  return [
    `forget samples that reach ${what} within the steps: ${gone.length} of ${samples.length}`,
    ...(gone.length > 0 ? [`first (step): ${named(gone.slice(0, NAMED))}`] : []),
    ...(gone.length > NAMED ? [`last (step): ${named(gone.slice(NAMED).slice(-NAMED))}`] : []),
    ...(stay > 0 && gone.length > 0 ? [`${counted(stay, 'sample')} stay${stay === 1 ? 's' : ''}`] : []),
  ].join('\n');
}

function describeSetting({ setting, translation, procedure, route }: ForecastDocument): string {
  const { alpha, eta, batch, steps } = translation;
  const { name, momentum, nesterov, weightDecay } = procedure.optimizer;
  const { sampling, schedule, clip } = procedure;
  const words = [
    `${name}${momentum > 0 ? ` with ${nesterov ? 'Nesterov ' : ''}momentum ${momentum}` : ''}`,
    ...(weightDecay > 0 ? [`weight decay ${weightDecay}`] : []),
    ...(clip === null ? [] : [`gradients clipped at ${clip}`]),
    schedule === null
      ? 'both sets in every step'
      : `${schedule.ascent} ascents, then ${schedule.descent} descents`,
    sampling.retain === sampling.forget
      ? `batches ${sampling.retain}`
      : `batches ${sampling.retain} (retain), ${sampling.forget} (forget)`,
  ];
  return [
    `lr ${significant(setting.lr)}, weights ${significant(setting.retainWeight)} (retain) and ${significant(setting.forgetWeight)} (forget), batches of ${batch.retain} and ${batch.forget}, ${counted(steps, 'step')}`,
    `in the theory's words: alpha ${significant(alpha)}, eta ${significant(eta)}`,
    words.join(', '),
    `computed ${route === 'gram' ? 'in output space, on the Gram matrix' : 'on the Jacobian'}`,
  ].join('\n');
}

/** Omissions of a forecast, and how it was looked at, a line each. */
export function trustLines({ trust }: ForecastDocument): string[] {
  const { orders, samples, thinned, every, made, overflowAt, real } = trust;
  const parts = samples.filter(({ looked, of }) => looked < of);
  return [
    `left out: ${trust.leavesOut}`,
    ...real.map(
      ({ set, steps, real: found, forecast, error }) =>
        `${set} set after ${steps} real steps: loss ${significant(found.loss)}, forecast ${significant(forecast.loss)}; outputs off by ${percent(error)} of what they moved`,
    ),
    ...(real.length === 0 ? ['no real steps to compare with (members real_outputs and real_steps)'] : []),
    ...(parts.length > 0
      ? [
          `watched: ${parts.map(({ set, looked, of }) => `${looked} of ${of} ${set} samples`).join(', ')}; marks that these pass are decided by all`,
        ]
      : []),
    ...thinned.map(
      ({ set, held, of, accuracyWithin }) =>
        `${held} ${set} samples stand for the ${of} that they are drawn from: batches are as those of ${of}, losses and accuracies those of the ${held} (an accuracy of all may be ${significant(accuracyWithin)} off)`,
    ),
    ...(every > 1 ? [`a point every ${every} steps; goal and limit are looked for after every step`] : []),
    ...(orders.run < orders.of ? [`it was ended after ${orders.run} of ${orders.of} batch orders`] : []),
    ...(made < orders.steps ? [`it was ended after ${made} of ${orders.steps} steps`] : []),
    ...(overflowAt === null ? [] : [`the outputs overflow from step ${overflowAt} on`]),
  ];
}

/** By what a sweep chose, in words. */
export function choiceWords({ orders }: ForecastDocument): string {
  return orders.length > 1
    ? `of the best settings by the first batch order, tried with all ${orders.length}, the least retain damage at the goal`
    : 'the least retain damage at the goal';
}

function describeSweep(document: ForecastDocument): string {
  const { sweep, window, recommended, frontier, goal, limit, orders } = document;
  const points = sweep ?? [];
  const byFirst = orders.length > 1 ? 'by the first batch order ' : '';
  const quantity = limit?.quantity ?? 'loss';
  const rows = points.map(({ lr, forgetWeight, word, goalStep, limitStep, atGoal, ...end }) => [
    significant(lr),
    significant(forgetWeight),
    word,
    goalStep === null ? '-' : String(goalStep),
    limitStep === null ? '-' : String(limitStep),
    atGoal === null ? '-' : significant(atGoal[quantity]),
    end.forgetLoss === Infinity ? 'overflow' : significant(end.forgetLoss),
    end.retainLoss === Infinity ? 'overflow' : significant(end.retainLoss),
  ]);
  const header = [
    'lr',
    'forget weight',
    'word',
    'goal',
    'limit',
    `retain ${quantity} at goal`,
    'forget loss',
    'retain loss',
  ];
  const choice = recommended
    ? `recommended: lr ${significant(recommended.lr)}, forget weight ${significant(recommended.forgetWeight)}, stopped at step ${recommended.goalStep}: ${choiceWords(document)}; ${byFirst}it forgets for lr ${significant(window?.low ?? null)} to ${significant(window?.high ?? null)}`
    : 'recommended: none; the forecast is that of the middle of the grid';
  const least = (frontier ?? []).map(({ forget, retain, lr, forgetWeight, step }) => [
    significant(forget.loss),
    significant(forget.accuracy),
    significant(retain.loss),
    significant(retain.accuracy),
    significant(lr),
    significant(forgetWeight),
    String(step),
  ]);
  const shown = shownLooks(least.length).map((k) => least[k]!);
  const title = ['forget loss', 'accuracy', 'retain loss', 'accuracy', 'lr', 'forget weight', 'step'];
  return [
    choice,
    ...(points.length > 0
      ? [`${byFirst ? 'By the first batch order:\n' : ''}${textTable(header, rows)}`]
      : []),
    ...(shown.length > 0
      ? [
          `Least retain damage, by its ${quantity}, for a forgetting of so much, by its ${goal.quantity}:\n${textTable(title, shown)}`,
        ]
      : []),
  ].join('\n\n');
}
