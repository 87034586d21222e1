/** A model on one data set, as unlearning code sees it: a loss and a gradient for every sample. */
export interface PerSampleModel {
  readonly sampleCount: number;
  /** Length of the parameter vector w. */
  readonly parameterCount: number;
  /** l_i(w). */
  loss(w: Float64Array, i: number): number;
  /** out += scale * grad l_i(w). */
  addGradient(w: Float64Array, i: number, scale: number, out: Float64Array): void;
}

/** Mean loss over all samples. */
export function meanLoss(model: PerSampleModel, w: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < model.sampleCount; i++) sum += model.loss(w, i);
  return sum / model.sampleCount;
}
