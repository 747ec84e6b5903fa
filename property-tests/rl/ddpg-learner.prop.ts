/** The DDPG learner: its phases, one update recomputed by hand, whole experiments under the laws, and that it learns. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { classicEntries } from '../../envs/classic/index.ts'
import type { EnvEntry } from '../../src/core/env.ts'
import type { Job, Task } from '../../src/core/job.ts'
import { pureEnv, vectorCodec } from '../../src/core/pure-env.ts'
import { foldIn, rootKey, uniforms } from '../../src/core/rng.ts'
import { box } from '../../src/core/space.ts'
import { experiment } from '../../src/experiment/compose.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { taskInfo } from '../../src/experiment/task.ts'
import { actionCritic } from '../../src/nn/action-critic.ts'
import { mlp } from '../../src/nn/mlp.ts'
import { adam, adamDefaults } from '../../src/optim/adam.ts'
import { fixed } from '../../src/outer/fixed.ts'
import { ddpgActorLoss, ddpgCriticLoss, ddpgTargets, softUpdate } from '../../src/rl/ddpg-loss.ts'
import { ddpgDefaults, ddpgHyperDefaults, type DdpgHyper, type DdpgSettings, type DdpgState } from '../../src/rl/ddpg-state.ts'
import { ddpg } from '../../src/rl/ddpg.ts'
import { drawTransitions } from '../../src/rl/replay.ts'
import { pack, unpack } from '../../src/run/plain-data.ts'
import { experimentFindings, runToEnd } from '../laws/experiment.ts'

const policy = { kind: 'gaussian', hidden: [8, 8], activation: 'relu', outputActivation: 'tanh', initialLogStd: 0, init: 'torch', action: 'rescale' } as const
const obsScaling = { clip: 10, varianceFloor: 1e-8 }
const taskOf = (id: string): Task => ({ kind: 'env', env: { id, options: {} }, policy, normaliseObs: false, obsScaling })
const pendulum = taskOf('Pendulum-v1')

/** One step: an observation x in (−1, 1), for which the best action is x/2 of a range of ±2. */
const aiming: EnvEntry = {
  id: 'Aim-v0', title: 'Aim', source: 'a test', options: {},
  open: async () =>
    pureEnv({
      spec: {
        id: 'Aim-v0', title: 'Aim', source: 'a test', timeLimit: 10, rewardThreshold: null, dt: null,
        observations: [{ name: 'x', unit: '1', low: -1, high: 1 }], observationSpace: box([-1], [1]),
        actions: [{ name: 'aim', unit: '1', low: -2, high: 2 }], actionSpace: box([-2], [2]),
      },
      ...vectorCodec(1),
      reset: (key) => {
        const state = Float64Array.of(2 * uniforms(key, 1)[0] - 1)
        return { state, obs: state.slice() }
      },
      step: (_key, [x], [aim]) => ({ state: Float64Array.of(x), obs: Float64Array.of(x), reward: -((aim - x) ** 2), terminated: true }),
    }),
}
const site = await openSite({ envs: [...classicEntries, aiming], problems: [], backend: reference }, [pendulum, taskOf('Aim-v0')])
const execute = (job: Job) => site.execute(job)

const small: DdpgSettings = { ...ddpgDefaults, envs: 4, groups: 2, steps: 6, updates: 3, batch: 16, capacity: 100, warmUp: 40, criticHidden: [8, 8] }
const hyper: DdpgHyper = { ...ddpgHyperDefaults, learningRate: 1e-2, criticLearningRate: 1e-2, tau: 0.1 }
const learner = ddpg(small, taskInfo(pendulum, site.opened(pendulum)), reference)
const root = rootKey('ddpg learner')

const copy = <S>(state: S): S => {
  const decoded = unpack(pack(state))
  if (isLeft(decoded)) throw new Error(decoded.left.expected)
  return decoded.right as S
}

const walk = (values: (step: number) => DdpgHyper, count: number, between: (state: DdpgState) => DdpgState = (s) => s) => {
  let state = learner.init(foldIn(root, 0))
  const states = [state]
  const reports = []
  const jobs: (readonly Job[])[] = []
  for (let step = 0; step < count; step++) {
    const key = foldIn(foldIn(root, 1), step)
    const asked = learner.jobs(key, state, values(step))
    const [next, report] = learner.advance(key, state, asked.map(execute), values(step))
    reports.push(report)
    jobs.push(asked)
    state = between(next)
    states.push(state)
  }
  return { states, reports, jobs }
}

describe('phases', () => {
  const { states, reports, jobs } = walk(() => hyper, 10)

  it('collects until there is enough to learn from, then three updates after each rollout', () => {
    expect(jobs.map((asked) => asked.length)).toEqual([2, 2, 0, 0, 0, 2, 0, 0, 0, 2])
    expect(reports.map(({ envSteps }) => envSteps)).toEqual([24, 24, 0, 0, 0, 24, 0, 0, 0, 24])
    expect(reports.map(({ quiet }) => quiet === true)).toEqual([false, false, true, true, false, false, true, true, false, false])
    expect(Object.keys(reports[4].metrics)).toEqual(['policyReturn', 'updates', 'criticLoss', 'actorLoss', 'meanValue'])
    expect(states.map((state) => learner.context(state)?.next)).toEqual(['collect', 'collect', 'update', 'update', 'update', 'collect', 'update', 'update', 'update', 'collect', 'update'])
    expect(states.at(-1)?.replay.length).toBe(96)
  })

  it('continues bit for bit through a checkpoint after every step', () => expect(walk(() => hyper, 10, copy).states.at(-1)).toStrictEqual(states[10]))

  it('explores while it collects, and is judged without', () => {
    const logStd = (asked: readonly Job[]): number => (asked[0].kind === 'rollout' || asked[0].kind === 'episode' ? (asked[0].base.values.at(-1) ?? NaN) : NaN)
    expect(logStd(jobs[5])).toBeCloseTo(Math.log(0.2), 14)
    expect(logStd(learner.probe(root, states[5], hyper, { kind: 'policy', episodes: 1 }))).toBeLessThan(-30)
    expect(learner.policy(states[5]).parameters.values.at(-1)).toBeLessThan(-30)
  })

  it('takes a new deviation with the next rollout, everything else at once', () => {
    const moved = walk((step) => (step < 3 ? hyper : { ...hyper, explorationStd: 0.5, learningRate: 1e-3 }), 6)
    expect(moved.reports.map(({ applied }) => applied.explorationStd)).toEqual([0.2, 0.2, 0.2, 0.2, 0.2, 0.5])
    expect(moved.reports.map(({ applied }) => applied.learningRate)).toEqual([1e-2, 1e-2, 1e-2, 1e-3, 1e-3, 1e-3])
  })
})

it('an update is that of its definition', () => {
  const { states } = walk(() => hyper, 4)
  const [before, after] = [states[3], states[4]]
  const nets = {
    actor: mlp({ sizes: [3, 8, 8, 1], activation: 'relu', outputActivation: 'tanh' }, reference),
    critic: actionCritic({ obsSize: 3, actionSize: 1, hidden: [8, 8], activation: 'relu' }, reference),
  }
  const drawn = drawTransitions(foldIn(foldIn(foldIn(root, 1), 3), 1), before.replay, { obsSize: 3, actionSize: 1 }, 16)
  const targets = ddpgTargets(nets, before.targetActor, before.targetCritic, drawn, 0.99)
  const ofCritic = ddpgCriticLoss(nets, before.critic, drawn, targets)
  const [critic] = adam({ ...adamDefaults, weightDecay: 1e-2 }, reference).update(before.criticOptimiser, ofCritic.gradient, before.critic, 1e-2)
  const ofActor = ddpgActorLoss(nets, before.actor, critic, drawn.obs, 16)
  const [actor] = adam(adamDefaults, reference).update(before.actorOptimiser, ofActor.gradient, before.actor, 1e-2)
  expect(after.critic).toEqual(critic)
  expect(after.actor).toEqual(actor)
  expect(after.targetActor).toEqual(softUpdate(before.targetActor, actor, 0.1))
  expect(after.targetCritic).toEqual(softUpdate(before.targetCritic, critic, 0.1))
  expect(after.gradients[0]).toEqual(Float64Array.of(...ofActor.gradient, ...ofCritic.gradient))
})

it('experiments obey the laws', () => {
  const subject = { experiment: experiment({ learner, scheduler: fixed({ hyper }), budget: { envSteps: null, steps: 22 } }), execute, quietSteps: true }
  expect(experimentFindings(subject as never, copy)).toEqual([])
})

it('learns where to aim', () => {
  const task = taskOf('Aim-v0')
  const aim = ddpg({ ...ddpgDefaults, steps: 16, updates: 16, warmUp: 64, batch: 32, criticHidden: [16, 16], criticDecay: 0, returnWindow: 50 }, taskInfo(task, site.opened(task)), reference)
  const values: DdpgHyper = { ...hyper, learningRate: 3e-3, criticLearningRate: 1e-2, explorationStd: 0.2 }
  const { events } = runToEnd({ experiment: experiment({ learner: aim, scheduler: fixed({ hyper: values }), budget: { envSteps: 2500, steps: null } }), execute } as never, 1)
  const returns = events.flatMap((event) => (event.type === 'step' ? [event.metrics.policyReturn] : [])).filter(Number.isFinite)
  // exploration alone costs (2 · 0.2)² = 0.16; who does not look loses 1/3 more
  expect(returns[0]).toBeLessThan(-0.4)
  expect(returns.at(-1)).toBeGreaterThan(-0.25)
})

it('refuses what it cannot learn from', () => {
  const info = taskInfo(pendulum, site.opened(pendulum))
  if (pendulum.kind !== 'env') throw new RangeError('an environment')
  expect(() => ddpg({ ...small, groups: 3 }, info, reference)).toThrow(/divide/)
  expect(() => ddpg({ ...small, batch: 0 }, info, reference)).toThrow(/batch must be a positive integer/)
  expect(() => ddpg(small, { ...info, task: { ...pendulum, policy: { ...policy, outputActivation: 'linear' } } }, reference)).toThrow(/bounded mean/)
  expect(() => ddpg(small, { ...info, task: { ...pendulum, normaliseObs: true } }, reference)).toThrow(/normaliseObs/)
})
