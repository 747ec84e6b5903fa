/**
 * What the module exports: every kernel works on addresses in its one memory, which it neither grows nor divides up.
 *
 * *Source:* house contract 4 (backends). *Deviations:* none.
 */
export { activate, activatePullback, addColumns, affineRow, lstmCell, lstmCellPullback } from './layers'
export { addProduct, addTransposedProduct } from './matrix'
export { forwardPlain, forwardRow } from './network'
export { deviates, normals, perturb, uniforms, weightedNoise } from './noise'
export { adam, rmsprop } from './optimisers'
export { copyRows, packColumns, packRows, packWide, repeatRow } from './pack'
export { correlate, neighbours, packBlocks, scaledDistances } from './rows'
export { cholesky, solveLower, solveUpper, transpose } from './triangular'
export { affineWide } from './wide-rows'

/** The first address behind the module's own constants. */
export function firstFree(): usize {
  return __heap_base
}
