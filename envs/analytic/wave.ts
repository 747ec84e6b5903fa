/**
 * A quantity that swings between two values as generations pass.
 *
 * sine: low + (high − low)(1 − cos(2πt/period))/2, low at t = 0; square: low in the first half of a period, high in the second.
 *
 * *Source:* house. *Deviations:* none.
 */
import { cos } from '../../src/core/dmath.ts'
import { demand } from './problem-entry.ts'

/** `period` in generations; equal bounds make a constant. `wave` is `'sine'` or `'square'`. */
export type WaveOptions = Readonly<{ low: number; high: number; period: number; wave: string }>

/** Throws a `RangeError` unless 0 < low ≤ high, period > 0 and the wave is known. */
export const checkWave = ({ low, high, period, wave }: WaveOptions): void => {
  demand(low > 0 && high >= low, `0 < low ≤ high is required, received low ${low} and high ${high}`)
  demand(period > 0, `period must be positive, received ${period}`)
  demand(wave === 'sine' || wave === 'square', `wave must be "sine" or "square", received "${wave}"`)
}

/** The value at generation `time` ≥ 0. */
export const waveAt = ({ low, high, period, wave }: WaveOptions, time: number): number => {
  const phase = (time % period) / period
  if (wave === 'square') return phase < 0.5 ? low : high
  return low + ((high - low) * (1 - cos(2 * Math.PI * phase))) / 2
}
