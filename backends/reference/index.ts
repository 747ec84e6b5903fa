/**
 * The reference backend: plain loops over 64-bit floats, the specification of every kernel.
 *
 * Other backends are compared with it; it is fast enough to be used.
 *
 * *Source:* house contract 4 (the kernels name theirs). *Deviations:* none.
 */
import type { Backend, BackendEntry, Kernels, Tolerances } from '../../src/core/backend.ts'
import { lstmForward, lstmPullback, lstmStep, residentLstm } from './lstm.ts'
import { cholesky, product, solveLower, solveLowerTransposed } from './matrix.ts'
import { mlpForward, mlpPullback, perturbedForward, populationForward, residentMlp } from './mlp.ts'
import { activate, activatePullback, affine, affineInputPullback, affineParameterPullback } from './network.ts'
import { normals, perturb, uniforms, weightedNoise } from './noise.ts'
import { adam, rmsprop, sgd } from './optimisers.ts'
import { covariance, neighbours, residentRows, squaredDistances } from './rows.ts'

const kernels: Kernels = {
  affine,
  affineInputPullback,
  affineParameterPullback,
  activate,
  activatePullback,
  mlpForward,
  mlpPullback,
  residentMlp,
  populationForward,
  perturbedForward,
  lstmStep,
  lstmForward,
  lstmPullback,
  residentLstm,
  adam,
  rmsprop,
  sgd,
  uniforms,
  normals,
  perturb,
  weightedNoise,
  product,
  squaredDistances,
  neighbours,
  residentRows,
  covariance,
  cholesky,
  solveLower,
  solveLowerTransposed,
}

/** Plain f64 loops, exact by definition: every tolerance is 0. */
export const reference: Backend = {
  name: 'reference',
  dtype: 'f64',
  exact: true,
  tolerance: Object.fromEntries(Object.keys(kernels).map((kernel) => [kernel, 0])) as Tolerances,
  kernels,
}

/** The backend as it stands in the registry. */
export const referenceEntry: BackendEntry = { name: 'reference', line: 'plain loops over 64-bit floats: the specification', exact: true, open: async () => reference }
