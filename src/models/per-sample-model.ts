/** A model on one data set, as unlearning code sees it: a loss and a gradient for every sample. */
export interface PerSampleModel {
  readonly sampleCount: number;
  /** Length of the parameter vector w. */
  readonly parameterCount: number;
  /** l_i(w). */
  loss(w: Float64Array, i: number): number;
  /** out += scale * grad l_i(w). */
  addGradient(w: Float64Array, i: number, scale: number, out: Float64Array): void;
  /** What `addGradient` does for the samples of a batch one after the other, to the last bit; where that is faster. */
  addBatchGradient?(w: Float64Array, batch: SampleNumbers, scale: number, out: Float64Array): void;
}

/** Sample numbers: the first `size` of `indices`, with repeats. */
export interface SampleNumbers {
  readonly indices: Int32Array;
  readonly size: number;
}

/** out += scale * sum of grad l_i(w) over a batch, in the order of the batch. */
export function addBatchGradient(
  model: PerSampleModel,
  w: Float64Array,
  batch: SampleNumbers,
  scale: number,
  out: Float64Array,
): void {
  if (model.addBatchGradient) {
    model.addBatchGradient(w, batch, scale, out);
    return;
  }
  for (let k = 0; k < batch.size; k++) model.addGradient(w, batch.indices[k]!, scale, out);
}

/** Mean loss over all samples. */
export function meanLoss(model: PerSampleModel, w: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < model.sampleCount; i++) sum += model.loss(w, i);
  return sum / model.sampleCount;
}
