/**
 * Clipping of a gradient to a largest Euclidean norm.
 *
 * g ← g · min(1, c/(‖g‖ + 10⁻⁶)).
 *
 * *Source:* Pascanu et al. 2013, arXiv 1211.5063, section 3.2, in the form of `torch.nn.utils.clip_grad_norm_`.
 * *Deviations:* none.
 */

/** Added to the norm before dividing, as PyTorch does. */
const NORM_EPSILON = 1e-6

/** Euclidean norm √Σxᵢ² of a vector, summed in index order. */
export const norm = (vector: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < vector.length; i++) sum += vector[i] * vector[i]
  return Math.sqrt(sum)
}

/** The gradient [P], scaled down where its norm exceeds `maxNorm` > 0, and the norm that it had. */
export const clipGlobalNorm = (gradient: Float64Array, maxNorm: number): Readonly<{ norm: number; clipped: Float64Array }> => {
  const length = norm(gradient)
  const scale = Math.min(1, maxNorm / (length + NORM_EPSILON))
  const clipped = new Float64Array(gradient.length)
  for (let i = 0; i < clipped.length; i++) clipped[i] = gradient[i] * scale
  return { norm: length, clipped }
}
