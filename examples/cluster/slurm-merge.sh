#!/bin/bash
# Unites the shards that slurm-array.sh has written; its exit code is the verdict of the whole run.
#SBATCH --job-name=unlearning-stability-merge
#SBATCH --output=%x-%j.log
set -euo pipefail
# The command; another one for a checkout: "node dist/bin/unlearning-stability.js".
read -ra command <<<"${UNLEARNING_STABILITY:-npx unlearning-stability}"
exec "${command[@]}" merge "${OUT:-reports}"/shard-* --workers "${SLURM_CPUS_PER_TASK:-1}" \
  --out "${OUT:-reports}"
