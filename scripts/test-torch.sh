#!/bin/bash
# Exports factors of networks trained in PyTorch, analyses them, and compares the prediction with PyTorch's own
# unlearning; a wrong export must be rejected. Runs the Python of docs/exporting.md. Needs a build (npm run build) and
#   apt-get install python3-torch python3-numpy
# or PYTHON=venv/bin/python with torch 1.13 or later and numpy. Not part of npm test, which checks the factors and
# growths stored in test/fixtures/pytorch, and our real steps against the optimizers' trajectories stored there;
# UPDATE_DOCS=1 stores those of this run, and writes the output into the docs.
set -euo pipefail
. "$(dirname "$0")/exporting/session.sh"
begin 'numpy, torch' 'apt-get install python3-torch python3-numpy, or PYTHON=venv/bin/python'

"$python" -m py_compile examples/*/*.py scripts/exporting/*.py
"$python" scripts/exporting/check_exporter.py "$work"
"$python" scripts/exporting/export_memory.py "$work/large.npy"
rm "$work/large.npy"
mkdir "$work/forecast"
"$python" scripts/exporting/check_forecast.py "$work/forecast" dist/bin/unlearning-stability.js

"$python" examples/pytorch/train_and_export.py "$work/pytorch"
"$python" scripts/exporting/wrong_exports.py "$work/wrong"
node dist/studies/run.js pytorch "$work/pytorch" "$work/wrong" | tee "$work/compared.txt"
sed '/^wrong on purpose/,$d' "$work/compared.txt" >"$work/growth.txt"
sed -n '/^wrong on purpose/,$p' "$work/compared.txt" >"$work/rejected.txt"
"$python" scripts/exporting/other_optimizers.py | tee "$work/optimizers.txt"
stored=test/fixtures/pytorch/trajectories.json
[ "${UPDATE_DOCS:-}" = 1 ] && stored=
"$python" scripts/exporting/torch_trajectories.py "$work/pytorch/trajectories.json" $stored

# The guide's own lines give the files of the example, as .npy and as .safetensors.
mkdir "$work/guide"
"$python" scripts/exporting/guide_blocks.py "$work/guide" pytorch check by-hand
analyze() {
  node dist/bin/unlearning-stability.js analyze --retain "$1" --forget "$2" --alpha 0.3 --eta 0.2 \
    --batch-retain 4 --batch-forget 2 --sampling without-replacement --json
}
analyze "$work/pytorch/regression/retain.npy" "$work/pytorch/regression/forget.npy" >"$work/expected.json"
analyze "$work/guide/retain.npy" "$work/guide/forget.npy" | cmp - "$work/expected.json"
analyze "$work/guide/factors.safetensors#retain" "$work/guide/factors.safetensors#forget" | cmp - "$work/expected.json"
echo "guide: its factors, as .npy and as .safetensors, give the analysis of the example"

if [ "${UPDATE_DOCS:-}" = 1 ]; then
  rm -rf test/fixtures/pytorch
  cp -r "$work/pytorch" test/fixtures/pytorch
fi
node scripts/exporting/shown-output.mjs docs/exporting.md pytorch <"$work/growth.txt"
node scripts/exporting/shown-output.mjs docs/exporting.md pytorch-wrong <"$work/rejected.txt"
node scripts/exporting/shown-output.mjs docs/limits.md optimizers <"$work/optimizers.txt"
