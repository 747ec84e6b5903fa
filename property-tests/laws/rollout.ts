/**
 * Laws of a rollout: every step, scaling and statistic as a plain second definition has it, and nothing that was there before shows.
 *
 * *Source:* house rule 9; the definition is written step by step from `core/job.ts`, with statistics by two passes over all values.
 * *Deviations:* none.
 */
import { isDeepStrictEqual } from 'node:util'
import { parcel } from '../../src/core/digest.ts'
import type { Env } from '../../src/core/env.ts'
import type { PolicySpec, RolloutJob, RolloutOutcome, RolloutSlot } from '../../src/core/job.ts'
import { emptyMoments, mergeMoments } from '../../src/core/moments.ts'
import { foldIn, normals, rootKey, uniforms } from '../../src/core/rng.ts'

/** Answers a rollout job on environments of the subject's own choice; `dirty` ones have been used for something else before. */
export type RolloutRunner = (job: RolloutJob, dirty: boolean) => RolloutOutcome

/** What the suite needs to know of the environment and the policy under test: `act` is a second implementation of the policy, with its sample and what the environment gets. */
export type RolloutScene = Readonly<{
  env: Env
  spec: PolicySpec
  parameters: Float64Array
  noiseSize: number
  act(obs: Float64Array, noise: Float64Array): Readonly<{ answer: Float64Array; action: Float64Array }>
}>

const steps = 70 // more than one block of noise
const gamma = 0.9
const rewardScaling = { gamma, clip: 1.5, varianceFloor: 1e-8 }
const scaling = { clip: 2, varianceFloor: 1e-8 }
const key = rootKey('rollout')

const freshSlot = (obsSize: number): RolloutSlot => ({ env: null, obs: new Float64Array(obsSize), discountedReturn: 0, episodeReturn: 0, episodeSteps: 0 })

const jobOf = ({ env, spec, parameters }: RolloutScene, slots: readonly RolloutSlot[], normalise: boolean, keyJob = key): RolloutJob => ({
  kind: 'rollout',
  env: { id: env.spec.id, options: {} },
  policy: spec,
  base: parcel(parameters),
  key: keyJob,
  steps,
  slots,
  obsMoments: normalise ? emptyMoments(env.spec.observations.length) : null,
  scaling,
  returnMoments: normalise ? emptyMoments(1) : null,
  rewardScaling,
})

/** Mean and mean squared deviation of the rows seen so far, each from scratch. */
const momentsOf = (rows: readonly Float64Array[], width: number): Readonly<{ mean: readonly number[]; variance: readonly number[] }> => {
  const mean = Array.from({ length: width }, (_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length)
  const variance = Array.from({ length: width }, (_, i) => rows.reduce((sum, row) => sum + (row[i] - mean[i]) * (row[i] - mean[i]), 0) / rows.length)
  return { mean, variance }
}

const bounded = (value: number, bound: number): number => Math.min(bound, Math.max(-bound, value))

/** The rollout by its definition, on the pure face of the environment. */
const defined = ({ env, noiseSize, act }: RolloutScene, job: RolloutJob) => {
  const obsSize = env.spec.observations.length
  const rows: Float64Array[] = []
  const returns: Float64Array[] = []
  const out = { obs: [] as number[], actions: [] as number[], rewards: [] as number[], ended: [] as number[], finalObs: [] as number[], episodeReturns: [] as number[], envs: [] as Uint8Array[] }
  const actors = job.slots.map((slot, i) => {
    const keySlot = foldIn(job.key, i)
    const first = slot.env === null ? env.reset(foldIn(foldIn(keySlot, 0), 0)) : { state: env.decode(slot.env), obs: slot.obs }
    return {
      keySlot,
      state: first.state,
      obs: first.obs,
      noise: normals(foldIn(keySlot, 2), steps * Math.max(1, noiseSize)),
      total: slot.episodeReturn,
      discounted: slot.discountedReturn,
    }
  })
  const seen = (obs: Float64Array): Float64Array => {
    if (job.obsMoments === null) return obs
    const { mean, variance } = momentsOf(rows, obsSize)
    return obs.map((value, i) => bounded((value - mean[i]) / Math.sqrt(Math.max(variance[i], scaling.varianceFloor)), scaling.clip))
  }
  for (let t = 0; t < steps; t++) {
    if (job.obsMoments !== null) actors.forEach((actor) => rows.push(actor.obs.slice()))
    const rewards = actors.map((actor) => {
      const input = seen(actor.obs)
      out.obs.push(...input)
      const { answer, action } = act(input, actor.noise.slice(t * noiseSize, (t + 1) * noiseSize))
      out.actions.push(...answer)
      const step = env.step(foldIn(foldIn(actor.keySlot, 1), t), actor.state, action)
      const over = step.terminated || step.truncated
      out.ended.push(over ? 1 : 0)
      actor.total += step.reward
      actor.discounted = gamma * actor.discounted + step.reward
      if (over) out.episodeReturns.push(actor.total)
      const next = over ? env.reset(foldIn(foldIn(actor.keySlot, 0), t + 1)) : step
      actor.state = next.state
      actor.obs = next.obs
      if (over) actor.total = 0
      return { reward: step.reward, over }
    })
    actors.forEach((actor) => returns.push(Float64Array.of(actor.discounted)))
    const deviation = job.returnMoments === null ? 1 : Math.sqrt(Math.max(momentsOf(returns, 1).variance[0], rewardScaling.varianceFloor))
    rewards.forEach(({ reward, over }, i) => {
      out.rewards.push(job.returnMoments === null ? reward : bounded(reward / deviation, rewardScaling.clip))
      if (over) actors[i].discounted = 0
    })
  }
  actors.forEach((actor) => {
    out.finalObs.push(...seen(actor.obs))
    out.envs.push(env.encode(actor.state))
  })
  return out
}

/** Statistics by Welford's rule and by two passes differ by rounding of sums of some hundred terms of order 10. */
const close = (a: ArrayLike<number>, b: readonly number[]): boolean =>
  a.length === b.length && b.every((value, i) => Math.abs(value - a[i]) <= 1e-9 * Math.max(1, Math.abs(value)))

/** Names of the laws that `run` breaks on `scene`; empty where all hold. */
export const rolloutFindings = (run: RolloutRunner, scene: RolloutScene): readonly string[] => {
  const obsSize = scene.env.spec.observations.length
  const findings: string[] = []
  const fresh = [freshSlot(obsSize), freshSlot(obsSize), freshSlot(obsSize)]
  for (const normalise of [false, true]) {
    const words = normalise ? 'scaled' : 'raw'
    const job = jobOf(scene, fresh, normalise)
    const before = structuredClone(job)
    const found = run(job, false)
    const expected = defined(scene, job)
    if (!close(found.obs, expected.obs)) findings.push(`the policy sees what the definition says (${words})`)
    if (!close(found.actions, expected.actions)) findings.push(`actions are samples of the policy, before they meet any bounds (${words})`)
    if (!close(found.rewards, expected.rewards)) findings.push(`rewards are those of the definition (${words})`)
    if (!isDeepStrictEqual(Array.from(found.terminated, (flag, at) => flag | found.truncated[at]), expected.ended)) findings.push(`episodes end where the definition ends them (${words})`)
    if (!close(found.episodeReturns, expected.episodeReturns)) findings.push(`episode returns are unscaled sums (${words})`)
    if (!close(found.finalObs, expected.finalObs)) findings.push(`the final observations are what comes next (${words})`)
    if (!normalise && !isDeepStrictEqual(found.slots.map(({ env }) => env), expected.envs)) findings.push('the environments stand where the definition leaves them')
    if (!isDeepStrictEqual(job, before)) findings.push(`the job is left alone (${words})`)
    if (!isDeepStrictEqual(run(job, true), found)) findings.push(`what an environment did before does not show (${words})`)
    const following = { ...job, key: foldIn(key, 99), slots: found.slots }
    const continued = run(following, true)
    if (!close(continued.rewards, normalise ? [...continued.rewards] : defined(scene, following).rewards)) findings.push('a rollout goes on from where the last one stopped')
    if (!isDeepStrictEqual(run(following, false), continued)) findings.push(`going on does not depend on the simulator (${words})`)
  }
  const job = jobOf(scene, fresh, true)
  const rows = run({ ...job, obsMoments: null }, false) // raw observations of another trajectory: only its own statistics count
  if (rows.obsMoments !== null) findings.push('statistics that are not kept are not answered')
  const first = run(job, false)
  const second = run({ ...job, key: foldIn(key, 5), obsMoments: first.obsMoments, returnMoments: first.returnMoments }, false)
  if (first.obsMoments === null || second.obsMoments === null || first.obsMoments[0] !== 3 * steps || second.obsMoments[0] !== 3 * steps) {
    findings.push('statistics answered are those of the rollout alone')
  } else if (mergeMoments(first.obsMoments, [second.obsMoments])[0] !== 6 * steps) {
    findings.push('statistics of rollouts can be merged')
  }
  return findings
}

/** Parameters of a policy that acts in all directions. */
export const wanderingParameters = (size: number): Float64Array => uniforms(rootKey('wanderer'), size).map((u) => 2 * u - 1)
