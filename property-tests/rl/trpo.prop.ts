/** TRPO: its phases, one policy step and one critic step put together by hand, what never moves, and the laws of experiments. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { openSimd } from '../../backends/simd/index.ts'
import { classicEntries } from '../../envs/classic/index.ts'
import type { Task } from '../../src/core/job.ts'
import { foldIn, permutation, rootKey } from '../../src/core/rng.ts'
import { experiment } from '../../src/experiment/compose.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { taskInfo } from '../../src/experiment/task.ts'
import { adam, adamDefaults } from '../../src/optim/adam.ts'
import { trustRegionStep } from '../../src/optim/trust-region.ts'
import { fixed } from '../../src/outer/fixed.ts'
import { actorCriticOf } from '../../src/rl/actor-critic-task.ts'
import type { Batch } from '../../src/rl/held-batch.ts'
import { takeRows } from '../../src/rl/minibatch.ts'
import type { OnPolicyState } from '../../src/rl/on-policy-state.ts'
import { policySurrogate } from '../../src/rl/policy-surrogate.ts'
import type { TrpoHyper, TrpoOptimiser, TrpoSettings } from '../../src/rl/trpo.ts'
import { trpo, trpoDefaults, trpoHyperDefaults } from '../../src/rl/trpo.ts'
import { valueRegression } from '../../src/rl/value-regression.ts'
import { pack, unpack } from '../../src/run/plain-data.ts'
import { experimentFindings, runToEnd } from '../laws/experiment.ts'

type State = OnPolicyState<TrpoOptimiser>

const policy = { kind: 'gaussian', hidden: [8], activation: 'tanh', outputActivation: 'linear', initialLogStd: 0, init: 'orthogonal', action: 'raw' } as const
const obsScaling = { clip: 10, varianceFloor: 1e-8 }
const pendulum: Task = { kind: 'env', env: { id: 'Pendulum-v1', options: {} }, policy, normaliseObs: true, obsScaling }
const cartPole: Task = { kind: 'env', env: { id: 'CartPole-v1', options: {} }, policy: { ...policy, kind: 'categorical', hidden: [16] }, normaliseObs: true, obsScaling }
const site = await openSite({ envs: classicEntries, problems: [], backend: reference }, [pendulum, cartPole])
const simd = await openSimd({ always: true })
const infoOf = (task: Task) => taskInfo(task, site.opened(task))
const root = rootKey('trpo')
const settings: TrpoSettings = { ...trpoDefaults, envs: 2, steps: 40, valueEpochs: 2, valueBatch: 20 } // 1 + 2 · 4 updates
const variants = [pendulum, cartPole].flatMap((task) =>
  (['separate', 'shared'] as const).map((trunk) => ({ name: `${task.kind === 'env' ? task.env.id : ''}, ${trunk} trunk`, task, settings: { ...settings, trunk } })),
)

const copy = <S>(state: S): S => {
  const decoded = unpack(pack(state))
  if (isLeft(decoded)) throw new Error(decoded.left.expected)
  return decoded.right as S
}

/** States and reports of `count` steps under `hyper`. */
const walk = (learner: ReturnType<typeof trpo>, hyper: TrpoHyper, count: number) => {
  const states: State[] = [learner.init(foldIn(root, 0))]
  const reports = []
  for (let step = 0; step < count; step++) {
    const key = foldIn(foldIn(root, 1), step)
    const [next, report] = learner.advance(key, states[step], learner.jobs(key, states[step], hyper).map((job) => site.execute(job)), hyper)
    states.push(next)
    reports.push(report)
  }
  return { states, reports }
}
const held = ({ batch }: State): Batch => {
  if (batch === null) throw new RangeError('a batch is held before an update')
  return batch
}

describe.each(variants)('$name', ({ task, settings: own }) => {
  const learner = trpo(own, infoOf(task), reference)
  const { states, reports } = walk(learner, trpoHyperDefaults, 22)
  const { net } = actorCriticOf('trpo', own, infoOf(task), reference)
  const { policySize } = net
  const surrogateAt = policySurrogate({ network: net.networks.policy, distribution: net.distribution }, reference)

  it('collects, moves the policy once, then the critic alone, and tells all of it with the last update', () => {
    const moved = (from: number, to: number) =>
      states.slice(1).map((state, i) => state.parameters.subarray(from, to).some((value, p) => value !== states[i].parameters[from + p]))
    const phase = (collect: boolean, policyStep: boolean, critic: boolean) => [collect, policyStep, ...new Array<boolean>(8).fill(critic)]
    expect(moved(0, policySize)).toEqual([...phase(false, true, false), ...phase(false, true, false), false, true])
    expect(moved(policySize, net.size)).toEqual([...phase(false, false, true), ...phase(false, false, true), false, false])
    const quiet = [false, ...new Array<boolean>(8).fill(true), false] // of the updates the last one alone has a line
    expect(reports.map((report) => report.quiet === true)).toEqual([...quiet, ...quiet, false, true])
    expect(Object.keys(reports[9].metrics)).toEqual([
      'policyReturn', 'updates', 'gain', 'kl', 'backtracks', 'rejections', 'cgResidual', 'entropy', 'gradientNorm', 'valueLoss',
    ])
    expect(learner.context(states[2])).toMatchObject({ phaseLength: 9, phaseUpdates: 1, next: 'update' })
  })

  it('takes the step of the trust region, within its bound and with a gain, and shows minus the gradient of the surrogate', () => {
    const [before, after] = [states[1], states[2]]
    const front = before.parameters.slice(0, policySize)
    const seen = surrogateAt(front, held(before))
    const step = trustRegionStep(front, seen, { maxKl: 0.01, klLimit: 0.01, damping: 0.1, iterations: 10, tolerance: 1e-5, backtracks: 10, backtrackFactor: 0.8 })
    expect(step.accepted).toBe(true)
    expect(after.parameters).toEqual(Float64Array.of(...step.parameters, ...before.parameters.subarray(policySize)))
    expect(after.gradients[0]).toEqual(Float64Array.of(...seen.gradient.map((slope) => -slope), ...new Float64Array(net.size - policySize)))
    const { kl } = seen.judge(after.parameters.slice(0, policySize))
    expect(kl).toBeLessThanOrEqual(0.01)
    expect(reports[9].metrics).toMatchObject({ gain: step.gain, kl, backtracks: step.backtracks, rejections: 0 })
    expect(reports[9].metrics.gain).toBeGreaterThan(0)
  })

  it('lets the critic regress on minibatches by Adam; the value loss that is told is the mean over its steps', () => {
    const regression = valueRegression(net, reference)
    const losses = Array.from({ length: 8 }, (_, i) => {
      const [before, after] = [states[2 + i], states[3 + i]]
      const opening = 4 * Math.floor(i / 4) // the update that opened the epoch drew its order
      const order = permutation(foldIn(foldIn(foldIn(root, 1), 2 + opening), 1), 80)
      const { loss, gradient } = regression(before.parameters, takeRows(held(before), order.subarray((i % 4) * 20, (i % 4 + 1) * 20)))
      const [back, critic] = adam(adamDefaults, reference).update(before.optimiser.critic, gradient, before.parameters.slice(policySize), 1e-3)
      expect(after.parameters).toEqual(Float64Array.of(...before.parameters.subarray(0, policySize), ...back))
      expect(after.optimiser).toEqual({ critic, rejections: 0 })
      expect(after.gradients[0]).toEqual(Float64Array.of(...new Float64Array(policySize), ...gradient))
      return loss
    })
    expect(reports[9].metrics.valueLoss).toBe(losses.reduce((sum, loss) => sum + loss, 0) / 8)
  })

  it('has the same bits on the other exact backend, and continues bit for bit through a checkpoint', () => {
    expect(walk(trpo(own, infoOf(task), simd), trpoHyperDefaults, 22).states[22]).toStrictEqual(states[22])
    const trained = experiment({ learner, scheduler: fixed({ hyper: trpoHyperDefaults }), budget: { envSteps: null, steps: 21 } })
    expect(experimentFindings({ experiment: trained, execute: site.execute, quietSteps: true } as never, copy)).toEqual([])
  })
})

describe('the bound on KL', () => {
  it('is kept at every δ that an outer level may choose, unless nothing is accepted', () => {
    for (const maxKl of [1e-6, 1e-3, 0.1, 1]) {
      const { reports } = walk(trpo(settings, infoOf(cartPole), reference), { ...trpoHyperDefaults, maxKl }, 40)
      const phases = reports.flatMap(({ metrics }) => ('kl' in metrics ? [metrics] : []))
      expect(phases).toHaveLength(4)
      phases.forEach(({ kl, gain, backtracks }) => {
        expect(kl).toBeLessThanOrEqual(maxKl)
        expect(kl > 0 && gain > 0).toBe(backtracks < 10)
      })
    }
  })

  it('leaves the policy bit for bit where no candidate is within it, and counts this', () => {
    const stubborn = trpo({ ...settings, klSlack: 1e-9, backtracks: 3 }, infoOf(pendulum), reference)
    const { states, reports } = walk(stubborn, trpoHyperDefaults, 20)
    const { policySize } = actorCriticOf('trpo', settings, infoOf(pendulum), reference).net
    states.forEach(({ parameters }) => expect(parameters.subarray(0, policySize)).toEqual(states[0].parameters.subarray(0, policySize)))
    expect(states[20].parameters).not.toEqual(states[0].parameters) // the critic learns all the same
    expect(reports[9].metrics).toMatchObject({ gain: 0, kl: 0, backtracks: 3, rejections: 1 })
    expect(reports[19].metrics).toMatchObject({ gain: 0, kl: 0, backtracks: 3, rejections: 2 })
  })

  it('holds a step that does not see the unit of rewards', () => {
    const free = { ...settings, rewardScaling: null, advantageScaling: null }
    const learner = trpo(free, infoOf(pendulum), reference)
    const [, before] = walk(learner, trpoHyperDefaults, 1).states
    const batch = held(before)
    const stepped = (scale: number): Float64Array => {
      const scaled = { ...batch, advantages: batch.advantages.map((value) => scale * value) }
      return learner.advance(foldIn(root, 2), { ...before, batch: scaled }, [], trpoHyperDefaults)[0].parameters
    }
    const plain = stepped(1)
    expect(stepped(2 ** 20)).toEqual(plain)
    stepped(0.001).forEach((value, i) => expect(Math.abs(value - plain[i])).toBeLessThan(1e-9)) // other roundings, through ten iterations
  })
})

describe('learning', () => {
  it('TRPO balances the pole for more than 150 steps after 15,000', () => {
    const learner = trpo({ ...trpoDefaults, envs: 4, steps: 128 }, infoOf(cartPole), reference)
    const trained = experiment({ learner, scheduler: fixed({ hyper: trpoHyperDefaults }), budget: { envSteps: 15_000, steps: null } })
    const steps = runToEnd({ experiment: trained as never, execute: site.execute }, 3).events.filter((event) => event.type === 'step')
    expect(steps.at(-1)?.metrics.policyReturn).toBeGreaterThan(150)
  })

  it('refuses settings out of range', () => {
    const build = (wrong: Partial<TrpoSettings>) => () => trpo({ ...settings, ...wrong }, infoOf(pendulum), reference)
    expect(build({ cgIterations: 0 })).toThrow(/cgIterations must be a positive integer/)
    expect(build({ valueBatch: 0.5 })).toThrow(/valueBatch must be a positive integer/)
    expect(build({ klSlack: 0 })).toThrow(/klSlack must be positive/)
    expect(build({ cgTolerance: 1 })).toThrow(/cgTolerance must lie in/)
    expect(build({ backtrackFactor: 1 })).toThrow(/backtrackFactor must lie in/)
  })
})
