/** The part of jStat 1.9 that this project uses; the package has no types of its own. */
declare module 'jstat' {
  interface JStat {
    readonly beta: {
      inv(p: number, alpha: number, beta: number): number;
      cdf(x: number, a: number, b: number): number;
    };
    readonly normal: { inv(p: number, mean: number, standardDeviation: number): number };
    readonly studentt: { inv(p: number, degreesOfFreedom: number): number };
    /** Absolute error at most a few units of rounding; the relative one near 0 is larger. */
    erf(x: number): number;
    quantiles(
      values: readonly number[],
      probabilities: readonly number[],
      alphap?: number,
      betap?: number,
    ): number[];
  }
  const bundle: { readonly jStat: JStat };
  export default bundle;
}
