/** What HOOF judges is the step that is made. */
import { describe, expect, test } from 'vitest'
import { envEntries } from '../../envs/index.ts'
import { reference } from '../../backends/reference/index.ts'
import type { Task } from '../../src/core/job.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { taskInfo } from '../../src/experiment/task.ts'
import { hoof, hoofDefaults, hoofProblems } from '../../src/outer/hoof.ts'
import { a2c, a2cDefaults, a2cHyperDefaults } from '../../src/rl/a2c.ts'
import { trpo, trpoDefaults, trpoHyperDefaults, trpoHyperSpace } from '../../src/rl/trpo.ts'

const task: Task = {
  kind: 'env',
  env: { id: 'Pendulum-v1', options: {} },
  policy: { kind: 'gaussian', hidden: [8], activation: 'tanh', outputActivation: 'linear', initialLogStd: 0, init: 'orthogonal', action: 'clip' },
  normaliseObs: true,
  obsScaling: { clip: 10, varianceFloor: 1e-8 },
}
const site = await openSite({ envs: envEntries, problems: [], backend: reference }, [task])
const learner = a2c({ ...a2cDefaults, envs: 4 }, taskInfo(task, site.opened(task)), reference)
const key = rootKey('hoof')

/** A learner that holds its third rollout. */
const held = (() => {
  let state = learner.init(key)
  for (let step = 0; step < 5; step++) {
    const at = foldIn(key, step)
    state = learner.advance(at, state, learner.jobs(at, state, a2cHyperDefaults).map((job) => site.execute(job)), a2cHyperDefaults)[0]
  }
  return state
})()

describe('a candidate of the held batch', () => {
  const batch = learner.context(held)?.batch ?? null
  if (batch === null) throw new Error('no rollout is held')
  const candidate = (learningRate: number, entropyCoef = 0.01): Float64Array => batch.candidate(foldIn(key, 99), { ...a2cHyperDefaults, learningRate, entropyCoef })

  test('is where the update leads, bit for bit', () => {
    for (const [learningRate, entropyCoef] of [[7e-4, 0.01], [1e-2, 0.1], [1e-6, 0]] as const) {
      const [next] = learner.advance(foldIn(key, 5), held, [], { ...a2cHyperDefaults, learningRate, entropyCoef })
      expect(candidate(learningRate, entropyCoef)).toEqual(next.parameters)
    }
  })

  test('scales with its rate, so that one step of the optimiser serves all rates', () => {
    const unit = candidate(1e-2)
    for (const rate of [1e-3, 3e-4, 1e-6]) {
      candidate(rate).forEach((value, i) => {
        const scaled = held.parameters[i] + (rate / 1e-2) * (unit[i] - held.parameters[i])
        expect(Math.abs(value - scaled)).toBeLessThan(1e-15 + 1e-15 * Math.abs(value)) // a product and a sum of order 1 or less, rounded in another order
      })
    }
  })

  test('does not move the learner', () => {
    const before = structuredClone(held)
    candidate(0.5)
    batch.offPolicyValue(candidate(1e-3))
    batch.policyGradient(held.parameters)
    expect(held).toEqual(before)
  })
})

describe('over the bound of a trust region', () => {
  const inside = trpo({ ...trpoDefaults, envs: 4, steps: 64 }, taskInfo(task, site.opened(task)), reference)
  const at = foldIn(key, 0)
  const start = inside.init(key)
  const [state] = inside.advance(at, start, inside.jobs(at, start, trpoHyperDefaults).map((job) => site.execute(job)), trpoHyperDefaults)
  const context = inside.context(state)
  const options = { ...hoofDefaults, tries: 'maxKl', space: trpoHyperSpace, hyper: trpoHyperDefaults } as const

  test('a step grows with the root of the bound, so that one serves all bounds', () => {
    const candidate = (maxKl: number): Float64Array => context?.batch?.candidate(foldIn(key, 99), { ...trpoHyperDefaults, maxKl }) ?? new Float64Array(0)
    const unit = candidate(1e-2)
    for (const bound of [2.5e-3, 1e-4]) {
      candidate(bound).forEach((value, i) => {
        const scaled = state.parameters[i] + Math.sqrt(bound / 1e-2) * (unit[i] - state.parameters[i])
        expect(Math.abs(value - scaled)).toBeLessThan(1e-14) // sums of order 1, rounded in another order
      })
    }
  })

  test('the choice is the bound with the greatest estimate, by scaled steps as by exact ones', () => {
    const chosen = (['scaled', 'exact'] as const).map((candidates) => hoof({ ...options, samples: 12, candidates, klBound: 0.02 }).propose(foldIn(key, 7), hoof(options).init(key), 1, [context])[0])
    expect(chosen[0]).toEqual(chosen[1])
    expect(chosen[0]).toMatchObject({ kind: 'use', hyper: { learningRate: trpoHyperDefaults.learningRate } })
    const { maxKl } = (chosen[0] as unknown as Readonly<{ hyper: typeof trpoHyperDefaults }>).hyper
    expect(maxKl).not.toBe(trpoHyperDefaults.maxKl)
    expect(maxKl).toBeLessThanOrEqual(options.upper)
  })

  test('what the learner cannot be told that way is refused', () => {
    expect(hoofProblems({ ...options, tries: 'learningRate' })).toMatchObject([{ path: 'tries', expected: expect.stringContaining('maxKl') }])
    expect(hoofProblems({ ...options, space: learner.space, hyper: a2cHyperDefaults })).toMatchObject([{ path: 'tries', received: '"maxKl"' }])
  })
})
