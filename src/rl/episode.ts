/**
 * One episode of a policy on a live environment: the hot loop that every learner's evaluation goes through.
 *
 *     R = Σ_t r_t,  a_t = π_θ(s_t, ε_t),  until terminated or truncated
 *
 * Subkeys of the episode key: index 0 resets the environment, index 1 is the root of the step keys (step t folds in t),
 * index 2 is the stream of action noise, of which step t consumes entries t·n … t·n + n − 1 for a policy of noise size n.
 *
 * *Source:* Salimans et al. 2017, arXiv 1703.03864, Algorithm 1 line 4 (fitness of one candidate: its undiscounted return).
 * *Deviations:* none.
 */
import type { LiveEnv } from '../core/env.ts'
import type { EpisodeOutcome, ObsScaling } from '../core/job.ts'
import type { Key } from '../core/key.ts'
import { addObservation, emptyMoments } from '../core/moments.ts'
import { fillNormals, foldIn } from '../core/rng.ts'
import { sizeOf } from '../core/space.ts'
import { applyNormaliser } from '../nn/normaliser.ts'
import type { CompiledPolicy } from '../nn/policy.ts'

/** Is told what happens: what the policy saw and answered, then what came of it. The arrays are lent until the next call. */
export type Witness = Readonly<{
  acted(obs: Float64Array, answer: Float64Array): void
  came(reward: number, obs: Float64Array): void
}>

/**
 * `scaling` standardises observations where there are statistics; `collectMoments`: answer the statistics of the observations
 * that the policy acted on, before normalisation. `witness` sees every step that is taken.
 */
export type EpisodeOptions = Readonly<{ scaling: ObsScaling; collectMoments: boolean; witness?: Witness }>

/** Noise is drawn for this many steps at once: one call per block instead of one per step. */
export const noiseBlockSteps = 64

/** Whether no entry is NaN or infinite. */
export const allFinite = (values: Float64Array): boolean => {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) return false
  }
  return true
}

/** A candidate that cannot be ranked: fitness NaN and no statistics, which could be arbitrarily far off. */
export const failure = (envSteps: number): EpisodeOutcome =>
  ({ kind: 'episode', fitness: NaN, envSteps, terminated: true, truncated: false, unstable: true, moments: null })

/**
 * Runs one episode from a reset and answers its undiscounted return.
 *
 * `parameters` has the policy's length; `normaliser` is `[count, mean (O), M₂ (O)]` or null for raw observations. The episode is
 * `unstable`, with fitness NaN, if the simulator diverges, or if parameters or an action are not finite (that step is not taken).
 * An environment without time limit must terminate by itself.
 */
export const runEpisode = (
  live: LiveEnv,
  policy: CompiledPolicy,
  parameters: Float64Array,
  normaliser: Float64Array | null,
  key: Key,
  { scaling, collectMoments, witness }: EpisodeOptions,
): EpisodeOutcome => {
  // A discrete policy would turn NaN into a lawful action, so parameters are looked at, not only actions.
  if (!allFinite(parameters)) return failure(0)
  const { spec } = live
  const obs = new Float64Array(sizeOf(spec.observationSpace))
  const input = normaliser === null ? obs : new Float64Array(obs.length)
  const answer = new Float64Array(sizeOf(spec.actionSpace))
  const action = new Float64Array(answer.length)
  const moments = collectMoments ? emptyMoments(obs.length) : null
  const { noiseSize } = policy
  const noise = new Float64Array(noiseBlockSteps * noiseSize)
  const noiseOfStep = Array.from({ length: noiseBlockSteps }, (_, i) => (noiseSize === 0 ? null : noise.subarray(i * noiseSize, (i + 1) * noiseSize)))
  const keyReset = foldIn(key, 0)
  const keySteps = foldIn(key, 1)
  const keyNoise = foldIn(key, 2)

  policy.load(parameters)
  live.reset(keyReset, obs)
  let fitness = 0
  let step = 0
  while (!live.terminated && !live.truncated) {
    const slot = step % noiseBlockSteps
    if (slot === 0 && noiseSize > 0) fillNormals(noise, keyNoise, step * noiseSize)
    if (moments !== null) addObservation(moments, obs)
    if (normaliser !== null) applyNormaliser(input, obs, normaliser, scaling)
    policy.answer(input, noiseOfStep[slot], answer)
    policy.bring(answer, action)
    if (!allFinite(action)) return failure(step)
    witness?.acted(input, answer)
    live.step(foldIn(keySteps, step), action, obs)
    witness?.came(live.reward, obs)
    fitness += live.reward
    step++
  }
  if (live.unstable) return failure(step)
  return { kind: 'episode', fitness, envSteps: step, terminated: live.terminated, truncated: live.truncated, unstable: false, moments }
}
