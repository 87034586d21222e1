#!/bin/bash
# Runs examples/cluster/slurm-array.sh and slurm-merge.sh on a real Slurm with one node on this machine, and
# compares the merged report with that of one unsharded run. Needs root and Debian's packages:
#   apt-get install slurmctld slurmd slurm-client munge
# and a build (npm run build). Not part of npm test: it starts daemons.
set -euo pipefail
cd "$(dirname "$0")/.."
for program in slurmctld slurmd sbatch munged mungekey; do
  command -v "$program" >/dev/null || PATH="$PATH:/usr/sbin"
  command -v "$program" >/dev/null || { echo "$program is missing: apt-get install slurmctld slurmd slurm-client munge" >&2; exit 2; }
done
work=$(mktemp -d)
chmod 755 "$work"
started=()
cleanup() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

# Munge refuses keys and sockets in folders that others may write to.
mkdir -p "$work/munge" "$work/state" "$work/spool"
chmod 700 "$work/munge"
mungekey --create --keyfile "$work/munge/key"
chmod 755 "$work/munge"
munged --foreground --force --key-file="$work/munge/key" --socket="$work/munge/socket" \
  --pid-file="$work/munge/pid" --log-file="$work/munge/log" --seed-file="$work/munge/seed" 2>/dev/null &
started+=($!)
host=$(hostname -s)
cat >"$work/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
SlurmctldPort=16817
SlurmdPort=16818
ProctrackType=proctrack/pgid
TaskPlugin=task/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
# The daemons' own chatter goes to their logs.
export SLURM_CONF="$work/slurm.conf"
slurmctld -D 2>/dev/null &
started+=($!)
slurmd -D 2>/dev/null &
started+=($!)
for _ in $(seq 60); do
  [ "$(sinfo --noheader --format=%t 2>/dev/null)" = idle ] && break
  sleep 1
done
sinfo

export OUT="$work/sharded" BUDGET=quick SEED=7
export UNLEARNING_STABILITY='node dist/bin/unlearning-stability.js'
array=$(sbatch --parsable --chdir="$PWD" --output="$work/%x-%A-%a.log" --array=1-4 examples/cluster/slurm-array.sh)
echo "job array $array submitted"
if ! sbatch --wait --chdir="$PWD" --output="$work/merge.log" --dependency="afterok:$array" --kill-on-invalid-dep=yes examples/cluster/slurm-merge.sh; then
  tail -n 20 "$work"/unlearning-stability-*.log "$work"/merge.log >&2 || true
  exit 1
fi
tail -n 5 "$work/merge.log"
node dist/bin/unlearning-stability.js verify --budget quick --seed 7 --out "$work/alone" >/dev/null
node -e '
const { readFileSync } = require("node:fs");
const results = (path) => {
  const { timing, environment, ...rest } = JSON.parse(readFileSync(path, "utf8"));
  return JSON.stringify(rest);
};
const [sharded, alone] = process.argv.slice(1).map((folder) => results(`${folder}/agreement.json`));
if (sharded !== alone) throw new Error("the merged report differs from that of one run");
console.log("four Slurm tasks and their merge give the report of one run, to the byte");
' "$work/sharded" "$work/alone"
