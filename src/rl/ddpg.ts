/**
 * Deep deterministic policy gradient: an actor climbs the values of a critic that learns from a replay memory.
 *
 *     φ ← Adam(φ, ∇ mean (Q_φ(s, a) − y)²),   θ ← Adam(θ, −∇ mean Q_φ(s, μ_θ(s))),   θ′, φ′ ← slow averages     (`ddpg-loss.ts`)
 *
 * Its finest steps are of two kinds, as with on-policy learners: a step that *collects* acts for `steps` env steps in each environment and enters them into the
 * memory; then come `updates` steps of one minibatch each, of critic and actor. Before the memory holds `warmUp` transitions there are no
 * updates. The actor explores with Gaussian noise of deviation `explorationStd`, in units of actions in [−1, 1].
 *
 * Subkeys of a step's key: `foldIn(key, 0)` is the root of the rollouts' keys (group g folds in g), `foldIn(key, 1)` draws a minibatch.
 *
 * Metrics of a collecting step: `policyReturn` (mean of the last `returnWindow` episode returns, exploration included; NaN before any), `rolloutReturn`, `rewardSum`,
 * `replaySize`; of the last update of a phase: `policyReturn`, `updates`, then means over them: `criticLoss`, `actorLoss`, `meanValue`.
 *
 * *Source:* Lillicrap et al. 2015, Continuous control with deep reinforcement learning, arXiv 1509.02971, Algorithm 1 and section 7.
 * *Deviations:* 1. Gaussian instead of Ornstein-Uhlenbeck noise. 2. env steps and updates come in blocks of equal length, not one by one. 3. no smaller
 * weights in the last layer, no batch normalisation. 4. a time limit is bootstrapped from.
 */
import type { Backend } from '../core/backend.ts'
import { parcel } from '../core/digest.ts'
import { log } from '../core/dmath.ts'
import type { Job, Outcome } from '../core/job.ts'
import type { Key } from '../core/key.ts'
import type { Learner, Metrics, StepReport } from '../core/learner.ts'
import { foldIn } from '../core/rng.ts'
import { mean } from '../core/stats.ts'
import type { TaskInfo } from '../core/task.ts'
import { fitnessJob } from '../core/task.ts'
import { actionCritic, initActionCritic, type ActionCriticSpec } from '../nn/action-critic.ts'
import { joinLayouts, joinVectors } from '../nn/layout.ts'
import { mlp } from '../nn/mlp.ts'
import { initPolicy, policyNet } from '../nn/policy.ts'
import { adam, adamDefaults } from '../optim/adam.ts'
import { addMetrics, emptySums, meansOf } from './batch-cursor.ts'
import { ddpgTargets, softUpdate } from './ddpg-loss.ts'
import type { DdpgContext, DdpgHyper, DdpgSettings, DdpgState } from './ddpg-state.ts'
import { ddpgHyperSpace } from './ddpg-state.ts'
import { ddpgUpdate } from './ddpg-update.ts'
import { changeableAt, forced } from './in-force.ts'
import { drawTransitions, emptyReplay, withTransitions } from './replay.ts'
import { emptySlots } from './rollout.ts'
import { rolloutsIn, summaryOf, total } from './rollout-summary.ts'

/** Log standard deviation of a policy that is evaluated: no exploration to speak of. */
const NO_EXPLORATION = -40

const counts: readonly (keyof DdpgSettings)[] = ['envs', 'groups', 'steps', 'updates', 'batch', 'capacity', 'returnWindow']

/** DDPG on `task`, an environment with continuous actions and a Gaussian policy whose mean is bounded. Throws a `RangeError` for settings out of range. */
export const ddpg = (settings: DdpgSettings, info: TaskInfo, backend: Backend): Learner<DdpgState, DdpgHyper, DdpgContext> => {
  const { task, spec: envSpec, obsSize } = info
  if (task.kind !== 'env' || envSpec === null) throw new RangeError('ddpg learns from steps of an environment, not from an analytic problem')
  const { envs, groups, steps, updates, batch, capacity, warmUp, criticHidden, criticDecay, gradientHistory, returnWindow } = settings
  counts.forEach((name) => {
    const value = settings[name]
    if (!Number.isInteger(value) || (value as number) < 1) throw new RangeError(`ddpg: ${name} must be a positive integer, received ${String(value)}`)
  })
  if (envs % groups !== 0) throw new RangeError(`ddpg: groups must divide the ${envs} environments evenly, received ${groups}`)
  if (envSpec.actionSpace.kind !== 'box') throw new RangeError(`task.env: ddpg needs continuous actions, and those of ${envSpec.id} are discrete`)
  if (task.policy.kind !== 'gaussian' || task.policy.outputActivation !== 'tanh')
    throw new RangeError("task.policy: ddpg explores around a bounded mean; kind 'gaussian' with outputActivation 'tanh'")
  if (task.normaliseObs) throw new RangeError('task.normaliseObs: ddpg keeps observations as they are in its memory; false')

  const { actionSpace } = envSpec
  const actionSize = actionSpace.low.length
  const sizes = { obsSize, actionSize }
  const criticSpec: ActionCriticSpec = { obsSize, actionSize, hidden: criticHidden, activation: task.policy.activation }
  const nets = { actor: mlp(policyNet(task.policy, obsSize, actionSpace), backend), critic: actionCritic(criticSpec, backend) }
  const optimisers = { actor: adam(adamDefaults, backend), critic: adam({ ...adamDefaults, weightDecay: criticDecay }, backend) }
  const layout = joinLayouts([['actor', nets.actor.layout], ['critic', nets.critic.layout]])
  const policySize = nets.actor.size + actionSize

  /** The flat vector of the policy with this log standard deviation. */
  const policyOf = (actor: Float64Array, logStd: number): Float64Array => {
    const parameters = new Float64Array(policySize).fill(logStd)
    parameters.set(actor)
    return parameters
  }

  const collecting = ({ remaining }: DdpgState): boolean => remaining === 0
  const cursorOf = (state: DdpgState): Readonly<{ minibatch: number }> | null => (collecting(state) ? null : { minibatch: updates - state.remaining })
  const taken = (state: DdpgState, hyper: DdpgHyper): DdpgHyper => forced(ddpgHyperSpace, state.inForce, hyper, changeableAt(cursorOf(state), state.inForce)) as DdpgHyper
  const policyReturn = ({ recentReturns }: DdpgState): number => (recentReturns.length === 0 ? Number.NaN : mean(recentReturns))

  const collect = (state: DdpgState, outcomes: readonly Outcome[], hyper: DdpgHyper): readonly [DdpgState, StepReport<DdpgHyper>] => {
    const rollouts = rolloutsIn(outcomes, groups)
    const inForce = taken(state, hyper)
    const replay = withTransitions(state.replay, sizes, rollouts, 1, capacity)
    const ended = rollouts.flatMap(({ episodeReturns }) => [...episodeReturns])
    const lastRollout = summaryOf(rollouts, envs, state.lastRollout?.targetMean ?? Number.NaN)
    const next: DdpgState = {
      ...state,
      replay,
      groups: rollouts.map(({ slots }) => slots),
      remaining: replay.length < Math.max(1, warmUp) ? 0 : updates,
      sums: emptySums,
      inForce,
      recentReturns: Float64Array.from([...state.recentReturns, ...ended].slice(-returnWindow)),
      lastRollout,
      rollouts: state.rollouts + 1,
      envSteps: state.envSteps + lastRollout.envSteps,
    }
    const metrics: Metrics = { policyReturn: policyReturn(next), rolloutReturn: lastRollout.returnMean, rewardSum: lastRollout.rewardSum, replaySize: replay.length }
    return [next, { metrics, applied: inForce, envSteps: lastRollout.envSteps, episodes: lastRollout.episodes, unstable: total(rollouts, (rollout) => rollout.unstable) }]
  }

  const update = (key: Key, state: DdpgState, hyper: DdpgHyper): readonly [DdpgState, StepReport<DdpgHyper>] => {
    const inForce = taken(state, hyper)
    const drawn = drawTransitions(foldIn(key, 1), state.replay, sizes, batch)
    const targets = ddpgTargets(nets, state.targetActor, state.targetCritic, drawn, inForce.gamma)
    const { trained, ofActor, ofCritic } = ddpgUpdate(nets, optimisers, state, drawn, targets, inForce)
    const remaining = state.remaining - 1
    const sums = addMetrics(state.sums, { criticLoss: ofCritic.loss, actorLoss: ofActor.loss, meanValue: mean(ofCritic.values) })
    const next: DdpgState = {
      ...state,
      ...trained,
      targetActor: softUpdate(state.targetActor, trained.actor, inForce.tau),
      targetCritic: softUpdate(state.targetCritic, trained.critic, inForce.tau),
      remaining,
      sums,
      inForce,
      gradients: gradientHistory === 0 ? [] : [joinVectors([ofActor.gradient, ofCritic.gradient]), ...state.gradients.slice(0, gradientHistory - 1)],
      lastRollout: state.lastRollout === null ? null : { ...state.lastRollout, targetMean: mean(targets) },
      updates: state.updates + 1,
    }
    const metrics: Metrics = { policyReturn: policyReturn(next), ...(remaining === 0 ? { updates: sums.updates, ...meansOf(sums) } : {}) }
    return [next, { metrics, applied: inForce, envSteps: 0, episodes: 0, unstable: 0, quiet: remaining > 0 }]
  }

  return {
    name: 'ddpg',
    space: ddpgHyperSpace,
    provides: ['population-fitness', 'training'],
    probes: ['policy', 'population'],
    init: (key) => {
      const actor = initPolicy(foldIn(key, 0), task.policy, obsSize, actionSpace).slice(0, nets.actor.size)
      const critic = initActionCritic(foldIn(key, 1), criticSpec, task.policy.init)
      return {
        actor,
        critic,
        targetActor: actor,
        targetCritic: critic,
        actorOptimiser: optimisers.actor.init(actor.length),
        criticOptimiser: optimisers.critic.init(critic.length),
        replay: emptyReplay(sizes),
        groups: emptySlots(obsSize, envs, groups),
        remaining: 0,
        sums: emptySums,
        inForce: null,
        gradients: [],
        recentReturns: new Float64Array(0),
        lastRollout: null,
        rollouts: 0,
        updates: 0,
        envSteps: 0,
      }
    },
    jobs: (key, state, hyper): readonly Job[] => {
      if (!collecting(state)) return []
      const keyRollouts = foldIn(key, 0)
      const base = parcel(policyOf(state.actor, log(taken(state, hyper).explorationStd)))
      return state.groups.map((slots, g) => ({
        kind: 'rollout',
        env: task.env,
        policy: task.policy,
        base,
        key: foldIn(keyRollouts, g),
        steps,
        slots,
        obsMoments: null,
        scaling: task.obsScaling,
        returnMoments: null,
        rewardScaling: { gamma: taken(state, hyper).gamma, clip: Infinity, varianceFloor: 1 },
      }))
    },
    advance: (key, state, outcomes, hyper) => (collecting(state) ? collect(state, outcomes, hyper) : update(key, state, hyper)),
    probe: (key, state, _hyper, { episodes }) => {
      const base = parcel(policyOf(state.actor, NO_EXPLORATION))
      return Array.from({ length: episodes }, (_, e) =>
        fitnessJob(task, { base, noise: null, normaliser: null, key: foldIn(key, e), time: state.updates, collectMoments: false }),
      )
    },
    context: (state) => ({
      populationFitness: Float64Array.from({ length: returnWindow }, (_, i) => state.recentReturns[i] ?? Number.NaN),
      policyReturn: policyReturn(state),
      generation: state.rollouts,
      next: collecting(state) ? 'collect' : 'update',
      changeable: changeableAt(cursorOf(state), state.inForce),
      phaseUpdates: collecting(state) ? 0 : updates - state.remaining,
      updates: state.updates,
      rollouts: state.rollouts,
      envSteps: state.envSteps,
      get parameters() {
        return joinVectors([state.actor, state.critic]) // half a megabyte and more, which few outer levels look at
      },
      layout,
      gradients: state.gradients,
      lastRollout: state.lastRollout,
    }),
    policy: (state) => ({ parameters: parcel(policyOf(state.actor, NO_EXPLORATION)), normaliser: null }),
  }
}
