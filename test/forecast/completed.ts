import { forecast as pausingForecast } from '../../src/forecast/forecast.js';
import { plannedForecast as pausingPlan } from '../../src/forecast/planned.js';
import { forecastRun as pausingRun } from '../../src/forecast/run.js';
import { searchedRates as pausingSearch, sweep as pausingSweep } from '../../src/forecast/sweep.js';
import { completed, type PausingWork } from '../../src/jobs/interrupt.js';

/** The work as a function that goes on to its end. */
const inOneGo =
  <Given extends unknown[], Result>(work: (...given: Given) => PausingWork<Result>) =>
  (...given: Given): Result =>
    completed(work(...given));

export const forecast = inOneGo(pausingForecast);
export const forecastRun = inOneGo(pausingRun);
export const plannedForecast = inOneGo(pausingPlan);
export const searchedRates = inOneGo(pausingSearch);
export const sweep = inOneGo(pausingSweep);
