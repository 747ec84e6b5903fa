/**
 * Policies over one flat parameter vector, compiled once into a function that acts without allocating.
 *
 * - `gaussian`: a = μ(s) + e^(log σ) ∘ ε, with log σ state-independent, one entry per action dimension behind the network;
 * - `deterministic`: a = μ(s), or argmax over the outputs where actions are discrete (lowest index on ties);
 * - `categorical`: action k with probability softmax(z(s))_k, discrete actions only.
 *
 * Noise arrives as standard normals, `noiseSize` per step, so that the caller owns randomness; a categorical policy turns its
 * one normal into a uniform by Φ and inverts the cumulative softmax. Without noise a policy takes its mean or its mode.
 *
 * *Source:* Wang et al. 2023, BiERL, arXiv 2308.01207 (64-64 tanh net with free log-std inside the evolved vector); OpenAI
 * baselines' diagonal Gaussian for the form.
 * *Deviations:* 1. a compiled policy holds the parameters that were loaded last, and scratch that is written before it is read within
 * one `act`.
 */
import type { Backend } from '../core/backend.ts'
import { exp, normalCdf } from '../core/dmath.ts'
import { invariant, InvariantError } from '../core/invariant.ts'
import type { PolicySpec } from '../core/job.ts'
import type { Key } from '../core/key.ts'
import type { Space } from '../core/space.ts'
import { sampleSoftmax } from './categorical.ts'
import { joinLayouts, layoutOf, layoutSize, type Layout } from './layout.ts'
import { initMlp, mlpLayout } from './mlp.ts'

/** A policy bound to its spaces and a backend. */
export interface CompiledPolicy {
  /** Length of the flat parameter vector. */
  readonly parameters: number
  /** Standard normals that one action consumes: 0 deterministic, A gaussian, 1 categorical. */
  readonly noiseSize: number
  /** Takes over the parameters of the actions that follow; later changes of the array are not seen. A wrong length breaks an invariant. */
  load(parameters: Float64Array): void
  /**
   * Writes the action for `obs` [O] into `action` ([A], or [1] holding an index), by the parameters that were loaded last.
   * `actionNoise` [noiseSize] may be null for the mean or mode. NaN parameters or observations give NaN actions, never a repaired value.
   */
  act(obs: Float64Array, actionNoise: Float64Array | null, action: Float64Array): void
}

/** Why `spec` cannot act in `actionSpace`, one sentence per reason; empty if it can. */
export const policyProblems = (spec: PolicySpec, actionSpace: Space): readonly string[] => {
  const problems: string[] = []
  if (spec.hidden.some((width) => !Number.isInteger(width) || width < 1)) {
    problems.push(`hidden widths must be positive integers, received [${spec.hidden.join(', ')}]`)
  }
  if (actionSpace.kind === 'box' && spec.kind === 'categorical') problems.push('a categorical policy needs a discrete action space')
  if (actionSpace.kind === 'discrete' && spec.kind === 'gaussian') problems.push('a gaussian policy needs a continuous action space')
  if (actionSpace.kind === 'box' && spec.action === 'rescale' && ![...actionSpace.low, ...actionSpace.high].every(Number.isFinite)) {
    problems.push('rescaling needs finite action bounds')
  }
  return problems
}

const outputsOf = (actionSpace: Space): number => (actionSpace.kind === 'box' ? actionSpace.low.length : actionSpace.n)

const sizesOf = (spec: PolicySpec, obsSize: number, actionSpace: Space): readonly number[] => [obsSize, ...spec.hidden, outputsOf(actionSpace)]

/** The arrays of a policy's flat vector: `net.0.weight`, `net.0.bias`, …, and `logStd` [A] for a gaussian policy. */
export const policyLayout = (spec: PolicySpec, obsSize: number, actionSpace: Space): Layout => {
  const net = joinLayouts([['net', mlpLayout(sizesOf(spec, obsSize, actionSpace))]])
  const arrays = net.map(({ name, shape }) => [name, shape] as const)
  return layoutOf(spec.kind === 'gaussian' ? [...arrays, ['logStd', [outputsOf(actionSpace)]]] : arrays)
}

/** Length of a policy's flat vector. */
export const policyParameterCount = (spec: PolicySpec, obsSize: number, actionSpace: Space): number =>
  layoutSize(policyLayout(spec, obsSize, actionSpace))

/** Initial flat parameters: the network by `spec.init`, every log-std at `spec.initialLogStd`. */
export const initPolicy = (key: Key, spec: PolicySpec, obsSize: number, actionSpace: Space): Float64Array => {
  const net = initMlp(key, sizesOf(spec, obsSize, actionSpace), spec.init)
  const parameters = new Float64Array(policyParameterCount(spec, obsSize, actionSpace)).fill(spec.initialLogStd)
  parameters.set(net)
  return parameters
}

/** Index of the largest of the first `n` values; the lowest index on ties. */
const largest = (values: Float64Array, n: number): number => {
  let best = 0
  for (let k = 1; k < n; k++) if (values[k] > values[best]) best = k
  return best
}

/**
 * Binds a policy to an observation size, an action space and a backend. What `policyProblems` lists breaks an invariant,
 * as does a parameter vector of the wrong length.
 */
export const compilePolicy = (spec: PolicySpec, obsSize: number, actionSpace: Space, backend: Backend): CompiledPolicy => {
  const problems = policyProblems(spec, actionSpace)
  invariant(problems.length === 0, problems.join('; '))
  const outputs = outputsOf(actionSpace)
  const { activation, outputActivation } = spec
  const net = backend.kernels.residentMlp({ sizes: sizesOf(spec, obsSize, actionSpace), activation, outputActivation })
  const mean = new Float64Array(outputs)
  const count = policyParameterCount(spec, obsSize, actionSpace)
  let loaded = false

  const take = (parameters: Float64Array): void => {
    if (parameters.length !== count) throw new InvariantError(`a policy of ${count} parameters received ${parameters.length}`)
    net.load(parameters)
    loaded = true
  }
  /** Writes the network's output for `obs` to `mean`. */
  const evaluate = (obs: Float64Array): void => {
    if (!loaded) throw new InvariantError('a policy acts after its parameters have been loaded')
    net.forward(mean, obs, 1)
  }

  if (actionSpace.kind === 'discrete') {
    const categorical = spec.kind === 'categorical'
    return {
      parameters: count,
      noiseSize: categorical ? 1 : 0,
      load: take,
      act: (obs, actionNoise, action) => {
        evaluate(obs)
        const sampled = categorical && actionNoise !== null
        action[0] = sampled ? sampleSoftmax(mean, mean, 0, outputs, normalCdf(actionNoise[0])) : largest(mean, outputs)
      },
    }
  }

  const low = Float64Array.from(actionSpace.low)
  const high = Float64Array.from(actionSpace.high)
  const gaussian = spec.kind === 'gaussian'
  const std = new Float64Array(outputs)
  const mapping = spec.action
  return {
    parameters: count,
    noiseSize: gaussian ? outputs : 0,
    load: (parameters) => {
      take(parameters)
      if (gaussian) for (let a = 0; a < outputs; a++) std[a] = exp(parameters[count - outputs + a])
    },
    act: (obs, actionNoise, action) => {
      evaluate(obs)
      for (let a = 0; a < outputs; a++) {
        let value = mean[a]
        if (gaussian && actionNoise !== null) value += std[a] * actionNoise[a]
        if (mapping === 'rescale') value = low[a] + 0.5 * (value + 1) * (high[a] - low[a])
        action[a] = mapping === 'raw' ? value : Math.min(high[a], Math.max(low[a], value))
      }
    },
  }
}
