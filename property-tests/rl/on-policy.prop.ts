/** On-policy learners: their phases, their batch, one update recomputed by hand, and whole experiments under the laws. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { classicEntries } from '../../envs/classic/index.ts'
import type { Job, RolloutOutcome, Task } from '../../src/core/job.ts'
import type { Learner } from '../../src/core/learner.ts'
import { foldIn, permutation, rootKey } from '../../src/core/rng.ts'
import { experiment } from '../../src/experiment/compose.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { taskInfo } from '../../src/experiment/task.ts'
import { compileActorCritic, releasedGains } from '../../src/nn/actor-critic.ts'
import { adam, adamDefaults } from '../../src/optim/adam.ts'
import { clipGlobalNorm } from '../../src/optim/clip.ts'
import type { OptimiserState } from '../../src/optim/optimiser.ts'
import { fixed } from '../../src/outer/fixed.ts'
import { a2c, a2cDefaults, a2cHyperDefaults } from '../../src/rl/a2c.ts'
import type { PolicyGradientContext } from '../../src/rl/context.ts'
import { batchOf } from '../../src/rl/held-batch.ts'
import { takeRows } from '../../src/rl/minibatch.ts'
import type { OnPolicyState } from '../../src/rl/on-policy-state.ts'
import { ppoLoss } from '../../src/rl/ppo-loss.ts'
import type { PpoHyper, PpoSettings } from '../../src/rl/ppo.ts'
import { ppo, ppoDefaults, ppoHyperDefaults } from '../../src/rl/ppo.ts'
import { pack, unpack } from '../../src/run/plain-data.ts'
import { experimentFindings, runToEnd } from '../laws/experiment.ts'

type State = OnPolicyState<OptimiserState>

const policy = { kind: 'gaussian', hidden: [8], activation: 'tanh', outputActivation: 'linear', initialLogStd: 0, init: 'orthogonal', action: 'raw' } as const
const obsScaling = { clip: 10, varianceFloor: 1e-8 }
const pendulum: Task = { kind: 'env', env: { id: 'Pendulum-v1', options: {} }, policy, normaliseObs: true, obsScaling }
const cartPole: Task = { kind: 'env', env: { id: 'CartPole-v1', options: {} }, policy: { ...policy, kind: 'categorical', hidden: [64, 64] }, normaliseObs: true, obsScaling }
const site = await openSite({ envs: classicEntries, problems: [], backend: reference }, [pendulum, cartPole])
const execute = (job: Job) => site.execute(job)

const small: PpoSettings = { ...ppoDefaults, envs: 4, groups: 2, steps: 24, epochs: 2 }
const hyper: PpoHyper = { ...ppoHyperDefaults, minibatches: 3, entropyCoef: 0.01 }
const learner = ppo(small, taskInfo(pendulum, site.opened(pendulum)), reference)
const root = rootKey('on-policy')

const copy = <S>(state: S): S => {
  const decoded = unpack(pack(state))
  if (isLeft(decoded)) throw new Error(decoded.left.expected)
  return decoded.right as S
}

/** `count` steps from the start, and what each reported. */
const walk = <H extends PpoHyper>(subject: Learner<State, H, PolicyGradientContext>, values: (step: number) => H, count: number, between: (state: State) => State = (s) => s) => {
  let state = subject.init(foldIn(root, 0))
  const reports = []
  const states = [state]
  for (let step = 0; step < count; step++) {
    const key = foldIn(foldIn(root, 1), step)
    const jobs = subject.jobs(key, state, values(step))
    const [next, report] = subject.advance(key, state, jobs.map(execute), values(step))
    reports.push({ ...report, jobs: jobs.length })
    state = between(next)
    states.push(state)
  }
  return { state, states, reports }
}

describe('phases', () => {
  const { reports, states } = walk(learner, () => hyper, 15)

  it('a rollout of two groups, then six updates without jobs, the last of which is told', () => {
    expect(reports.map(({ jobs }) => jobs)).toEqual([2, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 2])
    expect(reports.map(({ envSteps }) => envSteps)).toEqual([96, 0, 0, 0, 0, 0, 0, 96, 0, 0, 0, 0, 0, 0, 96])
    expect(reports.map(({ quiet }) => quiet === true)).toEqual([false, true, true, true, true, true, false, false, true, true, true, true, true, false, false])
    expect(Object.keys(reports[6].metrics)).toEqual(['policyReturn', 'updates', 'totalLoss', 'policyLoss', 'valueLoss', 'entropy', 'approxKl', 'clipFraction', 'gradientNorm'])
  })

  it('parameters move in updates alone, and the context says which comes next', () => {
    const moves = states.slice(1).map((state, i) => state.parameters.some((value, p) => value !== states[i].parameters[p]))
    expect(moves).toEqual([false, true, true, true, true, true, true, false, true, true, true, true, true, true, false])
    expect(states.flatMap((state, i) => (learner.context(state)?.next === 'collect' ? [i] : []))).toEqual([0, 7, 14])
  })

  it('keeps the newest gradients first', () => {
    const { gradients } = states[9]
    expect(gradients).toHaveLength(2)
    expect(states[10].gradients[1]).toEqual(gradients[0])
  })

  it('continues bit for bit through a checkpoint after every step', () => {
    expect(walk(learner, () => hyper, 15, copy).state).toStrictEqual(states[15])
  })
})

describe('one update', () => {
  it('equals loss, clipping and Adam put together by hand', () => {
    const { states } = walk(learner, () => hyper, 5)
    const before = states[4] // after three updates: the second epoch opens
    const { batch, cursor } = before
    if (batch === null || cursor === null) throw new RangeError('a batch is held between updates')
    expect(cursor).toMatchObject({ epoch: 1, minibatch: 0 })
    const opened = site.opened(pendulum)
    if (opened.kind !== 'env') throw new RangeError('an environment')
    const critic = { kind: 'separate', hidden: policy.hidden, activation: 'tanh' } as const
    const net = compileActorCritic({ policy, critic, gains: releasedGains('gaussian', 'separate') }, 3, opened.spec.actionSpace, reference)
    const key = foldIn(foldIn(root, 1), 4)
    const rows = permutation(foldIn(key, 1), 96).subarray(0, 32)
    const gradient = new Float64Array(before.parameters.length)
    const settings = { clipEps: 0.2, valueClip: 0.2, valueCoef: 0.5, entropyCoef: 0.01, entropyReduction: 'sum', normalise: null } as const
    ppoLoss(net)(gradient, before.parameters, takeRows(batch, rows), settings)
    const { clipped } = clipGlobalNorm(gradient, 0.5)
    const [parameters, optimiser] = adam({ ...adamDefaults, epsilon: 1e-5 }, reference).update(before.optimiser, clipped, before.parameters, 3e-4)
    expect(states[5].parameters).toEqual(parameters)
    expect(states[5].optimiser).toEqual(optimiser)
    expect(states[5].gradients[0]).toEqual(clipped)
  })
})

describe('when values take effect', () => {
  // gamma 0.9 and 2 minibatches are proposed from step 2 on, a learning rate of 1e-5 as well
  const values = (step: number): PpoHyper => (step < 2 ? hyper : { ...hyper, gamma: 0.9, minibatches: 2, learningRate: 1e-5 })
  const { reports } = walk(learner, values, 9)

  it('is the moment that they declare', () => {
    expect(reports.map(({ applied }) => applied.learningRate)).toEqual([3e-4, 3e-4, 1e-5, 1e-5, 1e-5, 1e-5, 1e-5, 1e-5, 1e-5])
    expect(reports.map(({ applied }) => applied.minibatches)).toEqual([3, 3, 3, 3, 2, 2, 2, 2, 2]) // the second epoch opens at step 4
    expect(reports.map(({ applied }) => applied.gamma)).toEqual([0.99, 0.99, 0.99, 0.99, 0.99, 0.99, 0.9, 0.9, 0.9]) // the next rollout is step 6
    expect(reports[6].jobs).toBe(2)
  })
})

describe('a batch', () => {
  const opened = site.opened(pendulum)
  if (opened.kind !== 'env') throw new RangeError('an environment')
  const net = compileActorCritic({ policy, critic: { kind: 'shared' }, gains: { hidden: 1, head: 1, value: 1 } }, 3, opened.spec.actionSpace, reference)
  const parameters = Float64Array.from({ length: net.size }, (_, i) => ((i * 37) % 23) / 23 - 0.5)
  const obsOf = (t: number, n: number): readonly number[] => [0.1 * t, 0.3 * n, 0.05 * t * n]
  /** Environment `n`, three steps; environment 2 terminates at step 1, environment 1 is cut off at step 1. */
  const rollout = (slots: readonly number[]): RolloutOutcome => {
    const rows = [0, 1, 2].flatMap((t) => slots.map((n) => [t, n] as const))
    return {
      kind: 'rollout', fitness: Number.NaN, envSteps: rows.length, rewardSum: 0, discountedSum: 0, unstable: 0,
      obs: Float64Array.from(rows.flatMap(([t, n]) => obsOf(t, n))),
      actions: Float64Array.from(rows, ([t, n]) => 0.2 * t - 0.1 * n),
      rewards: Float64Array.from(rows, ([t, n]) => 1 + t + 10 * n),
      terminated: Uint8Array.from(rows, ([t, n]) => (t === 1 && n === 2 ? 1 : 0)),
      truncated: Uint8Array.from(rows, ([t, n]) => (t === 1 && n === 1 ? 1 : 0)),
      truncatedEnds: slots.flatMap((n, slot) => (n === 1 ? [{ step: 1, slot, obs: Float64Array.of(7, 8, 9) }] : [])),
      finalObs: Float64Array.from(slots.flatMap((n) => obsOf(3, n))),
      episodeReturns: new Float64Array(0), episodeLengths: new Float64Array(0), obsMoments: null, returnMoments: null,
      slots: slots.map(() => ({ env: new Uint8Array(0), obs: new Float64Array(3), discountedReturn: 0, episodeReturn: 0, episodeSteps: 0 })),
    }
  }
  const discounts = { gamma: 0.9, gaeLambda: 0.8 }
  const settings = { timeLimits: 'bootstrap', advantageScaling: null } as const
  const value = (obs: readonly number[]): number => net.values(parameters, Float64Array.from(obs), 1)[0]

  it('has the advantages of its definition, whatever way the environments are grouped', () => {
    const whole = batchOf(net, parameters, [rollout([0, 1, 2])], discounts, settings)
    expect(batchOf(net, parameters, [rollout([0]), rollout([1, 2])], discounts, settings)).toEqual(whole)
    // Â_t = Σ_k (γλ)^k δ_{t+k} to the end of the episode, for every environment
    for (const n of [0, 1, 2]) {
      const next = (t: number): number => (n === 2 && t === 1 ? 0 : n === 1 && t === 1 ? value([7, 8, 9]) : value(obsOf(t + 1, n)))
      const delta = (t: number): number => 1 + t + 10 * n + 0.9 * next(t) - value(obsOf(t, n))
      const ends = n === 0 ? 2 : 1
      for (const t of [0, 1, 2]) {
        const last = t <= ends ? ends : 2
        let expected = 0
        for (let k = last; k >= t; k--) expected = delta(k) + 0.72 * expected
        expect(whole.advantages[3 * t + n]).toBeCloseTo(expected, 10) // sums of three terms of order 30
        expect(whole.returns[3 * t + n]).toBeCloseTo(expected + value(obsOf(t, n)), 10)
      }
    }
  })

  it('takes a time limit for an end where it is told to', () => {
    const { advantages } = batchOf(net, parameters, [rollout([0, 1, 2])], discounts, { ...settings, timeLimits: 'terminate' })
    expect(advantages[3 * 1 + 1]).toBeCloseTo(1 + 1 + 10 - value(obsOf(1, 1)), 12)
  })
})

describe('experiments', () => {
  const subject = (steps: number) => ({
    experiment: experiment({ learner, scheduler: fixed({ hyper }), budget: { envSteps: null, steps } }),
    execute,
    quietSteps: true,
  })

  it('obey the laws', () => {
    expect(experimentFindings(subject(24) as never, copy)).toEqual([])
  })

  it('learn from the rollout that spends the last env steps', () => {
    const spending = (envSteps: number) => {
      const trained = experiment({ learner, scheduler: fixed({ hyper }), budget: { envSteps, steps: null } })
      const { events } = runToEnd({ experiment: trained, execute, quietSteps: true } as never, 1)
      return events.map((event) => (event.type === 'step' ? [event.step, event.envSteps.total] : event.type))
    }
    const one = [[0, 96], [6, 96]]
    expect(spending(96)).toEqual([...one, 'done'])
    expect(spending(97)).toEqual([...one, [7, 192], [13, 192], 'done'])
  })

  it('leave quiet steps out of the record while nothing changes', () => {
    const { events } = runToEnd(subject(15) as never, 1)
    expect(events.map((event) => (event.type === 'step' ? event.step : event.type))).toEqual([0, 6, 7, 13, 14, 'done'])
  })
})

describe('learning', () => {
  it('A2C and PPO balance the pole for more than 150 steps after 15,000', () => {
    const info = taskInfo(cartPole, site.opened(cartPole))
    const last = (subject: Learner<State, never, PolicyGradientContext>, values: object): number => {
      const trained = experiment({ learner: subject, scheduler: fixed({ hyper: values as never }) as never, budget: { envSteps: 15_000, steps: null } })
      const steps = runToEnd({ experiment: trained, execute }, 3).events.filter((event) => event.type === 'step')
      return steps.at(-1)?.metrics.policyReturn ?? Number.NaN
    }
    const quick = { ...ppoHyperDefaults, learningRate: 1e-3, minibatches: 8 }
    expect(last(ppo({ ...ppoDefaults, envs: 4, steps: 128, epochs: 4 }, info, reference) as never, quick)).toBeGreaterThan(150)
    expect(last(a2c({ ...a2cDefaults, envs: 8 }, info, reference) as never, { ...a2cHyperDefaults, learningRate: 2e-3 })).toBeGreaterThan(150)
  })

  it('refuses analytic problems and policies without probabilities', () => {
    const problem = { task: { kind: 'problem', problem: { id: 'sphere', options: {} } }, parameters: 3, obsSize: 0, spec: null, family: null, initial: () => new Float64Array(3) } as const
    expect(() => ppo(ppoDefaults, problem, reference)).toThrow(/steps of an environment/)
    const certain: Task = { ...pendulum, policy: { ...policy, kind: 'deterministic' } }
    expect(() => a2c(a2cDefaults, taskInfo(certain, site.opened(pendulum)), reference)).toThrow(/task.policy: a policy gradient needs a policy with probabilities/)
    expect(() => ppo({ ...ppoDefaults, envs: 3, groups: 2 }, taskInfo(pendulum, site.opened(pendulum)), reference)).toThrow(/divide/)
  })
})
