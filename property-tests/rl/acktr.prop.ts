/** ACKTR: one update put together by hand, the trust region, and the laws of experiments. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { classicEntries } from '../../envs/classic/index.ts'
import type { Task } from '../../src/core/job.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import { experiment } from '../../src/experiment/compose.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { taskInfo } from '../../src/experiment/task.ts'
import { kfac } from '../../src/optim/kfac.ts'
import { fixed } from '../../src/outer/fixed.ts'
import { a2cLoss } from '../../src/rl/a2c-loss.ts'
import type { AcktrHyper, AcktrSettings } from '../../src/rl/acktr.ts'
import { acktr, acktrDefaults, acktrHyperDefaults } from '../../src/rl/acktr.ts'
import { actorCriticOf } from '../../src/rl/actor-critic-task.ts'
import { fisherLayers, fisherSignals } from '../../src/rl/fisher.ts'
import { pack, unpack } from '../../src/run/plain-data.ts'
import { agreesWithDifferences } from '../laws/central-differences.ts'
import { experimentFindings } from '../laws/experiment.ts'

const policy = { kind: 'gaussian', hidden: [8], activation: 'tanh', outputActivation: 'linear', initialLogStd: 0, init: 'orthogonal', action: 'raw' } as const
const pendulum: Task = { kind: 'env', env: { id: 'Pendulum-v1', options: {} }, policy, normaliseObs: true, obsScaling: { clip: 10, varianceFloor: 1e-8 } }
const site = await openSite({ envs: classicEntries, problems: [], backend: reference }, [pendulum])
const info = taskInfo(pendulum, site.opened(pendulum))
const settings: AcktrSettings = { ...acktrDefaults, envs: 4, steps: 16, inverseEvery: 2 }
const learner = acktr(settings, info, reference)
const root = rootKey('acktr')

const copy = <S>(state: S): S => {
  const decoded = unpack(pack(state))
  if (isLeft(decoded)) throw new Error(decoded.left.expected)
  return decoded.right as S
}

/** States after `count` steps of `walker` under `hyper`. */
const walk = (hyper: AcktrHyper, count: number, walker = learner) => {
  const states = [walker.init(foldIn(root, 0))]
  const reports = []
  for (let step = 0; step < count; step++) {
    const key = foldIn(foldIn(root, 1), step)
    const state = states[step]
    const [next, report] = walker.advance(key, state, walker.jobs(key, state, hyper).map((job) => site.execute(job)), hyper)
    states.push(next)
    reports.push(report)
  }
  return { states, reports }
}

describe('an update of ACKTR', () => {
  it('equals loss, Fisher factors and natural step put together by hand, with the values in force', () => {
    const hyper = { ...acktrHyperDefaults, learningRate: 0.125, klClip: 2e-3 }
    const { states } = walk(hyper, 4)
    const [before, after] = [states[3], states[4]] // the second update: factors are averaged, the basis is the first one's
    const { batch } = before
    if (batch === null) throw new RangeError('a batch is held before an update')
    const { net } = actorCriticOf('acktr', settings, info, reference)
    const gradient = new Float64Array(net.size)
    a2cLoss(net)(gradient, before.parameters, batch, { valueCoef: 0.5, entropyCoef: 0.01, entropyReduction: 'sum' })
    const natural = kfac({ layers: fisherLayers(net), bias: 'joint', inverse: 'exact' }, reference)
    const noise = normals(foldIn(foldIn(foldIn(foldIn(root, 1), 3), 2), 0), 64)
    const seen = natural.observe(before.optimiser.kfac, fisherSignals(net, before.parameters, batch.obs, batch.actions, noise), 0.99)
    const step = natural.step(seen, gradient, before.parameters, {
      learningRate: 0.125, trustRate: 0.125, damping: 1e-2, klClip: 2e-3, maxNu: 1, momentum: 0.9, weightDecay: 0,
    })
    expect(after.parameters).toEqual(step.parameters)
    expect(after.gradients[0]).toEqual(gradient)
    expect(after.optimiser.updates).toBe(2)
  })

  it('shows the gradient of the Fisher samples where that is asked for, and moves all the same', () => {
    const showing = acktr({ ...settings, statEvery: 2, shownGradient: 'fisher' }, info, reference)
    const plain = acktr({ ...settings, statEvery: 2 }, info, reference)
    const { states } = walk(acktrHyperDefaults, 4, showing)
    const own = walk(acktrHyperDefaults, 4, plain).states
    expect(states[4].parameters).toEqual(own[4].parameters)
    expect(states[4].gradients[0]).toEqual(own[4].gradients[0]) // the second update draws no samples
    // minus the mean log likelihood of policy and value target, by central differences
    const [before, after] = [states[1], states[2]]
    const { batch } = before
    if (batch === null) throw new RangeError('a batch is held before an update')
    const { net } = actorCriticOf('acktr', settings, info, reference)
    const noise = normals(foldIn(foldIn(foldIn(foldIn(root, 1), 1), 2), 0), 64)
    const targets = net.values(before.parameters, batch.obs, 64).map((value, i) => value + noise[i])
    const loss = (parameters: Float64Array): number => {
      const logProb = new Float64Array(64)
      net.distribution.logProb(logProb, net.heads(parameters, batch.obs, 64), batch.actions, 64)
      const values = net.values(parameters, batch.obs, 64)
      return -logProb.reduce((sum, value, i) => sum + value - 0.5 * (targets[i] - values[i]) * (targets[i] - values[i]), 0) / 64
    }
    agreesWithDifferences('minus the mean log likelihood', loss, before.parameters, after.gradients[0])
  })

  it('moves less where the trust region is smaller, in proportion to its root where it binds', () => {
    const moved = (klClip: number): number => {
      const { states, reports } = walk({ ...acktrHyperDefaults, klClip }, 2)
      expect(reports[1].metrics.nu).toBeLessThan(1)
      return Math.sqrt(states[2].parameters.reduce((sum, value, i) => sum + (value - states[1].parameters[i]) ** 2, 0))
    }
    expect(moved(1e-6) / moved(4e-6)).toBeCloseTo(0.5, 9) // one division and one root
  })
})

describe('experiments with ACKTR', () => {
  it('obey the laws, resumed with factors, bases and momentum', () => {
    const subject = {
      experiment: experiment({ learner, scheduler: fixed({ hyper: acktrHyperDefaults }), budget: { envSteps: null, steps: 9 } }),
      execute: site.execute,
    }
    expect(experimentFindings(subject as never, copy)).toEqual([])
  })

  it('refuse settings out of range', () => {
    expect(() => acktr({ ...settings, damping: 0 }, info, reference)).toThrow(/damping must be positive/)
    expect(() => acktr({ ...settings, inverseEvery: 0.5 }, info, reference)).toThrow(/inverseEvery must be a positive integer/)
  })
})
