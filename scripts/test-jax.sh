#!/bin/bash
# Checks that the JAX exporter writes what the PyTorch exporter does, and runs the JAX and safetensors parts of
# docs/exporting.md. Neither package is in Debian; in a virtual environment:
#   pip install torch jax safetensors
#   PYTHON=venv/bin/python scripts/test-jax.sh
# Needs a build (npm run build). Not part of npm test. UPDATE_DOCS=1 writes the output into the docs.
set -euo pipefail
. "$(dirname "$0")/exporting/session.sh"
begin 'jax, safetensors, torch' 'pip install torch jax safetensors, and PYTHON=venv/bin/python'
export JAX_PLATFORMS=cpu

"$python" scripts/exporting/compare_with_jax.py "$work" | tee "$work/comparison.txt"
mkdir "$work/guide"
"$python" scripts/exporting/guide_blocks.py "$work/guide" pytorch safetensors
mv "$work/guide/retain.npy" "$work/retain-pytorch.npy"
mv "$work/guide/forget.npy" "$work/forget-pytorch.npy"
"$python" scripts/exporting/guide_blocks.py "$work/guide" jax
analyze() {
  node dist/bin/unlearning-stability.js analyze --retain "$1" --forget "$2" --alpha 0.3 --eta 0.2 \
    --batch-retain 4 --batch-forget 2 --sampling without-replacement --json
}
analyze "$work/retain-pytorch.npy" "$work/forget-pytorch.npy" >"$work/expected.json"
analyze "$work/guide/factors.safetensors#retain" "$work/guide/factors.safetensors#forget" | cmp - "$work/expected.json"
analyze "$work/guide/retain.npy" "$work/guide/forget.npy" >"$work/jax.json"
node -e '
const { readFileSync } = require("node:fs");
const [a, b] = process.argv.slice(1).map((path) => JSON.parse(readFileSync(path, "utf8")).exact.logGrowth);
if (!(Math.abs(a - b) <= 1e-6)) throw new Error(`growth from JAX ${a}, from PyTorch ${b}`);
' "$work/jax.json" "$work/expected.json"
{
  cat "$work/comparison.txt"
  echo "the guide's JAX lines and its .safetensors file give the analysis of the PyTorch files"
} >"$work/output.txt"
tail -n 1 "$work/output.txt"
node scripts/exporting/shown-output.mjs docs/exporting.md jax <"$work/output.txt"
