import type { RandomSource } from './generator.js';

/** `count` independent normal numbers of the given standard deviation, in the order in which they are drawn. */
export function normals(count: number, random: RandomSource, deviation = 1): Float64Array {
  const drawn = new Float64Array(count);
  for (let k = 0; k < count; k++) drawn[k] = deviation * random.normal();
  return drawn;
}
