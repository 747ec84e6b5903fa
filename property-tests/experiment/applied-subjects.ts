/** Learners whose steps can be computed again from the state before them, for the laws of what is applied. */
import { envEntries, wrapperEntries } from '../../envs/index.ts'
import { reference } from '../../backends/reference/index.ts'
import { log } from '../../src/core/dmath.ts'
import type { HyperRecord, TunedDimension } from '../../src/core/hyper.ts'
import type { Job, Outcome, RolloutOutcome, Task } from '../../src/core/job.ts'
import type { Learner } from '../../src/core/learner.ts'
import { foldIn, normals, permutation } from '../../src/core/rng.ts'
import type { EsLearnerState } from '../../src/es/es-learner.ts'
import type { VanillaEsOptions, VanillaEsState } from '../../src/es/vanilla-es.ts'
import { vanillaEs, vanillaEsDefaults } from '../../src/es/vanilla-es.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { taskInfo } from '../../src/experiment/task.ts'
import { actionCritic } from '../../src/nn/action-critic.ts'
import { mlp } from '../../src/nn/mlp.ts'
import { adam, adamDefaults } from '../../src/optim/adam.ts'
import { clipGlobalNorm } from '../../src/optim/clip.ts'
import { kfac } from '../../src/optim/kfac.ts'
import { trustRegionStep } from '../../src/optim/trust-region.ts'
import type { OptimiserState } from '../../src/optim/optimiser.ts'
import { rmsprop, rmspropDefaults } from '../../src/optim/rmsprop.ts'
import { pbt, pbtDefaults } from '../../src/outer/pbt.ts'
import { random } from '../../src/outer/random.ts'
import type { Scheduler } from '../../src/outer/scheduler.ts'
import { actorCriticOf } from '../../src/rl/actor-critic-task.ts'
import { a2cLoss } from '../../src/rl/a2c-loss.ts'
import type { A2cSettings } from '../../src/rl/a2c.ts'
import { a2c, a2cDefaults } from '../../src/rl/a2c.ts'
import type { AcktrOptimiser, AcktrSettings } from '../../src/rl/acktr.ts'
import { acktr, acktrDefaults } from '../../src/rl/acktr.ts'
import { ddpgActorLoss, ddpgCriticLoss, ddpgTargets, softUpdate } from '../../src/rl/ddpg-loss.ts'
import type { DdpgSettings, DdpgState } from '../../src/rl/ddpg-state.ts'
import { ddpgDefaults } from '../../src/rl/ddpg-state.ts'
import { ddpg } from '../../src/rl/ddpg.ts'
import { fisherLayers, fisherSignals } from '../../src/rl/fisher.ts'
import { batchOf, batchSize } from '../../src/rl/held-batch.ts'
import type { Minibatch } from '../../src/rl/minibatch.ts'
import { takeRows } from '../../src/rl/minibatch.ts'
import type { OnPolicySettings, OnPolicyState } from '../../src/rl/on-policy-state.ts'
import { ppoLoss } from '../../src/rl/ppo-loss.ts'
import { policySurrogate } from '../../src/rl/policy-surrogate.ts'
import type { PpoSettings } from '../../src/rl/ppo.ts'
import { ppo, ppoDefaults } from '../../src/rl/ppo.ts'
import { drawTransitions } from '../../src/rl/replay.ts'
import type { TrpoOptimiser, TrpoSettings } from '../../src/rl/trpo.ts'
import { trpo, trpoDefaults } from '../../src/rl/trpo.ts'
import { valueRegression } from '../../src/rl/value-regression.ts'
import { pack, unpack } from '../../src/run/plain-data.ts'
import type { Call, Subject } from '../laws/applied.ts'

const task: Extract<Task, { kind: 'env' }> = {
  kind: 'env',
  env: { id: 'Pendulum-v1', options: {}, wrappers: [{ kind: 'time-limit', steps: 5 }] }, // so that every rollout ends episodes
  policy: { kind: 'gaussian', hidden: [4], activation: 'tanh', outputActivation: 'linear', initialLogStd: 0, init: 'orthogonal', action: 'clip' },
  normaliseObs: true,
  obsScaling: { clip: 10, varianceFloor: 1e-8 },
}
const boundedTask: Task = {
  ...task,
  policy: { ...task.policy, activation: 'relu', outputActivation: 'tanh', init: 'torch', action: 'rescale' },
  normaliseObs: false,
}
const site = await openSite({ envs: envEntries, wrappers: wrapperEntries, problems: [], backend: reference }, [task, boundedTask])
const info = taskInfo(task, site.opened(task))

/** A dimension that is moved. */
export const range = (name: string, low: number, high: number, kind: TunedDimension['kind'] = 'continuous'): TunedDimension => ({ name, low, high, scale: 'linear', kind })

/** Outer levels that move every hyperparameter: all of them before every step, or those of members that take over one another. */
const outers = (dimensions: readonly TunedDimension[], readyEvery: number): Readonly<Record<'random' | 'pbt', () => Scheduler<unknown, unknown, HyperRecord>>> => ({
  random: () => random({ tuning: { dimensions, fixed: {} } }) as Scheduler<unknown, unknown, HyperRecord>,
  pbt: () =>
    pbt({ ...pbtDefaults, members: 4, readyEvery, mutables: dimensions.map((dimension) => ({ kind: 'range', dimension })), fixed: {} }) as Scheduler<
      unknown,
      unknown,
      HyperRecord
    >,
})

const copy = (state: unknown): unknown => {
  const decoded = unpack(pack(state))
  if (decoded._tag === 'Left') throw new Error(decoded.left.expected)
  return decoded.right
}

/** What must be known of a learner's steps. */
export type Parts<S> = Pick<Subject<S>, 'changeable' | 'made' | 'remade' | 'parameters'>

/** A learner with its subjects: what is moved, how many steps, and by which outer level. */
export type Applied = Readonly<{ name: string; subject: (outer: 'random' | 'pbt', bend?: <S>(learner: Learner<S, HyperRecord, unknown>) => Learner<S, HyperRecord, unknown>) => Subject<unknown> }>

/** A learner with everything that its subjects need. `execute` answers its jobs. */
export const applied = <S, H extends HyperRecord, C>(
  name: string,
  learner: Learner<S, H, C>,
  parts: Parts<S>,
  dimensions: readonly TunedDimension[],
  sizes: Readonly<{ steps: number; readyEvery: number }>,
  execute: (job: Job) => Outcome = (job) => site.execute(job),
): Applied => ({
  name,
  subject: (outer, bend = (whole) => whole) => {
    const plain = learner as unknown as Learner<S, HyperRecord, unknown>
    const subject: Subject<S> = {
      learner: bend(plain),
      scheduler: outers(dimensions, sizes.readyEvery)[outer],
      execute,
      steps: sizes.steps,
      copy,
      ...parts,
    }
    return subject as unknown as Subject<unknown>
  },
})

type On<U> = OnPolicyState<U>

/** What a step of an on-policy learner makes: value targets and advantages from a rollout, parameters from an update. */
const onPolicyParts = <U>(
  { net }: ReturnType<typeof actorCriticOf>,
  settings: OnPolicySettings & Readonly<{ advantageScaling?: PpoSettings['advantageScaling'] }>,
  update: (call: Call<On<U>>, minibatch: Minibatch, values: HyperRecord) => Float64Array,
  minibatches: (values: HyperRecord, epoch: number) => number = (values) => values.minibatches ?? 1,
): Parts<On<U>> => ({
  parameters: ({ parameters }) => parameters,
  changeable: ({ batch, cursor }) => (batch === null || cursor === null ? ['step', 'rollout'] : cursor.minibatch === 0 ? ['step', 'epoch'] : ['step']),
  made: ({ before, after }) => (before.batch === null && after.batch !== null ? Float64Array.of(...after.batch.advantages, ...after.batch.returns) : after.parameters),
  remade: (call, values) => {
    const { batch, cursor, parameters } = call.before
    if (batch === null || cursor === null) {
      const rollouts = call.outcomes.filter((outcome): outcome is RolloutOutcome => outcome.kind === 'rollout')
      const { gamma, gaeLambda } = values
      const { timeLimits, advantageScaling = null } = settings
      const { advantages, returns } = batchOf(net, parameters, rollouts, { gamma, gaeLambda }, { timeLimits, advantageScaling })
      return Float64Array.of(...advantages, ...returns)
    }
    const size = batchSize(batch)
    const count = Math.min(minibatches(values, cursor.epoch), size)
    const order = cursor.minibatch === 0 && count > 1 ? permutation(foldIn(call.key, 1), size) : cursor.minibatch === 0 ? null : cursor.order
    const rows = Math.floor(size / count)
    return update(call, order === null ? batch : takeRows(batch, order.subarray(cursor.minibatch * rows, (cursor.minibatch + 1) * rows)), values)
  },
})

const rollouts = { envs: 2, groups: 2, steps: 8, returnWindow: 3 }
const ppoSettings: PpoSettings = { ...ppoDefaults, ...rollouts, epochs: 2 }
const a2cSettings: A2cSettings = { ...a2cDefaults, ...rollouts }
const acktrSettings: AcktrSettings = { ...acktrDefaults, ...rollouts }
const common = [range('gamma', 0.9, 1), range('gaeLambda', 0.8, 1), range('entropyCoef', 0, 0.1), range('valueCoef', 0.1, 1)]

const onPpo = (): Applied => {
  const whole = actorCriticOf('ppo', ppoSettings, info, reference)
  const { valueClip, entropyReduction, maxGradNorm, adamEpsilon } = ppoSettings
  const parts = onPolicyParts<OptimiserState>(whole, ppoSettings, ({ before }, minibatch, { clipEps, valueCoef, entropyCoef, learningRate }) => {
    const gradient = new Float64Array(before.parameters.length)
    ppoLoss(whole.net)(gradient, before.parameters, minibatch, { clipEps, valueClip, valueCoef, entropyCoef, entropyReduction, normalise: null })
    return adam({ ...adamDefaults, epsilon: adamEpsilon }, reference).update(before.optimiser, clipGlobalNorm(gradient, maxGradNorm).clipped, before.parameters, learningRate)[0]
  })
  const dimensions = [...common, range('learningRate', 1e-3, 5e-2), range('clipEps', 0.02, 0.3), range('minibatches', 1, 4, 'integer')]
  return applied('PPO', ppo(ppoSettings, info, reference), parts, dimensions, { steps: 70, readyEvery: 32 })
}

const onA2c = (): Applied => {
  const whole = actorCriticOf('a2c', a2cSettings, info, reference)
  const { entropyReduction, maxGradNorm, rmspropDecay, rmspropEpsilon } = a2cSettings
  const parts = onPolicyParts<OptimiserState>(whole, a2cSettings, ({ before }, minibatch, { valueCoef, entropyCoef, learningRate }) => {
    const gradient = new Float64Array(before.parameters.length)
    a2cLoss(whole.net)(gradient, before.parameters, minibatch, { valueCoef, entropyCoef, entropyReduction })
    const optimiser = rmsprop({ ...rmspropDefaults, decay: rmspropDecay, epsilon: rmspropEpsilon }, reference)
    return optimiser.update(before.optimiser, clipGlobalNorm(gradient, maxGradNorm).clipped, before.parameters, learningRate)[0]
  })
  return applied('A2C', a2c(a2cSettings, info, reference), parts, [...common, range('learningRate', 1e-4, 1e-2)], { steps: 24, readyEvery: 48 })
}

const onAcktr = (): Applied => {
  const whole = actorCriticOf('acktr', acktrSettings, info, reference)
  const { entropyReduction, bias, inverse, damping, momentum, weightDecay, statDecay } = acktrSettings
  const natural = kfac({ layers: fisherLayers(whole.net), bias, inverse }, reference)
  const parts = onPolicyParts<AcktrOptimiser>(whole, acktrSettings, ({ key, before }, minibatch, { valueCoef, entropyCoef, learningRate, klClip, maxNu }) => {
    const { parameters, optimiser } = before
    const gradient = new Float64Array(parameters.length)
    a2cLoss(whole.net)(gradient, parameters, minibatch, { valueCoef, entropyCoef, entropyReduction })
    const noise = normals(foldIn(foldIn(key, 2), 0), minibatch.advantages.length)
    const seen = natural.observe(optimiser.kfac, fisherSignals(whole.net, parameters, minibatch.obs, minibatch.actions, noise), statDecay)
    const ready = optimiser.updates % acktrSettings.inverseEvery === 0 ? natural.renew(seen, damping) : seen
    return natural.step(ready, gradient, parameters, { learningRate, trustRate: learningRate, damping, klClip, maxNu, momentum, weightDecay }).parameters
  })
  const dimensions = [...common, range('learningRate', 0.05, 0.5), range('klClip', 1e-4, 1e-1), range('maxNu', 0.01, 0.5)]
  return applied('ACKTR', acktr(acktrSettings, info, reference), parts, dimensions, { steps: 24, readyEvery: 48 })
}

const trpoSettings: TrpoSettings = { ...trpoDefaults, ...rollouts, valueEpochs: 2, valueBatch: 8 }

/** The policy's step in the first pass, the critic's after it. */
const onTrpo = (): Applied => {
  const whole = actorCriticOf('trpo', trpoSettings, info, reference)
  const { networks, distribution, policySize } = whole.net
  const { klSlack, cgIterations: iterations, cgTolerance: tolerance, backtracks, backtrackFactor } = trpoSettings
  const parts = onPolicyParts<TrpoOptimiser>(
    whole,
    trpoSettings,
    ({ before: { parameters, cursor, optimiser } }, minibatch, { maxKl, damping, learningRate }) => {
      const [front, back] = [parameters.slice(0, policySize), parameters.slice(policySize)]
      if (cursor?.epoch === 0) {
        const seen = policySurrogate({ network: networks.policy, distribution }, reference)(front, minibatch)
        const bounds = { maxKl, klLimit: klSlack * maxKl, damping, iterations, tolerance, backtracks, backtrackFactor }
        return Float64Array.of(...trustRegionStep(front, seen, bounds).parameters, ...back)
      }
      const { gradient } = valueRegression(whole.net, reference)(parameters, minibatch)
      return Float64Array.of(...front, ...adam(adamDefaults, reference).update(optimiser.critic, gradient, back, learningRate)[0])
    },
    (_, epoch) => (epoch === 0 ? 1 : 2),
  )
  const dimensions = [range('gamma', 0.9, 1), range('gaeLambda', 0.8, 1), range('learningRate', 1e-3, 5e-2), range('maxKl', 1e-3, 0.1), range('damping', 0.01, 1)]
  return applied('TRPO', trpo(trpoSettings, info, reference), parts, dimensions, { steps: 60, readyEvery: 32 })
}

const esOptions: VanillaEsOptions = { ...vanillaEsDefaults, popsize: 4, sampler: { kind: 'independent' }, shaping: { kind: 'raw' } }

/** sigma by the jobs that were asked for; the mean by Eq. 3 as written, in units of 2⁻³⁰ of its size, beneath which orders of sums differ. */
const esParts: Parts<EsLearnerState<VanillaEsState>> = {
  parameters: ({ strategy }) => strategy.mean.values,
  changeable: () => ['step', 'epoch', 'rollout'],
  made: ({ after, jobs }) => [...jobs.flatMap((job) => (job.kind === 'episode' && job.noise !== null ? [job.noise.scale] : [])), ...rounded(after.strategy.mean.values)],
  remade: ({ before, jobs, outcomes }, { sigma, learningRate }) => {
    const theta = before.strategy.mean.values.slice()
    const scales = jobs.flatMap((job, i) => {
      if (job.kind !== 'episode' || job.noise === null) return []
      const factor = (learningRate / (esOptions.popsize * sigma)) * outcomes[i].fitness
      normals(job.noise.key, theta.length).forEach((epsilon, k) => (theta[k] += factor * epsilon))
      return [sigma]
    })
    return [...scales, ...rounded(theta)]
  },
}

const rounded = (values: Float64Array): readonly number[] => {
  const size = 2 ** -30 * values.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
  return [...values].map((value) => Math.round(value / size))
}

const onVanillaEs = (): Applied =>
  applied('vanilla ES', vanillaEs(esOptions, info, reference), esParts, [range('sigma', 0.02, 0.2), range('learningRate', 1e-5, 1e-3)], { steps: 12, readyEvery: 50 })

const ddpgSettings: DdpgSettings = { ...ddpgDefaults, ...rollouts, updates: 3, batch: 4, capacity: 40, warmUp: 10, criticHidden: [4] }

/** The deviation by the rollouts that were asked for; actor, critic and their slow copies by Algorithm 1. */
const onDdpg = (): Applied => {
  const nets = {
    actor: mlp({ sizes: [3, 4, 1], activation: 'relu', outputActivation: 'tanh' }, reference),
    critic: actionCritic({ obsSize: 3, actionSize: 1, hidden: [4], activation: 'relu' }, reference),
  }
  const parts: Parts<DdpgState> = {
    parameters: ({ actor, critic }) => Float64Array.of(...actor, ...critic),
    changeable: ({ remaining }) => (remaining === 0 ? ['step', 'rollout'] : remaining === ddpgSettings.updates ? ['step', 'epoch'] : ['step']),
    made: ({ before, after, jobs }) =>
      before.remaining === 0
        ? jobs.map((job) => (job.kind === 'rollout' ? (job.base.values.at(-1) ?? Number.NaN) : Number.NaN))
        : [...after.actor, ...after.critic, ...after.targetActor, ...after.targetCritic],
    remade: ({ key, before, jobs }, { learningRate, criticLearningRate, gamma, tau, explorationStd }) => {
      if (before.remaining === 0) return jobs.map(() => log(explorationStd))
      const drawn = drawTransitions(foldIn(key, 1), before.replay, { obsSize: 3, actionSize: 1 }, ddpgSettings.batch)
      const targets = ddpgTargets(nets, before.targetActor, before.targetCritic, drawn, gamma)
      const decayed = adam({ ...adamDefaults, weightDecay: ddpgSettings.criticDecay }, reference)
      const [critic] = decayed.update(before.criticOptimiser, ddpgCriticLoss(nets, before.critic, drawn, targets).gradient, before.critic, criticLearningRate)
      const [actor] = adam(adamDefaults, reference).update(
        before.actorOptimiser,
        ddpgActorLoss(nets, before.actor, critic, drawn.obs, ddpgSettings.batch).gradient,
        before.actor,
        learningRate,
      )
      return [...actor, ...critic, ...softUpdate(before.targetActor, actor, tau), ...softUpdate(before.targetCritic, critic, tau)]
    },
  }
  const dimensions = [range('learningRate', 1e-4, 1e-2), range('criticLearningRate', 1e-4, 1e-2), range('gamma', 0.9, 1), range('tau', 0.01, 0.5), range('explorationStd', 0.05, 0.5)]
  const learner = ddpg(ddpgSettings, taskInfo(boundedTask, site.opened(boundedTask)), reference)
  return applied('DDPG', learner, parts, dimensions, { steps: 40, readyEvery: 32 })
}

/** Every learner that learns on one task. */
export const appliedLearners: readonly Applied[] = [onVanillaEs(), onA2c(), onPpo(), onAcktr(), onTrpo(), onDdpg()]
