/**
 * A ring whose radius changes with time: the sigma that is best for a population around the origin is known at every generation.
 *
 * f_t(x) = −(‖x‖/√d − r(t))². For x = σε with ε ~ N(0, I) the norm is σ χ_d, and with E[χ_d²] = d and c = E[χ_d]/√d
 *
 *   E f_t(σε) = −(σ² − 2 c r σ + r²),   maximal at   σ*(t) = c r(t),   E[χ_d] = √2 Γ((d+1)/2) / Γ(d/2).
 *
 * So a scheduler that is judged by the smoothed return of a mean which does not move (learning rate 0) should make sigma follow σ*(t).
 *
 * *Source:* own problem; the mean of the chi distribution is a textbook result.
 * *Deviations:* none.
 */
import { problemEntry, type StartOptions, startOf, sumOver } from './problem-entry.ts'
import { checkWave, waveAt, type WaveOptions } from './wave.ts'

/** Radius r(t) from the wave; the start is the origin unless moved. */
export type MovingRingOptions = StartOptions & WaveOptions

export const movingRingDefaults: MovingRingOptions = { dimension: 8, start: 0, spread: 0, low: 0.025, high: 0.07, period: 40, wave: 'sine' }

/** c = E[χ_d]/√d, from Γ((d+1)/2)/Γ(d/2) by its recursion in steps of two: ratio(d + 2) = ratio(d) · (d + 1)/d. */
export const meanNorm = (dimension: number): number => {
  const odd = dimension % 2 === 1
  let ratio = odd ? 1 / Math.sqrt(Math.PI) : Math.sqrt(Math.PI) / 2
  for (let d = odd ? 1 : 2; d < dimension; d += 2) ratio *= (d + 1) / d
  return (Math.SQRT2 * ratio) / Math.sqrt(dimension)
}

/** σ*(t) = c r(t), the sigma that maximises the smoothed fitness around the origin. */
export const movingRingBestSigma = (options: MovingRingOptions, time: number): number => meanNorm(options.dimension) * waveAt(options, time)

/** E f_t(σε) around the origin. */
export const movingRingSmoothed = (options: MovingRingOptions, time: number, sigma: number): number => {
  const radius = waveAt(options, time)
  return -(sigma * sigma - 2 * meanNorm(options.dimension) * radius * sigma + radius * radius)
}

const norm = (x: Float64Array): number => Math.sqrt(sumOver(x, (xi) => xi * xi))

export const movingRing = problemEntry('moving-ring', 'Ring of changing radius', movingRingDefaults, (options) => {
  checkWave(options)
  const { dimension, initial } = startOf(options)
  const rootDimension = Math.sqrt(dimension)
  return {
    dimension,
    initial,
    value(_, x, time) {
      const distance = norm(x) / rootDimension - waveAt(options, time)
      return -distance * distance
    },
    // at the origin, where the ring has no gradient, the answer is zero
    gradient(x, time) {
      const length = norm(x)
      if (length === 0) return new Float64Array(dimension)
      const slope = (-2 * (length / rootDimension - waveAt(options, time))) / (rootDimension * length)
      return x.map((xi) => slope * xi)
    },
    // one of many: the ring is crossed by the diagonal
    optimum: (time) => ({ x: new Float64Array(dimension).fill(waveAt(options, time)), value: 0 }),
  }
})
