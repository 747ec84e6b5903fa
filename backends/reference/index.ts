/**
 * The reference backend: plain loops over 64-bit floats, the specification of every kernel.
 *
 * Other backends are compared with it; it is fast enough to be used.
 *
 * *Source:* house contract 4 (the kernels name theirs). *Deviations:* none.
 */
import type { Backend } from '../../src/core/backend.ts'
import { cholesky, solveLower, solveLowerTransposed, squaredDistances } from './matrix.ts'
import { activate, affine, lstmStep } from './network.ts'
import { normals, perturb, weightedNoise } from './noise.ts'

/** Plain f64 loops, exact by definition: every tolerance is 0. */
export const reference: Backend = {
  name: 'reference',
  dtype: 'f64',
  exact: true,
  tolerance: {
    affine: 0,
    activate: 0,
    lstmStep: 0,
    normals: 0,
    perturb: 0,
    weightedNoise: 0,
    squaredDistances: 0,
    cholesky: 0,
    solveLower: 0,
    solveLowerTransposed: 0,
  },
  kernels: { affine, activate, lstmStep, normals, perturb, weightedNoise, squaredDistances, cholesky, solveLower, solveLowerTransposed },
}
