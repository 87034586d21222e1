#!/bin/bash
# One shard of `verify` per task of a Slurm job array; the merge waits for all of them:
#
#   array=$(sbatch --parsable --array=1-8 examples/cluster/slurm-array.sh)
#   sbatch --dependency=afterok:$array examples/cluster/slurm-merge.sh
#
# A task that is killed or requeued goes on where it stopped. Settings come from the environment:
# BUDGET, SEED, OUT (a folder that all nodes see).
#SBATCH --job-name=unlearning-stability
#SBATCH --cpus-per-task=1
#SBATCH --output=%x-%A-%a.log
set -euo pipefail
# The command; another one for a checkout: "node dist/bin/unlearning-stability.js".
read -ra command <<<"${UNLEARNING_STABILITY:-npx unlearning-stability}"
out="${OUT:-reports}/shard-$SLURM_ARRAY_TASK_ID"
shard="$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT"
workers="${SLURM_CPUS_PER_TASK:-1}"
if [ -e "$out/shard-$SLURM_ARRAY_TASK_ID-of-$SLURM_ARRAY_TASK_COUNT.jsonl" ]; then
  exec "${command[@]}" verify --shard "$shard" --workers "$workers" --resume "$out"
fi
exec "${command[@]}" verify --budget "${BUDGET:-standard}" --seed "${SEED:-1}" \
  --shard "$shard" --workers "$workers" --out "$out"
