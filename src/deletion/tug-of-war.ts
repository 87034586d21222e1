/** Shares of right answers on the three sets; null for a set without samples. */
export interface Accuracies {
  readonly forget: number | null;
  readonly retain: number | null;
  readonly test: number | null;
}

/**
 * Tug-of-war score of an unlearned network: the product over forget, retain and test set of one minus the
 * difference of its accuracy to that of a retrained network (Zhao et al. 2024, arXiv 2406.01257). 1 if all
 * accuracies agree, which is not to say that the predictions do. Sets without samples are left out.
 */
export function tugOfWar(unlearned: Accuracies, retrained: Accuracies): number {
  const sets = ['forget', 'retain', 'test'] as const;
  return sets.reduce((product, set) => {
    const [a, b] = [unlearned[set], retrained[set]];
    return a === null || b === null ? product : product * (1 - Math.abs(a - b));
  }, 1);
}
