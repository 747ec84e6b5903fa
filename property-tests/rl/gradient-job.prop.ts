/** Updates whose gradients are jobs: bit for bit the inline ones on exact backends, near them on others, whatever drives the learner. */
import { describe, expect, test } from 'vitest'
import { openGpu } from '../../backends/gpu/index.ts'
import { reference } from '../../backends/reference/index.ts'
import { openSimd } from '../../backends/simd/index.ts'
import { classicEntries } from '../../envs/classic/index.ts'
import { invariant } from '../../src/core/invariant.ts'
import type { GradientJob, GradientOutcome, Outcome, Task } from '../../src/core/job.ts'
import { evaluates } from '../../src/core/job.ts'
import type { PolicyLoss, Trunk } from '../../src/core/policy-loss.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { taskInfo } from '../../src/experiment/task.ts'
import { actorCriticOf } from '../../src/rl/actor-critic-task.ts'
import { gradientJob } from '../../src/rl/gradient-work.ts'
import { experimentLaws } from '../laws/experiment.ts'
import type { Written } from '../outer/learner-runs.ts'
import { runOf, traceOf } from '../outer/learner-runs.ts'
import { taskOf } from './lockstep-subject.ts'

const rollouts = { envs: 2, groups: 2, steps: 16 }
const budget = { envSteps: 100 }
const tune = { learningRate: { low: 1e-4, high: 1e-2, scale: 'log' } }

const runs: readonly (readonly [string, Written])[] = [
  ['PPO', { learner: { kind: 'ppo', ...rollouts, epochs: 2, minibatches: 3 }, outer: { kind: 'fixed' }, budget }],
  ['PPO with a shared trunk', { learner: { kind: 'ppo', ...rollouts, epochs: 1, minibatches: 1, trunk: 'shared' }, outer: { kind: 'fixed' }, budget }],
  ['A2C', { learner: { kind: 'a2c', ...rollouts }, outer: { kind: 'random', tune }, budget }],
  [
    'PPO looked ahead at by BiERL',
    {
      learner: { kind: 'ppo', ...rollouts, epochs: 1, minibatches: 2 },
      outer: { kind: 'bierl-pm', interval: 2, metaPopsize: 2, hidden: 3, readout: 3, history: 2, lookAhead: { kind: 'one-step', repeats: 1, episodes: 1 }, tune },
      budget: { envSteps: 2500 },
    },
  ],
]

const delegated = (written: Written): Written => ({ ...written, learner: { ...written.learner, gradient: { kind: 'job' } } })

describe.each(runs)('%s', (_name, written) => {
  test('has the same record, word for word', async () => {
    const inline = await traceOf(written)
    const jobs = await traceOf(delegated(written))
    expect(jobs.events).toStrictEqual(inline.events)
    expect(inline.events.length).toBeGreaterThan(3)
  })

  test('asks for one gradient per update, beside evaluations', async () => {
    const { experiment, execute } = await runOf(delegated(written))
    let state = experiment.init(rootKey(7))
    const kinds = new Set<string>()
    for (let round = 0; round < 12; round++) {
      const jobs = experiment.jobs(state)
      for (const job of jobs) kinds.add(evaluates(job) ? 'evaluation' : 'gradient')
      const [next] = experiment.absorb(state, jobs.map(execute))
      state = next
    }
    expect(kinds).toEqual(new Set(['evaluation', 'gradient']))
  })
})

const subject = await runOf(delegated(runs[0][1]))
experimentLaws('PPO with gradients as jobs', () => ({ ...subject, quietSteps: true }), (state) => structuredClone(state))

describe('the gradient of a minibatch', async () => {
  const task: Task = taskOf('Pendulum-v1', 'gaussian')
  const simd = await openSimd()
  const siteOn = (backend: typeof reference) => openSite({ envs: classicEntries, problems: [], backend }, [task])
  const site = await siteOn(reference)
  const info = taskInfo(task, site.opened(task))
  const batch = 48
  const entropy = { valueCoef: 0.5, entropyCoef: 0.01, entropyReduction: 'sum' } as const
  const losses: readonly PolicyLoss[] = [
    { kind: 'ppo', settings: { ...entropy, clipEps: 0.2, valueClip: 0.2, normalise: null } },
    { kind: 'a2c', settings: entropy },
  ]
  const jobOf = (loss: PolicyLoss, trunk: Trunk): GradientJob => {
    const draw = (label: number, n: number) => normals(foldIn(rootKey('gradient jobs'), label), n)
    const { net, initial } = actorCriticOf('test', { trunk }, info, reference)
    const parameters = initial(rootKey('start'))
    const obs = draw(1, batch * info.obsSize)
    const actions = draw(2, batch)
    const oldLogProb = new Float64Array(batch)
    net.distribution.logProb(oldLogProb, net.heads(parameters, obs, batch), actions, batch)
    return gradientJob(task, trunk, parameters, {
      obs,
      actions,
      advantages: draw(3, batch),
      returns: draw(4, batch),
      oldLogProb: oldLogProb.map((value, i) => value + 0.1 * draw(5, batch)[i]),
      oldValues: draw(6, batch),
    }, loss)
  }
  const asGradient = (outcome: Outcome): GradientOutcome => {
    invariant(outcome.kind === 'compute' && outcome.work === 'gradient', 'a gradient was asked for')
    return outcome
  }
  const cases = losses.flatMap((loss) => (['separate', 'shared'] as const).map((trunk) => ({ loss, trunk, kind: loss.kind })))

  test.each(cases)('of $kind, $trunk, has the same bits on simd', async ({ loss, trunk }) => {
    const job = jobOf(loss, trunk)
    expect((await siteOn(simd)).execute(job)).toStrictEqual(site.execute(job))
  })

  test.each(['cpu', 'webasm', 'webasm-threads'] as const)('is near the exact one in mode %s, and comes from the device', async (mode) => {
    const backend = await openGpu({ mode })
    const there = await siteOn(backend)
    for (const { loss, trunk } of cases) {
      const job = jobOf(loss, trunk)
      const [near, exact] = [asGradient(await there.executeLater(job)), asGradient(site.execute(job))]
      const size = exact.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      // forward and back through three layers of 32 bits, slopes that divide by small probabilities
      exact.values.forEach((value, i) => expect(Math.abs(near.values[i] - value)).toBeLessThan(1e-4 * size))
      Object.entries(exact.parts).forEach(([name, value]) => expect(Math.abs(near.parts[name] - value)).toBeLessThan(1e-4 * Math.max(1, Math.abs(value))))
    }
    expect(Object.keys(there.launches()).sort()).toEqual(expect.arrayContaining(['affine-tanh', 'product', 'transposed-product']))
    there.close()
    await backend.device?.close()
  })
})
