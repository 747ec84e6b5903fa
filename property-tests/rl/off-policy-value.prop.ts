import { describe, expect, test } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { exp, log } from '../../src/core/dmath.ts'
import { box } from '../../src/core/space.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import { compileActorCritic, initActorCritic } from '../../src/nn/actor-critic.ts'
import type { ActorCriticSpec } from '../../src/nn/actor-critic.ts'
import type { Batch } from '../../src/rl/held-batch.ts'
import { offPolicyValues } from '../../src/rl/off-policy-value.ts'

const key = rootKey('off-policy value')
const [STEPS, ENVS, OBS] = [4, 3, 2]
const SIZE = STEPS * ENVS

const spec: ActorCriticSpec = {
  policy: { kind: 'gaussian', hidden: [3], activation: 'tanh', outputActivation: 'linear', initialLogStd: -0.3, init: 'torch', action: 'raw' },
  critic: { kind: 'separate', hidden: [3], activation: 'tanh' },
  gains: { hidden: 1, head: 1, value: 1 },
}
const space = box([-1], [1])
const net = compileActorCritic(spec, OBS, space, reference)
const parameters = initActorCritic(foldIn(key, 0), spec, OBS, space)
const obs = normals(foldIn(key, 1), SIZE * OBS)
const actions = normals(foldIn(key, 2), SIZE)

/** Mean and deviation of the action in each row, by one pass of a single row. */
const rowsOf = (theta: Float64Array): readonly Readonly<{ mean: number; std: number }>[] =>
  Array.from({ length: SIZE }, (_, row) => {
    const { head, logStd } = net.heads(theta, obs.slice(row * OBS, (row + 1) * OBS), 1)
    return { mean: head[0], std: exp(logStd[0]) }
  })
const logProbs = (theta: Float64Array): Float64Array =>
  Float64Array.from(rowsOf(theta), ({ mean, std }, row) => -0.5 * ((actions[row] - mean) / std) * ((actions[row] - mean) / std) - log(std) - 0.5 * log(2 * Math.PI))

const batch: Batch = {
  envs: ENVS,
  obs,
  actions,
  advantages: new Float64Array(SIZE),
  returns: new Float64Array(SIZE),
  oldLogProb: logProbs(parameters),
  oldValues: new Float64Array(SIZE),
  rewards: normals(foldIn(key, 3), SIZE),
  terminated: Uint8Array.from({ length: SIZE }, (_, at) => (at === SIZE - 1 ? 1 : 0)), // the last environment ends with the rollout
  truncated: new Uint8Array(SIZE),
  finalValues: Float64Array.of(0.7, -0.4, 9),
}

/** Sum of the rewards of each environment, scaled to [0, 1] over the batch; a rollout that goes on has the value of what comes next in its last reward. */
const returnsByHand = (): readonly number[] => {
  const scored = [...batch.rewards].map((reward, at) => (at >= SIZE - ENVS && batch.terminated[at] === 0 ? reward + batch.finalValues[at - (SIZE - ENVS)] : reward))
  const [least, greatest] = [Math.min(...scored), Math.max(...scored)]
  return Array.from({ length: ENVS }, (_, env) => scored.reduce((sum, value, at) => (at % ENVS === env ? sum + (value - least) / (greatest - least) : sum), 0))
}

const near = (value: number, expected: number): void => expect(Math.abs(value - expected)).toBeLessThan(1e-12) // numbers of order 1 by other orders of sums

describe('the value of a policy from a batch of another one', () => {
  const values = offPolicyValues(net, parameters, batch)

  test('of the policy itself is its mean return, at no distance', () => {
    const { estimate, kl } = values(parameters)
    near(estimate, returnsByHand().reduce((sum, value) => sum + value, 0) / ENVS)
    near(kl, 0)
  })

  test('weighs whole trajectories by how much likelier they are, and measures KL(old ‖ new) over the states', () => {
    for (let i = 0; i < 5; i++) {
      const candidate = parameters.map((p, at) => p + 0.3 * normals(foldIn(key, 10 + i), parameters.length)[at])
      const now = logProbs(candidate)
      const weights = Array.from({ length: ENVS }, (_, env) => exp(now.reduce((sum, value, at) => (at % ENVS === env ? sum + value - batch.oldLogProb[at] : sum), 0)))
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      const { estimate, kl } = values(candidate)
      near(estimate, returnsByHand().reduce((sum, value, env) => sum + weights[env] * value, 0) / total)
      const fresh = rowsOf(candidate)
      const distances = rowsOf(parameters).map(
        ({ mean, std }, row) => log(fresh[row].std / std) + (std * std + (mean - fresh[row].mean) * (mean - fresh[row].mean)) / (2 * fresh[row].std * fresh[row].std) - 0.5,
      )
      near(kl, distances.reduce((sum, value) => sum + value, 0) / SIZE)
      expect(kl).toBeGreaterThan(0)
    }
  })

  test('is finite where weights under- and overflow, and where all rewards are equal', () => {
    const far = parameters.map((p) => p + 20)
    expect(Number.isFinite(values(far).estimate)).toBe(true)
    const flat = offPolicyValues(net, parameters, { ...batch, rewards: new Float64Array(SIZE).fill(3), terminated: new Uint8Array(SIZE).fill(1) })
    expect(flat(parameters).estimate).toBe(0)
  })
})
