/**
 * How the output of a policy's network becomes an action.
 *
 * - `gaussian`: a = μ + e^(log σ) ∘ ε;  `deterministic`: a = μ, or argmax over the outputs where actions are discrete (lowest index on ties);
 * - `categorical`: action k with probability softmax(z)_k: its one normal becomes a uniform by Φ, which inverts the cumulative softmax.
 *
 * Without noise a policy takes its mean or its mode.
 *
 * *Source:* `policy.ts`. *Deviations:* none.
 */
import { exp, normalCdf } from '../core/dmath.ts'
import type { PolicySpec } from '../core/job.ts'
import type { Space } from '../core/space.ts'
import { sampleSoftmax } from './categorical.ts'

export interface PolicyHead {
  /** Outputs of the network. */
  readonly outputs: number
  /** Standard normals that one action consumes: 0 deterministic, A gaussian, 1 categorical. */
  readonly noiseSize: number
  /** Length of `std`: A for a gaussian policy, else 0. */
  readonly stdSize: number
  /** Writes the deviations [stdSize] of a policy with these flat parameters, which end with its log-std. */
  readStd(std: Float64Array, parameters: Float64Array): void
  /**
   * Writes what the policy answers ([A], or [1] holding an index) to a network's output [outputs], which may be used up: a sample of its distribution.
   * `actionNoise` [noiseSize] may be null for the mean or mode.
   */
  answer(output: Float64Array, std: Float64Array, actionNoise: Float64Array | null, answer: Float64Array): void
  /** Writes the action that an answer stands for: itself, clipped to the bounds, or rescaled from [−1, 1] and clipped. The two may be one array. */
  bring(answer: Float64Array, action: Float64Array): void
}

/** Index of the largest of the first `n` values; the lowest index on ties. */
const largest = (values: Float64Array, n: number): number => {
  let best = 0
  for (let k = 1; k < n; k++) if (values[k] > values[best]) best = k
  return best
}

/** The head of a policy that can act in `actionSpace` (`policyProblems` finds nothing). */
export const policyHead = (spec: PolicySpec, actionSpace: Space): PolicyHead => {
  if (actionSpace.kind === 'discrete') {
    const outputs = actionSpace.n
    const categorical = spec.kind === 'categorical'
    return {
      outputs,
      noiseSize: categorical ? 1 : 0,
      stdSize: 0,
      readStd: () => undefined,
      answer: (output, _std, actionNoise, answer) => {
        const sampled = categorical && actionNoise !== null
        answer[0] = sampled ? sampleSoftmax(output, output, 0, outputs, normalCdf(actionNoise[0])) : largest(output, outputs)
      },
      bring: (answer, action) => {
        action[0] = answer[0]
      },
    }
  }
  const low = Float64Array.from(actionSpace.low)
  const high = Float64Array.from(actionSpace.high)
  const outputs = low.length
  const gaussian = spec.kind === 'gaussian'
  const mapping = spec.action
  return {
    outputs,
    noiseSize: gaussian ? outputs : 0,
    stdSize: gaussian ? outputs : 0,
    readStd: (std, parameters) => {
      if (gaussian) for (let a = 0; a < outputs; a++) std[a] = exp(parameters[parameters.length - outputs + a])
    },
    answer: (output, std, actionNoise, answer) => {
      for (let a = 0; a < outputs; a++) answer[a] = gaussian && actionNoise !== null ? output[a] + std[a] * actionNoise[a] : output[a]
    },
    bring: (answer, action) => {
      for (let a = 0; a < outputs; a++) {
        const value = mapping === 'rescale' ? low[a] + 0.5 * (answer[a] + 1) * (high[a] - low[a]) : answer[a]
        action[a] = mapping === 'raw' ? value : Math.min(high[a], Math.max(low[a], value))
      }
    },
  }
}
