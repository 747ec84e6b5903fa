/**
 * An archive of behaviours, and how new a behaviour is to it.
 *
 *     novelty(b) = 1/|N| Σ_{n in N} ‖b − n‖,   N the k nearest of the archive (all of it while it is smaller)
 *
 * *Source:* J. Lehman and K. O. Stanley 2011, "Abandoning objectives", Eq. 1; Conti et al. 2018, arXiv 1712.06560, section 3.1.
 * *Deviations:* 1. the sum of the distances is offered beside their mean.
 */
import { invariant } from '../core/invariant.ts'
import { nearest } from './knn.ts'
import type { ChunkedRows } from './chunked-rows.ts'

/**
 * The novelty of `behaviour` [D] among the rows of `archive` (made by `emptyRows` and `appendRow`): mean or sum of the distances to the
 * k nearest. An empty archive breaks an invariant.
 */
export const novelty = (archive: ChunkedRows, behaviour: Float64Array, k: number, reduction: 'mean' | 'sum'): number => {
  invariant(archive.length > 0, 'novelty among no behaviours')
  const { squaredDistances } = nearest(archive, behaviour, k)
  let sum = 0
  for (let i = 0; i < squaredDistances.length; i++) sum += Math.sqrt(squaredDistances[i])
  return reduction === 'mean' ? sum / squaredDistances.length : sum
}
