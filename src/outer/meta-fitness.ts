/**
 * How the meta level scores hyperparameters: which trial the learner is asked for.
 *
 * `one-step`: F(H) ≈ (1/l) Σᵢ f(θ̂ⁱ(H)), the return of the policy after one full step of a copy of the learner with H,
 * over l independent copies. Costs l · (a generation + `episodes`) episodes.
 * `smoothed`: F(H) = (1/e) Σᵢ f(θ + σ(H) εᵢ), the mean return of e fresh members of the search distribution; no step is
 * taken, so it measures what perturbation does now and not what learning does. Costs e episodes. Hyperparameters that do not shape
 * the search distribution (the learning rate) have no influence on it. Measured (bench/results/learning-bierl.md): wherever
 * perturbation costs return it draws sigma down, and no run of the bench with it ends reliably above a fixed sigma of 0.05.
 *
 * Whatever a trial costs is counted: the experiment books every env step of trials on the outer level.
 *
 * *Source:* Wang et al. 2023, BiERL, arXiv 2308.01207, Eq. 4, 5 and 7 (`one-step`); the authors' program (`smoothed`).
 * *Deviations:* none.
 */
import type { HyperRecord } from '../core/hyper.ts'
import type { Key } from '../core/key.ts'
import type { Probe } from '../core/learner.ts'
import type { Trial } from './scheduler.ts'

export type MetaFitness =
  | Readonly<{ kind: 'one-step'; repeats: number; episodes: number }>
  | Readonly<{ kind: 'smoothed'; episodes: number; mirrored: boolean }>

/** The kind of probe that a meta fitness needs from the learner. */
export const probeOf = (fitness: MetaFitness): Probe['kind'] => (fitness.kind === 'one-step' ? 'policy' : 'population')

/** The trial that scores `hyper`. */
export const trialOf = (fitness: MetaFitness, hyper: HyperRecord, key: Key): Trial<HyperRecord> =>
  fitness.kind === 'one-step'
    ? { hyper, innerSteps: 1, repeats: fitness.repeats, probe: { kind: 'policy', episodes: fitness.episodes }, key }
    : { hyper, innerSteps: 0, repeats: 1, probe: { kind: 'population', episodes: fitness.episodes, mirrored: fitness.mirrored }, key }

/** Problems of a meta fitness in words; empty means it is usable. */
export const metaFitnessProblems = (fitness: MetaFitness): readonly string[] => {
  const positive = (name: string, value: number): readonly string[] =>
    Number.isInteger(value) && value >= 1 ? [] : [`${name} of the meta fitness must be a positive integer, received ${value}`]
  return [
    ...positive('episodes', fitness.episodes),
    ...(fitness.kind === 'one-step' ? positive('repeats', fitness.repeats) : []),
    ...(fitness.kind === 'smoothed' && fitness.mirrored && fitness.episodes % 2 !== 0
      ? [`mirrored episodes come in pairs, received ${fitness.episodes}`]
      : []),
  ]
}
