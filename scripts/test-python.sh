#!/bin/bash
# Checks the Python package (python/) on small models, and runs the Python of docs/unlearning-in-pytorch.md: seconds.
# UPDATE_DOCS=1 writes the output into the page, and stores the files that npm test runs its command on.
# Needs a build (npm run build) and
#   apt-get install python3-torch python3-numpy
# or PYTHON=venv/bin/python with torch 1.13 or later and numpy. Not part of npm test.
set -euo pipefail
. "$(dirname "$0")/exporting/session.sh"
begin 'numpy, torch' 'apt-get install python3-torch python3-numpy, or PYTHON=venv/bin/python'
export OMP_NUM_THREADS=1

"$python" scripts/exporting/check_python.py "$work" dist/bin/unlearning-stability.js
"$python" -W ignore scripts/exporting/practitioner_page.py "$work" dist/bin/unlearning-stability.js | tee "$work/shown.txt"
if [ "${UPDATE_DOCS:-}" = 1 ]; then
  rm -rf test/fixtures/unlearning
  cp -r "$work/unlearning" test/fixtures/unlearning
fi
node scripts/exporting/shown-output.mjs docs/unlearning-in-pytorch.md unlearning <"$work/shown.txt"
