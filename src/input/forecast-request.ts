import type { Level, Mark } from '../forecast/levels.js';
import type { ForecastSets, OutputSet } from '../forecast/output-set.js';
import type { RouteName } from '../forecast/route.js';
import type { ForecastRequest, ForecastSetting, LoopProcedure } from '../forecast/setting.js';
import type { LossKind } from '../unlearning/output-loss.js';
import { type FieldName, InputError } from './input-error.js';
import { translated, type TrainingWords } from './training-words.js';

/** Settings of a forecast, beside its files. */
export interface ForecastWords extends TrainingWords {
  readonly loss: LossKind;
  readonly procedure: LoopProcedure;
  /** The route that is insisted on, if any. */
  readonly route?: RouteName | null | undefined;
  readonly sampling: ForecastSetting['sampling'];
  /** "forget-loss=X" or "forget-accuracy=X"; default: the accuracy of guessing. */
  readonly goal?: string | undefined;
  /** "retain-loss=X" or "retain-accuracy=X"; default: 0.02 less accuracy than at the start. */
  readonly limit?: string | undefined;
  readonly seeds: number;
  readonly seed: number;
}

/** Accuracy that a retain set may lose if no limit is given. */
const ACCURACY_LOSS = 0.02;

/**
 * The request of a forecast, checked against the sets.
 *
 * @param start level of the whole retain set at w*.
 * @throws InputError in one line that names the field, the value and what is allowed.
 */
export function forecastRequest(
  sets: ForecastSets,
  words: ForecastWords,
  start: Level,
  fieldName: FieldName = (field) => field,
): ForecastRequest {
  const { procedure, sampling, loss, lr, retainWeight, forgetWeight, seeds, seed } = words;
  const counts = { retain: sets.retain.of, forget: sets.forget.of };
  const { batch, steps } = translated(words, counts, procedure, fieldName);
  if (steps === null)
    throw new InputError(`${fieldName('steps')} is missing; give it, or ${fieldName('epochs')}`);
  checkProcedure(sets, words, fieldName);
  const setting = { loss, lr, retainWeight, forgetWeight, batch, sampling, steps, procedure };
  const goal =
    words.goal === undefined
      ? defaultGoal(words, sets.retain, fieldName)
      : markOf('goal', 'forget', words.goal, loss, fieldName);
  const limit =
    words.limit === undefined ? defaultLimit(start) : markOf('limit', 'retain', words.limit, loss, fieldName);
  return { setting, goal, limit, seeds, seed };
}

function checkProcedure(
  sets: ForecastSets,
  { procedure: { optimizer, weightDecay, momentum, nesterov }, route }: ForecastWords,
  fieldName: FieldName,
): void {
  const all: readonly (OutputSet | null)[] = [sets.retain, sets.forget, sets.test];
  const withoutPull = all.find((set) => set?.pull === null);
  const adaptive = optimizer !== 'sgd';
  if (weightDecay > 0 && withoutPull) {
    throw new InputError(
      `${fieldName('weightDecay')} needs the member jw (J w*) in ${withoutPull.name}; got ${weightDecay} without it`,
    );
  }
  if (optimizer === 'adam' && weightDecay > 0) {
    throw new InputError(
      `${fieldName('weightDecay')} must be 0 with adam, whose decay needs the weights one by one (adamw does not); got ${weightDecay}`,
    );
  }
  if (adaptive && momentum > 0) {
    throw new InputError(`${fieldName('momentum')} goes with sgd; got ${momentum} with ${optimizer}`);
  }
  if (nesterov && momentum === 0) {
    throw new InputError(`${fieldName('nesterov')} must have ${fieldName('momentum')} > 0; got ${momentum}`);
  }
  if (adaptive && route === 'gram') {
    throw new InputError(
      `${fieldName('route')} must be jacobian with ${optimizer}, which needs the parameters one by one; got gram`,
    );
  }
  const { projection, isGram } = sets.retain;
  if (adaptive && isGram) {
    throw new InputError(
      `${fieldName('optimizer')} must be sgd for a Gram matrix, which knows no single parameters; got ${optimizer} with ${sets.retain.name}`,
    );
  }
  if (adaptive && projection) {
    throw new InputError(
      `${fieldName('optimizer')} must be sgd for a projected Jacobian, whose columns are no parameters; got ${optimizer} with ${projection.columns} columns of ${sets.retain.name}`,
    );
  }
}

function markOf(
  field: 'goal' | 'limit',
  set: string,
  text: string,
  loss: LossKind,
  fieldName: FieldName,
): Mark {
  const [, quantity, number] = /^(\w+-\w+)=(.+)$/.exec(text) ?? [];
  const value = Number(number);
  const refused = (allowed: string): InputError =>
    new InputError(`${fieldName(field)} must be ${allowed}; got ${text}`);
  if (quantity !== `${set}-loss` && quantity !== `${set}-accuracy`) {
    throw refused(`${set}-loss=X or ${set}-accuracy=X`);
  }
  if (quantity.endsWith('loss')) {
    if (value > 0 && value < Infinity) return { quantity: 'loss', value };
    throw refused(`${set}-loss=X with X > 0`);
  }
  if (loss === 'squared') throw refused(`${set}-loss=X, as the squared loss has no accuracy`);
  if (value >= 0 && value <= 1 && number!.trim() !== '') return { quantity: 'accuracy', value };
  throw refused(`${set}-accuracy=X with X in [0, 1]`);
}

function defaultGoal({ loss }: ForecastWords, { width }: OutputSet, fieldName: FieldName): Mark {
  if (loss === 'squared') {
    throw new InputError(
      `${fieldName('goal')} is missing; the squared loss has no accuracy: give forget-loss=X`,
    );
  }
  return { quantity: 'accuracy', value: loss === 'softmax' ? 1 / width : 0.5 };
}

function defaultLimit({ accuracy }: Level): Mark | null {
  return accuracy === null
    ? null
    : { quantity: 'accuracy', value: Number((accuracy - ACCURACY_LOSS).toPrecision(4)) };
}
