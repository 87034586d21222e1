// AssemblyScript, compiled by scripts/kernels.mjs: not part of the TypeScript program.

/** s + x y with two roundings, as in JavaScript: fused instructions are no faster here (docs/speed.md). */
export function multiplyAdd(x: v128, y: v128, s: v128): v128 {
  return f64x2.add(s, f64x2.mul(x, y));
}
