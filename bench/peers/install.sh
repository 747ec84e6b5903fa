#!/usr/bin/env bash
# Installs what the bench compares with into .peers/, for the bench alone. Nothing of it is a dependency; what cannot be had here is
# left out, and the bench prints 'not run' for it.
set -uo pipefail
cd "$(dirname "$0")/../.."
mkdir -p .peers
npm install --prefix .peers --no-save --ignore-scripts --no-audit --no-fund @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0 ml-matrix@6 \
  || echo 'JavaScript libraries: not installed'
[ -e .peers/venv ] || python3 -m venv .peers/venv || echo 'Python: not found'
for package in numpy mujoco==3.14.0 'gymnasium[mujoco]==1.3.0' scikit-learn torch; do
  .peers/venv/bin/pip install --quiet "$package" || echo "$package: not installed"
done
