/**
 * Observations scaled by running statistics (`src/core/moments.ts`).
 *
 * *Source:* variance floor 0.01 and clip ±5 of Salimans et al. 2017, arXiv 1703.03864 (their released program).
 * *Deviations:* 1. empty statistics leave an observation as it is (but clip it) instead of starting from a pseudo-count.
 */
import type { ObsScaling } from '../core/job.ts'

/** The scaling of evolution strategies: a floor on the variance, so that constant entries do not explode, and a bound in standard deviations. */
export const esScaling: ObsScaling = { clip: 5, varianceFloor: 0.01 }

/**
 * out = clip((obs − mean)/√max(M₂/count, varianceFloor), ±clip), all of length O; `out` may be `obs` itself. Statistics without
 * observations only clip. NaN stays NaN.
 */
export const applyNormaliser = (out: Float64Array, obs: Float64Array, moments: Float64Array, { clip, varianceFloor }: ObsScaling): void => {
  const size = obs.length
  const count = moments[0]
  for (let i = 0; i < size; i++) {
    const value = count === 0 ? obs[i] : (obs[i] - moments[1 + i]) / Math.sqrt(Math.max(moments[1 + size + i] / count, varianceFloor))
    out[i] = Math.min(clip, Math.max(-clip, value))
  }
}
