/** The tunings of the paper over the hyperparameters of an evolution strategy, and a mixed one, for tests. */
import type { HyperParameter, TunedDimension, Tuning } from '../../src/core/hyper.ts'

const sigma: TunedDimension = { name: 'sigma', low: 0.02, high: 0.08, scale: 'linear', kind: 'continuous' }
const learningRate: TunedDimension = { name: 'learningRate', low: 0.016, high: 0.024, scale: 'linear', kind: 'continuous' }
const repeats: TunedDimension = { name: 'repeats', low: 1, high: 5, scale: 'linear', kind: 'integer' }

const tunings = {
  sigma: { dimensions: [sigma], fixed: { learningRate: 0.02 } },
  'sigma and learningRate': { dimensions: [sigma, learningRate], fixed: {} },
  'logarithmic and integer': { dimensions: [{ ...sigma, scale: 'log' }, repeats], fixed: { learningRate: 0.02 } },
} as const satisfies Record<string, Tuning>

/** A tuning by its name, and the exact range in which every proposal must lie. */
export const tuningOf = (name: keyof typeof tunings): Readonly<{ tuning: Tuning; space: Readonly<Record<string, HyperParameter>> }> => {
  const tuning: Tuning = tunings[name]
  const tuned = tuning.dimensions.map(({ name: key, ...dimension }) => [key, { ...dimension, takesEffect: 'step' }] as const)
  const only = (value: number): HyperParameter => ({ kind: 'continuous', low: value, high: value, scale: 'linear', takesEffect: 'step' })
  const untouched = Object.entries(tuning.fixed).map(([key, value]) => [key, only(value)] as const)
  return { tuning, space: Object.fromEntries([...tuned, ...untouched]) }
}
