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
import type { Backend, MlpSpec } from '../core/backend.ts'
import { invariant, InvariantError } from '../core/invariant.ts'
import type { PolicySpec } from '../core/job.ts'
import type { Key } from '../core/key.ts'
import type { Space } from '../core/space.ts'
import { joinLayouts, layoutOf, layoutSize, type Layout } from './layout.ts'
import { initMlp, mlpLayout } from './mlp.ts'
import { policyHead } from './policy-head.ts'

/** A policy bound to its spaces and a backend. */
export interface CompiledPolicy {
  /** Length of the flat parameter vector. */
  readonly parameters: number
  /** Standard normals that one action consumes: 0 deterministic, A gaussian, 1 categorical. */
  readonly noiseSize: number
  /** Takes over the parameters of the actions that follow; later changes of the array are not seen. A wrong length breaks an invariant. */
  load(parameters: Float64Array): void
  /**
   * Writes what the policy answers to `obs` [O] before it is brought to the bounds of the environment: the sample that a policy gradient takes the
   * probability of. Otherwise as `act`.
   */
  answer(obs: Float64Array, actionNoise: Float64Array | null, answer: Float64Array): void
  /** Writes the action that an answer stands for; the two may be one array. */
  bring(answer: Float64Array, action: Float64Array): void
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
  if (actionSpace.kind === 'box' && spec.kind === 'categorical') problems.push('a categorical policy needs discrete actions; kind gaussian or deterministic has others')
  if (actionSpace.kind === 'discrete' && spec.kind === 'gaussian') problems.push('a gaussian policy needs continuous actions; kind categorical or deterministic chooses among discrete ones')
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

/** The network of a policy. */
export const policyNet = (spec: PolicySpec, obsSize: number, actionSpace: Space): MlpSpec => {
  const { activation, outputActivation } = spec
  return { sizes: sizesOf(spec, obsSize, actionSpace), activation, outputActivation }
}

/**
 * Binds a policy to an observation size, an action space and a backend. What `policyProblems` lists breaks an invariant,
 * as does a parameter vector of the wrong length.
 */
export const compilePolicy = (spec: PolicySpec, obsSize: number, actionSpace: Space, backend: Backend): CompiledPolicy => {
  const problems = policyProblems(spec, actionSpace)
  invariant(problems.length === 0, problems.join('; '))
  const head = policyHead(spec, actionSpace)
  const net = backend.kernels.residentMlp(policyNet(spec, obsSize, actionSpace))
  const output = new Float64Array(head.outputs)
  const std = new Float64Array(head.stdSize)
  const count = policyParameterCount(spec, obsSize, actionSpace)
  let loaded = false
  const answer = (obs: Float64Array, actionNoise: Float64Array | null, out: Float64Array): void => {
    if (!loaded) throw new InvariantError('a policy acts after its parameters have been loaded')
    net.forward(output, obs, 1)
    head.answer(output, std, actionNoise, out)
  }
  return {
    parameters: count,
    noiseSize: head.noiseSize,
    load: (parameters) => {
      if (parameters.length !== count) throw new InvariantError(`a policy of ${count} parameters received ${parameters.length}`)
      net.load(parameters)
      head.readStd(std, parameters)
      loaded = true
    },
    answer,
    bring: head.bring,
    act: (obs, actionNoise, action) => {
      answer(obs, actionNoise, action)
      head.bring(action, action)
    },
  }
}
