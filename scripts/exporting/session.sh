# Sourced by scripts/test-*.sh. `begin MODULES HINT` goes to the checkout, finds $python with the modules and a build, and
# makes $work, a folder that is gone at the end; without one of them it says so and exits with 2.
begin() {
  cd "$(dirname "${BASH_SOURCE[0]}")/../.."
  python=${PYTHON:-python3}
  "$python" -c "import $1" 2>/dev/null || {
    echo "$python must have $1: $2" >&2
    exit 2
  }
  [ -e dist/bin/unlearning-stability.js ] || { echo "there is no build: npm run build" >&2; exit 2; }
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  export PYTHONPATH=python:examples/pytorch PYTHONPYCACHEPREFIX="$work/compiled"
}
