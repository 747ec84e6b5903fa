/**
 * The critic of deterministic policy gradients: the value Q(s, a) of an action in a state, the action entering behind the first layer.
 *
 *     h₁ = a(W₁ s + b₁),   Q = net([h₁, a])
 *
 * The flat vector holds layer 1, then the other layers; the columns of layer 2 are those of h₁, then those of the action.
 *
 * *Source:* Lillicrap et al. 2015, Continuous control with deep reinforcement learning, arXiv 1509.02971, section 7. *Deviations:* none.
 */
import type { Activation, Backend } from '../core/backend.ts'
import { invariant } from '../core/invariant.ts'
import type { Key } from '../core/key.ts'
import { foldIn } from '../core/rng.ts'
import { beside, columns } from './columns.ts'
import type { LinearInit } from './init.ts'
import { joinLayouts, joinVectors, type Layout } from './layout.ts'
import { initMlp, mlp, mlpLayout } from './mlp.ts'

/** Sizes of observations O and actions A, and widths of the hidden layers, at least one. */
export type ActionCriticSpec = Readonly<{ obsSize: number; actionSize: number; hidden: readonly number[]; activation: Activation }>

/** Gradients of a scalar by the parameters [P] and by the actions [B, A]. */
export type ActionCriticGradients = Readonly<{ parameters: Float64Array; actions: Float64Array }>

/** Values [B] and the way back from the gradient by them. */
export type ActionCriticPass = Readonly<{ values: Float64Array; pullback(gradValues: Float64Array): ActionCriticGradients }>

export type ActionCritic = Readonly<{
  layout: Layout
  /** Length of the flat vector P. */
  size: number
  /** Q [B] of `actions` [B, A] in `obs` [B, O]. */
  values(parameters: Float64Array, obs: Float64Array, actions: Float64Array): Float64Array
  valuesWithPullback(parameters: Float64Array, obs: Float64Array, actions: Float64Array): ActionCriticPass
}>

const firstSizes = ({ obsSize, hidden }: ActionCriticSpec): readonly number[] => [obsSize, hidden[0]]
const restSizes = ({ actionSize, hidden }: ActionCriticSpec): readonly number[] => [hidden[0] + actionSize, ...hidden.slice(1), 1]

/** Initial flat parameters, every layer by `init`. */
export const initActionCritic = (key: Key, spec: ActionCriticSpec, init: LinearInit): Float64Array =>
  joinVectors([initMlp(foldIn(key, 0), firstSizes(spec), init), initMlp(foldIn(key, 1), restSizes(spec), init)])

/** Binds a critic to a backend. Arrays of lengths that do not fit break an invariant. */
export const actionCritic = (spec: ActionCriticSpec, backend: Backend): ActionCritic => {
  const { obsSize, actionSize, hidden, activation } = spec
  invariant(hidden.length > 0, 'a critic of actions needs a hidden layer for them to enter behind')
  const first = mlp({ sizes: firstSizes(spec), activation, outputActivation: activation }, backend)
  const rest = mlp({ sizes: restSizes(spec), activation, outputActivation: 'linear' }, backend)
  const whole = hidden[0] + actionSize

  const batchOf = (obs: Float64Array, actions: Float64Array): number => {
    const batch = obs.length / obsSize
    invariant(Number.isInteger(batch) && actions.length === batch * actionSize, `${obs.length} numbers of observations do not go with ${actions.length} of actions`)
    return batch
  }

  return {
    layout: joinLayouts([['first', mlpLayout(firstSizes(spec))], ['rest', mlpLayout(restSizes(spec))]]),
    size: first.size + rest.size,
    values: (parameters, obs, actions) => {
      const batch = batchOf(obs, actions)
      return rest.forward(parameters.subarray(first.size), beside(first.forward(parameters, obs, batch), actions, batch), batch)
    },
    valuesWithPullback: (parameters, obs, actions) => {
      const batch = batchOf(obs, actions)
      const below = first.forwardWithPullback(parameters, obs, batch)
      const above = rest.forwardWithPullback(parameters.subarray(first.size), beside(below.y, actions, batch), batch)
      return {
        values: above.y,
        pullback: (gradValues) => {
          const byRest = above.pullback(gradValues)
          const byFirst = below.parameterPullback(columns(byRest.x, whole, 0, hidden[0]))
          return { parameters: joinVectors([byFirst, byRest.parameters]), actions: columns(byRest.x, whole, hidden[0], actionSize) }
        },
      }
    },
  }
}
