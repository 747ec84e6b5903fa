/**
 * Noise kernels of the reference backend: uniforms, normals, perturbed parameters, weighted sums of rebuilt noise.
 *
 * *Source:* T. Salimans et al. 2017, arXiv 1703.03864, section 2.1 (noise is rebuilt from its seed, never sent).
 * *Deviations:* 1. a counter-based stream per candidate instead of a window into a shared table.
 */
import type { Kernels } from '../../src/core/backend.ts'
import { fillNormals, fillUniforms } from '../../src/core/rng.ts'

/** out[i] = uniform number `start + i` of the stream of `key`. */
export const uniforms: Kernels['uniforms'] = (out, key, start) => fillUniforms(out, key, start)

/** out[i] = standard normal number `start + i` of the stream of `key`. */
export const normals: Kernels['normals'] = (out, key, start) => fillNormals(out, key, start)

/** out = base + scale · ε(key). */
export const perturb: Kernels['perturb'] = (out, base, key, scale) => {
  fillNormals(out, key, 0)
  for (let i = 0; i < out.length; i++) out[i] = base[i] + scale * out[i]
}

/** out = Σ_j weights[j] · ε(keys[j]), added in the order of j to 0. */
export const weightedNoise: Kernels['weightedNoise'] = (out, keys, weights) => {
  const noise = new Float64Array(out.length)
  out.fill(0)
  keys.forEach((key, j) => {
    const weight = weights[j]
    fillNormals(noise, key, 0)
    for (let i = 0; i < out.length; i++) out[i] += weight * noise[i]
  })
}
