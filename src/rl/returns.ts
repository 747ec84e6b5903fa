/**
 * Advantages and returns over a rollout of T steps in N environments, with episode ends inside it.
 *
 * All arrays are [T, N], row-major: row t holds the transition at time t in every environment. `nextValues` holds the value of
 * the state that a step led to, before any reset. Termination alone cuts bootstrapping; truncation and the end of the rollout
 * bootstrap from `nextValues`; where both flags are set, termination wins.
 *
 * *Source:* Schulman et al. 2016, arXiv 1506.02438, Eq. 16 (generalised advantages); Sutton and Barto 2018, Reinforcement
 * learning, 2nd ed., Eq. 3.9 (discounted) and 7.1 (n-step); Pardo et al. 2018, arXiv 1712.00378 (bootstrapping at time limits).
 * *Deviations:* 1. n-step returns that reach the end of an episode or of the rollout use the steps that there are.
 */
import { invariant } from '../core/invariant.ts'

/** What T steps in `envs` = N environments gave, each array [T, N]; flags are 0 or 1. */
export type Transitions = Readonly<{
  envs: number
  rewards: Float64Array
  terminated: Uint8Array
  truncated: Uint8Array
  nextValues: Float64Array
}>

const checkLengths = ({ envs, rewards, terminated, truncated, nextValues }: Transitions): void => {
  const size = rewards.length
  invariant(Number.isInteger(envs) && envs >= 1 && size % envs === 0, `${size} rewards cannot come from ${envs} environments`)
  invariant(
    terminated.length === size && truncated.length === size && nextValues.length === size,
    `${size} rewards with ${terminated.length} and ${truncated.length} flags and ${nextValues.length} next values`,
  )
}

/**
 * Generalised advantages Â and the value targets Â + V, both [T, N].
 *
 *     δ_t = r_t + γ (1 − terminated_t) V(s_{t+1}) − V(s_t),   Â_t = δ_t + γλ (1 − ended_t) Â_{t+1},   ended = terminated or truncated
 *
 * `values` [T, N] are V(s_t); `gamma` γ and `gaeLambda` λ lie in [0, 1]. Arrays of different lengths break an invariant.
 */
export const gae = (
  transitions: Transitions,
  values: Float64Array,
  gamma: number,
  gaeLambda: number,
): Readonly<{ advantages: Float64Array; returns: Float64Array }> => {
  checkLengths(transitions)
  const { envs, rewards, terminated, truncated, nextValues } = transitions
  const size = rewards.length
  invariant(values.length === size, `${size} rewards with ${values.length} values`)
  const advantages = new Float64Array(size)
  const returns = new Float64Array(size)
  const decay = gamma * gaeLambda
  for (let at = size - 1; at >= 0; at--) {
    // chosen, not multiplied by 0: a value after the end of an episode may be anything, also NaN
    const bootstrap = terminated[at] !== 0 ? 0 : gamma * nextValues[at]
    const goesOn = at + envs < size && terminated[at] === 0 && truncated[at] === 0
    advantages[at] = rewards[at] + bootstrap - values[at] + (goesOn ? decay * advantages[at + envs] : 0)
    returns[at] = advantages[at] + values[at]
  }
  return { advantages, returns }
}

/**
 * Discounted returns G_t = r_t + γ G_{t+1}, [T, N]: 0 follows termination, γ V(s_{t+1}) follows truncation and the last row.
 */
export const discountedReturns = (transitions: Transitions, gamma: number): Float64Array => {
  checkLengths(transitions)
  const { envs, rewards, terminated, truncated, nextValues } = transitions
  const size = rewards.length
  const returns = new Float64Array(size)
  for (let at = size - 1; at >= 0; at--) {
    const following = truncated[at] !== 0 || at + envs >= size ? nextValues[at] : returns[at + envs]
    returns[at] = rewards[at] + (terminated[at] !== 0 ? 0 : gamma * following)
  }
  return returns
}

/**
 * n-step returns Σ_{k<n} γᵏ r_{t+k} + γⁿ V(s_{t+n}), [T, N], with fewer rewards where the episode or the rollout ends first.
 * `n` is a positive integer, otherwise a `RangeError` is thrown.
 */
export const nStepReturns = (transitions: Transitions, gamma: number, n: number): Float64Array => {
  if (!(Number.isInteger(n) && n >= 1)) throw new RangeError(`nStepReturns: n must be a positive integer, received ${n}`)
  checkLengths(transitions)
  const { envs, rewards, terminated, truncated, nextValues } = transitions
  const size = rewards.length
  const returns = new Float64Array(size)
  for (let start = 0; start < size; start++) {
    let total = 0
    let discount = 1
    for (let at = start, steps = 1; ; at += envs, steps++) {
      total += discount * rewards[at]
      discount *= gamma
      if (terminated[at] !== 0) break
      if (truncated[at] !== 0 || at + envs >= size || steps === n) {
        total += discount * nextValues[at]
        break
      }
    }
    returns[start] = total
  }
  return returns
}
