/**
 * A learner that collects rollouts with its policy and learns from each of them by gradient steps, then throws it away.
 *
 * Its finest steps are of two kinds. A step that *collects* asks for rollout jobs, values them and forms advantages; nothing is
 * learnt. Each step that *updates* takes one minibatch and makes one step of the rule, without any job but for its gradient. So an outer level is
 * asked before every such step, with the rollout at hand. A new value of gamma or lambda counts from the next rollout, one of the number
 * of minibatches from the next epoch, everything else at once; `applied` are always the values in force.
 *
 * Subkeys of a step's key: `foldIn(key, 0)` is the root of the rollouts' keys (group g folds in g), `foldIn(key, 1)` shuffles an epoch,
 * `foldIn(key, 2)` is the update's own. N environments may be split into groups, one job each: more workers, and statistics of
 * observations that see the other groups only from the next rollout on.
 *
 * Metrics of a collecting step: `policyReturn` (mean of the last `returnWindow` episode returns, NaN before any), `rolloutReturn`,
 * `rewardSum`, `valueTarget`, `explainedVariance`; of the last update on a rollout: `policyReturn`, `updates`, then means over the updates that
 * tell each number.
 *
 * *Source:* Mnih et al. 2016, arXiv 1602.01783; Schulman et al. 2017, arXiv 1707.06347, Algorithm 1; the order of phases is that of Le et
 * al. 2021, EPGT, arXiv 2112.01853, Algorithm 1.
 * *Deviations:* 1. collecting is a step of its own, so that an outer level sees the batch before it chooses.
 */
import { parcel } from '../core/digest.ts'
import type { HyperRecord, HyperSpace } from '../core/hyper.ts'
import { invariant } from '../core/invariant.ts'
import type { Job, ObsScaling, Outcome, Parcel, PolicySpec } from '../core/job.ts'
import type { Key } from '../core/key.ts'
import type { Learner, Metrics, StepReport } from '../core/learner.ts'
import { emptyMoments } from '../core/moments.ts'
import { foldIn, permutation } from '../core/rng.ts'
import { mean } from '../core/stats.ts'
import type { TaskInfo } from '../core/task.ts'
import { fitnessJob } from '../core/task.ts'
import type { ActorCritic } from '../nn/actor-critic.ts'
import type { Cursor } from './batch-cursor.ts'
import { addMetrics, emptySums, meansOf, minibatchAt } from './batch-cursor.ts'
import { batchJudge } from './batch-judge.ts'
import type { HeldBatch, PolicyGradientContext } from './context.ts'
import type { Batch } from './held-batch.ts'
import { batchOf, batchSize } from './held-batch.ts'
import { changeableAt, forced } from './in-force.ts'
import type { OnPolicySettings, OnPolicyState } from './on-policy-state.ts'
import { explainedVariance, rolloutsIn, summaryOf, total } from './rollout-summary.ts'
import { emptySlots, withRollouts } from './rollout.ts'
import type { Delegation, ReturnHyper, Update, UpdateRule } from './update-rule.ts'

/**
 * What an on-policy learner is made of: a rule, a network, where to start, and the task. Where updates are `delegated`, each of them asks for
 * its gradient as a job; the results are the same on every exact backend.
 */
export type OnPolicyParts<H extends HyperRecord, U> = Readonly<{
  rule: UpdateRule<H & ReturnHyper, U>
  net: ActorCritic
  initial(key: Key): Float64Array
  task: TaskInfo
  delegated?: Delegation<H & ReturnHyper, U> | null
}>

const checkCount = (name: string, value: number): void => {
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a positive integer, received ${value}`)
}

/** The learner of `parts`. Throws a `RangeError` for settings out of range or a task that is no environment. */
export const onPolicy = <H extends HyperRecord, U>(
  { rule, net, initial, task: info, delegated = null }: OnPolicyParts<H, U>,
  settings: OnPolicySettings,
): Learner<OnPolicyState<U>, H & ReturnHyper, PolicyGradientContext> => {
  type State = OnPolicyState<U>
  type Values = H & ReturnHyper
  const { task } = info
  if (task.kind !== 'env') throw new RangeError(`${rule.name} learns from steps of an environment, and task '${task.problem.id}' is an analytic problem`)
  const { envs, groups, steps, timeLimits, rewardScaling, gradientHistory, returnWindow } = settings
  Object.entries({ envs, groups, steps, returnWindow }).forEach(([name, value]) => checkCount(name, value))
  if (envs % groups !== 0) throw new RangeError(`groups must divide the ${envs} environments evenly, received ${groups}`)
  const space: HyperSpace<Values> = rule.space
  const policySpec: PolicySpec = task.policy
  const scaling: ObsScaling = task.obsScaling
  const { obsSize } = info
  const phaseLengthOf = (hyper: Values): number =>
    Array.from({ length: rule.epochs(hyper) }, (_, epoch) => rule.minibatches(hyper, epoch)).reduce((sum, count) => sum + count, 0)
  const frontOf = (parameters: Float64Array): Parcel => parcel(parameters.slice(0, net.policySize))

  const jobs = (key: Key, state: State, hyper: Values): readonly Job[] => {
    if (state.batch !== null && state.cursor !== null) {
      if (delegated === null) return []
      const [cursor, inForce] = opened(key, state, state.cursor, hyper)
      return [delegated.job(state.parameters, minibatchAt(state.batch, cursor), inForce as Values)]
    }
    const keyRollouts = foldIn(key, 0)
    return state.groups.map((slots, g) => ({
      kind: 'rollout',
      env: task.env,
      policy: policySpec,
      base: state.policy,
      key: foldIn(keyRollouts, g),
      steps,
      slots,
      obsMoments: state.obsMoments,
      scaling,
      returnMoments: state.returnMoments,
      rewardScaling: rewardScaling ?? { gamma: 1, clip: Infinity, varianceFloor: 1 },
    }))
  }

  const policyReturn = ({ recentReturns }: State): number => (recentReturns.length === 0 ? Number.NaN : mean(recentReturns))

  const collect = (state: State, outcomes: readonly Outcome[], hyper: Values): readonly [State, StepReport<Values>] => {
    const rollouts = rolloutsIn(outcomes, groups)
    const inForce = forced(space, state.inForce, hyper, changeableAt(null, state.inForce))
    const batch = batchOf(net, state.parameters, rollouts, inForce as Values, { timeLimits, advantageScaling: rule.advantageScaling })
    const lastRollout = summaryOf(rollouts, envs, mean(batch.returns))
    const ended = rollouts.flatMap(({ episodeReturns }) => [...episodeReturns])
    const next: State = {
      ...state,
      obsMoments: withRollouts(state.obsMoments, rollouts.map(({ obsMoments }) => obsMoments)),
      returnMoments: withRollouts(state.returnMoments, rollouts.map(({ returnMoments }) => returnMoments)),
      groups: rollouts.map(({ slots }) => slots),
      batch,
      cursor: { epoch: 0, minibatch: 0, minibatches: 0, order: null, sums: emptySums },
      inForce,
      recentReturns: Float64Array.from([...state.recentReturns, ...ended].slice(-returnWindow)),
      lastRollout,
      rollouts: state.rollouts + 1,
      envSteps: state.envSteps + lastRollout.envSteps,
    }
    const metrics: Metrics = {
      policyReturn: policyReturn(next),
      rolloutReturn: lastRollout.returnMean,
      rewardSum: lastRollout.rewardSum,
      valueTarget: lastRollout.targetMean,
      explainedVariance: explainedVariance(batch),
    }
    return [next, { metrics, applied: inForce as Values, envSteps: lastRollout.envSteps, episodes: lastRollout.episodes, unstable: total(rollouts, (rollout) => rollout.unstable) }]
  }

  /** The cursor at a minibatch that is about to be taken: an epoch begins with its own order. */
  const opened = (key: Key, state: State, cursor: Cursor, hyper: Values): readonly [Cursor, HyperRecord] => {
    const inForce = forced(space, state.inForce, hyper, changeableAt(cursor, state.inForce))
    if (cursor.minibatch > 0) return [cursor, inForce]
    const size = batchSize(state.batch as Batch)
    const minibatches = Math.min(rule.minibatches(inForce as Values, cursor.epoch), size)
    return [{ ...cursor, minibatches, order: minibatches === 1 ? null : permutation(foldIn(key, 1), size) }, inForce]
  }

  /** The update itself, from the gradient that a job brought where updates are delegated. */
  const updated = (key: Key, { parameters, optimiser }: State, batch: Batch, cursor: Cursor, outcomes: readonly Outcome[], hyper: Values): Update<U> => {
    invariant(outcomes.length === (delegated === null ? 0 : 1), `${rule.name} received ${outcomes.length} outcomes for ${delegated === null ? 'no job' : 'one job'}`)
    if (delegated === null) return rule.update(foldIn(key, 2), parameters, optimiser, minibatchAt(batch, cursor), hyper, cursor.epoch)
    const [outcome] = outcomes
    invariant(outcome.kind === 'compute' && outcome.work === 'gradient', `${rule.name} asked for a gradient and received ${outcome.kind}`)
    return delegated.finish(parameters, optimiser, outcome.values, outcome.parts, hyper)
  }

  const update = (key: Key, state: State, batch: Batch, from: Cursor, outcomes: readonly Outcome[], hyper: Values): readonly [State, StepReport<Values>] => {
    const [cursor, inForce] = opened(key, state, from, hyper)
    const done = updated(key, state, batch, cursor, outcomes, inForce as Values)
    const sums = addMetrics(cursor.sums, done.metrics)
    const endsEpoch = cursor.minibatch + 1 === cursor.minibatches
    const endsPhase = endsEpoch && cursor.epoch + 1 >= rule.epochs(inForce as Values)
    const following: Cursor = endsEpoch ? { ...cursor, epoch: cursor.epoch + 1, minibatch: 0, sums } : { ...cursor, minibatch: cursor.minibatch + 1, sums }
    const next: State = {
      ...state,
      parameters: done.parameters,
      policy: endsPhase ? frontOf(done.parameters) : state.policy,
      optimiser: done.optimiser,
      batch: endsPhase ? null : batch,
      cursor: endsPhase ? null : following,
      inForce,
      gradients: gradientHistory === 0 ? [] : [done.gradient, ...state.gradients.slice(0, gradientHistory - 1)],
      updates: state.updates + 1,
    }
    const metrics: Metrics = { policyReturn: policyReturn(next), ...(endsPhase ? { updates: sums.updates, ...meansOf(sums) } : {}) }
    return [next, { metrics, applied: inForce as Values, envSteps: 0, episodes: 0, unstable: 0, quiet: !endsPhase }]
  }

  const heldBatch = (state: State, batch: Batch): HeldBatch => ({
    candidate: (key, hyper) => {
      const [cursor, inForce] = opened(key, state, state.cursor as Cursor, hyper as Values)
      return rule.update(foldIn(key, 2), state.parameters, state.optimiser, minibatchAt(batch, cursor), inForce as Values, cursor.epoch).parameters
    },
    ...batchJudge(net, state.parameters, batch),
  })

  return {
    name: rule.name,
    space,
    provides: ['population-fitness', 'training', 'policy-gradient'],
    probes: ['policy', 'population'],
    init: (key) => {
      const parameters = initial(key)
      invariant(parameters.length === net.size, `a start of ${parameters.length} parameters for ${net.size}`)
      return {
        parameters,
        policy: frontOf(parameters),
        optimiser: rule.init(parameters),
        obsMoments: task.normaliseObs ? emptyMoments(obsSize) : null,
        returnMoments: rewardScaling === null ? null : emptyMoments(1),
        groups: emptySlots(obsSize, envs, groups),
        batch: null,
        cursor: null,
        inForce: null,
        gradients: [],
        recentReturns: new Float64Array(0),
        lastRollout: null,
        rollouts: 0,
        updates: 0,
        envSteps: 0,
      }
    },
    jobs,
    advance: (key, state, outcomes, hyper) => {
      if (state.batch === null || state.cursor === null) return collect(state, outcomes, hyper)
      return update(key, state, state.batch, state.cursor, outcomes, hyper)
    },
    probe: (key, state, _hyper, { episodes }) => {
      checkCount('probe episodes', episodes)
      const normaliser = state.obsMoments === null ? null : parcel(state.obsMoments)
      const base = state.batch === null ? state.policy : frontOf(state.parameters)
      return Array.from({ length: episodes }, (_, e) =>
        fitnessJob(task, { base, noise: null, normaliser, key: foldIn(key, e), time: state.updates, collectMoments: false }),
      )
    },
    context: (state) => ({
      populationFitness: Float64Array.from({ length: returnWindow }, (_, i) => state.recentReturns[i] ?? Number.NaN),
      policyReturn: policyReturn(state),
      generation: state.rollouts,
      next: state.batch === null ? 'collect' : 'update',
      changeable: changeableAt(state.cursor, state.inForce),
      phaseUpdates: state.cursor?.sums.updates ?? 0,
      phaseLength: state.inForce === null ? 0 : phaseLengthOf(state.inForce as Values),
      updates: state.updates,
      rollouts: state.rollouts,
      envSteps: state.envSteps,
      parameters: state.parameters,
      layout: net.layout,
      gradients: state.gradients,
      lastRollout: state.lastRollout,
      batch: state.batch === null ? null : heldBatch(state, state.batch),
    }),
    policy: (state) => ({ parameters: frontOf(state.parameters), normaliser: state.obsMoments === null ? null : parcel(state.obsMoments) }),
  }
}
