/**
 * A rollout: T steps of a policy in each of N environments in lockstep, going on from where the last one stopped.
 *
 * Before every step the observations of all environments enter the statistics, then each is standardised by them and acted
 * on. Rewards are divided by the deviation of the running discounted return R ← γ R + r, which enters its statistics after every
 * step. An episode that ends is followed at once by a reset; a terminated state is not observed, a truncated one is kept, because a
 * learner bootstraps from it.
 *
 *     o = clip((s − mean)/√max(variance, floor), ±c),   r' = clip(r/√max(variance(R), floor), ±c)
 *
 * *Source:* Mnih et al. 2016, arXiv 1602.01783 (n-step rollouts of several actors); the statistics are those of `VecNormalize` in
 * OpenAI baselines, as EPGT's program uses them (Le et al. 2021, arXiv 2112.01853).
 * *Deviations:* 1. centred sums by Welford's rule from no pseudo-count. 2. a step in which the simulator diverges has reward 0 and
 * terminates; an action that is not finite is not taken, and ends its episode with return NaN.
 */
import type { LiveEnv } from '../core/env.ts'
import { invariant } from '../core/invariant.ts'
import type { RolloutJob, RolloutOutcome, RolloutSlot, TruncatedEnd } from '../core/job.ts'
import { addObservation, emptyMoments, mergeMoments } from '../core/moments.ts'
import { fillNormals, foldIn } from '../core/rng.ts'
import { mean } from '../core/stats.ts'
import { sizeOf } from '../core/space.ts'
import { applyNormaliser } from '../nn/normaliser.ts'
import type { CompiledPolicy } from '../nn/policy.ts'

/** A slot before its first rollout. */
export const emptySlot = (obsSize: number): RolloutSlot => ({
  env: null,
  obs: new Float64Array(obsSize),
  discountedReturn: 0,
  episodeReturn: 0,
  episodeSteps: 0,
})

/** The slots of `envs` environments before their first rollout, evenly in `groups` jobs. */
export const emptySlots = (obsSize: number, envs: number, groups: number): readonly (readonly RolloutSlot[])[] =>
  Array.from({ length: groups }, () => Array.from({ length: envs / groups }, () => emptySlot(obsSize)))

/** Noise is drawn for this many steps at once: one call per block instead of one per step. */
const noiseBlockSteps = 64

const allFinite = (values: Float64Array): boolean => {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false
  return true
}

/** Statistics that a rollout goes on with, and those of this rollout alone. */
type Running = Readonly<{ all: Float64Array; own: Float64Array }>

const running = (before: Float64Array | null): Running | null =>
  before === null ? null : { all: before.slice(), own: emptyMoments((before.length - 1) / 2) }

const enter = ({ all, own }: Running, values: Float64Array): void => {
  addObservation(all, values)
  addObservation(own, values)
}

/** One environment during the rollout. */
type Actor = {
  readonly live: LiveEnv
  readonly obs: Float64Array
  readonly noise: Float64Array
  readonly keyReset: ReturnType<typeof foldIn>
  readonly keyStep: ReturnType<typeof foldIn>
  readonly keyNoise: ReturnType<typeof foldIn>
  discountedReturn: number
  episodeReturn: number
  episodeSteps: number
}

/**
 * Goes on in `lives` (one for each slot of `job`, which this function restores or resets) by `job.steps` steps with `policy`.
 * `parameters` has the policy's length. The job states shapes and subkeys; the outcome is described in `core/job.ts`.
 */
export const runRollout = (lives: readonly LiveEnv[], policy: CompiledPolicy, parameters: Float64Array, job: RolloutJob): RolloutOutcome => {
  const { slots, steps, scaling, rewardScaling } = job
  const count = slots.length
  invariant(lives.length === count && count > 0, `${lives.length} live environments for ${count} slots`)
  const { spec } = lives[0]
  const obsSize = sizeOf(spec.observationSpace)
  const actionSize = sizeOf(spec.actionSpace)
  const { noiseSize } = policy
  const observed = running(job.obsMoments)
  const returned = running(job.returnMoments)

  const obs = new Float64Array(steps * count * obsSize)
  const actions = new Float64Array(steps * count * actionSize)
  const rewards = new Float64Array(steps * count)
  const terminated = new Uint8Array(steps * count)
  const truncated = new Uint8Array(steps * count)
  const truncatedEnds: TruncatedEnd[] = []
  const finalObs = new Float64Array(count * obsSize)
  const episodeReturns: number[] = []
  const episodeLengths: number[] = []
  const input = new Float64Array(obsSize)
  const answer = new Float64Array(actionSize)
  const action = new Float64Array(actionSize)
  const oneReturn = new Float64Array(1)
  let rewardSum = 0
  let discountedSum = 0
  let discount = 1
  let unstable = 0

  const actors = slots.map((slot, i): Actor => {
    const key = foldIn(job.key, i)
    const actor: Actor = {
      live: lives[i],
      obs: slot.obs.slice(),
      noise: new Float64Array(noiseBlockSteps * noiseSize),
      keyReset: foldIn(key, 0),
      keyStep: foldIn(key, 1),
      keyNoise: foldIn(key, 2),
      discountedReturn: slot.discountedReturn,
      episodeReturn: slot.episodeReturn,
      episodeSteps: slot.episodeSteps,
    }
    if (slot.env === null) actor.live.reset(foldIn(actor.keyReset, 0), actor.obs)
    else actor.live.restore(slot.env)
    return actor
  })

  const standardise = (out: Float64Array, raw: Float64Array): void => {
    if (observed === null) out.set(raw)
    else applyNormaliser(out, raw, observed.all, scaling)
  }

  const endEpisode = (actor: Actor, t: number, episodeReturn: number): void => {
    episodeReturns.push(episodeReturn)
    episodeLengths.push(actor.episodeSteps)
    actor.episodeReturn = 0
    actor.episodeSteps = 0
    actor.live.reset(foldIn(actor.keyReset, t + 1), actor.obs)
  }

  policy.load(parameters)
  for (let t = 0; t < steps; t++) {
    if (observed !== null) for (const actor of actors) enter(observed, actor.obs)
    for (let i = 0; i < count; i++) {
      const actor = actors[i]
      const at = t * count + i
      const slot = t % noiseBlockSteps
      if (slot === 0 && noiseSize > 0) fillNormals(actor.noise, actor.keyNoise, t * noiseSize)
      standardise(input, actor.obs)
      obs.set(input, at * obsSize)
      policy.answer(input, noiseSize === 0 ? null : actor.noise.subarray(slot * noiseSize, (slot + 1) * noiseSize), answer)
      policy.bring(answer, action)
      actor.episodeSteps++
      if (!allFinite(action)) {
        unstable++
        terminated[at] = 1
        actor.discountedReturn *= rewardScaling.gamma
        endEpisode(actor, t, Number.NaN)
        continue
      }
      actions.set(answer, at * actionSize)
      actor.live.step(foldIn(actor.keyStep, t), action, actor.obs)
      const reward = actor.live.unstable ? 0 : actor.live.reward
      if (actor.live.unstable) unstable++
      rewards[at] = reward
      rewardSum += reward
      discountedSum += discount * reward
      actor.episodeReturn += reward
      actor.discountedReturn = rewardScaling.gamma * actor.discountedReturn + reward
      terminated[at] = actor.live.terminated ? 1 : 0
      truncated[at] = actor.live.truncated ? 1 : 0
      if (truncated[at] === 1 && terminated[at] === 0) {
        const end = new Float64Array(obsSize)
        standardise(end, actor.obs)
        truncatedEnds.push({ step: t, slot: i, obs: end })
      }
      if (terminated[at] === 1 || truncated[at] === 1) endEpisode(actor, t, actor.episodeReturn)
    }
    if (returned !== null) {
      for (const actor of actors) {
        oneReturn[0] = actor.discountedReturn
        enter(returned, oneReturn)
      }
      const [n, , squares] = returned.all
      const deviation = Math.sqrt(Math.max(squares / n, rewardScaling.varianceFloor))
      for (let i = 0; i < count; i++) {
        const at = t * count + i
        rewards[at] = Math.min(rewardScaling.clip, Math.max(-rewardScaling.clip, rewards[at] / deviation))
      }
    }
    discount *= rewardScaling.gamma
    for (let i = 0; i < count; i++) if (terminated[t * count + i] === 1 || truncated[t * count + i] === 1) actors[i].discountedReturn = 0
  }

  actors.forEach((actor, i) => {
    standardise(input, actor.obs)
    finalObs.set(input, i * obsSize)
  })
  const returns = Float64Array.from(episodeReturns)
  return {
    kind: 'rollout',
    fitness: returns.length === 0 ? Number.NaN : mean(returns),
    envSteps: steps * count,
    obs,
    actions,
    rewards,
    terminated,
    truncated,
    truncatedEnds,
    finalObs,
    episodeReturns: returns,
    episodeLengths: Float64Array.from(episodeLengths),
    rewardSum,
    discountedSum,
    unstable,
    slots: actors.map(({ live, obs: newest, discountedReturn, episodeReturn, episodeSteps }) => ({
      env: live.save(),
      obs: newest,
      discountedReturn,
      episodeReturn,
      episodeSteps,
    })),
    obsMoments: observed?.own ?? null,
    returnMoments: returned?.own ?? null,
  }
}

/** `before` with the statistics of some rollouts, folded in their order; null where none are kept. */
export const withRollouts = (before: Float64Array | null, parts: readonly (Float64Array | null)[]): Float64Array | null =>
  before === null ? null : mergeMoments(before, parts.filter((part) => part !== null))
