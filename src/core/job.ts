/**
 * Jobs and outcomes: what a worker is asked and what it answers, as plain data.
 *
 * A job names everything that it needs: the task, the base parameters (a `Parcel`, sent once per worker and known by its
 * digest afterwards), the key of the noise that turns them into a candidate, and the key of the episode. A worker
 * rebuilds the noise and answers numbers, so worker count, order and resumption change nothing.
 *
 * *Source:* Salimans et al. 2017, arXiv 1703.03864, section 2.1 (seeds travel, not parameters); house contract 4.
 * *Deviations:* keys of a counter-based generator instead of a shared noise table.
 */
import type { Activation } from './backend.ts'
import type { EnvRef, Json } from './env.ts'
import type { Key } from './key.ts'

/** A vector with its SHA-256 digest (hex). The digest is computed by `parcel` in `digest.ts`. */
export type Parcel = Readonly<{ digest: string; values: Float64Array }>

/**
 * A policy network over one flat parameter vector: a fully connected net, and for `gaussian` one log standard deviation
 * per action dimension behind it. Action mapping: `raw` hands the network's action to the environment as it is, `clip`
 * clips it to the bounds, `rescale` maps [−1, 1] to them and clips. For a discrete action space the network has one
 * output per action: `deterministic` takes the largest (lowest index on ties), `categorical` samples from the softmax.
 */
export type PolicySpec = Readonly<{
  kind: 'gaussian' | 'deterministic' | 'categorical'
  hidden: readonly number[]
  activation: Activation
  outputActivation: Activation
  initialLogStd: number
  init: 'torch' | 'xavier-normal' | 'zeros'
  action: 'raw' | 'clip' | 'rescale'
}>

/** An analytic problem: fitness is a known function of the parameters. Named in the registry like an environment. */
export type ProblemRef = Readonly<{ id: string; options: Readonly<Record<string, Json>> }>

/** What a learner is evaluated on. */
export type Task =
  | Readonly<{ kind: 'env'; env: EnvRef; policy: PolicySpec; normaliseObs: boolean }>
  | Readonly<{ kind: 'problem'; problem: ProblemRef }>

/** Candidate = base + scale · ε(key); `scale` carries sigma and, for the mirrored half, the sign. */
export type Perturbation = Readonly<{ key: Key; scale: number }>

/**
 * Run one episode and answer its undiscounted return. Subkeys of `key`: `foldIn(key, 0)` resets the environment,
 * `foldIn(key, 1)` is the root of its step keys, `foldIn(key, 2)` the stream of action noise.
 * `normaliser` holds observation statistics as `[count, mean (O), sum of squared deviations (O)]`.
 */
export type EpisodeJob = Readonly<{
  kind: 'episode'
  env: EnvRef
  policy: PolicySpec
  base: Parcel
  noise: Perturbation | null
  normaliser: Parcel | null
  key: Key
  /** Answer the moments of the observations seen, in the layout of `normaliser`. */
  collectMoments: boolean
}>

/** Evaluate an analytic problem at `time` (the generation). `key` feeds its observation noise, if it has any. */
export type ProblemJob = Readonly<{ kind: 'problem'; problem: ProblemRef; base: Parcel; noise: Perturbation | null; key: Key; time: number }>

export type Job = EpisodeJob | ProblemJob

/** `fitness` is higher-is-better and may be NaN; a problem evaluation counts as one env step. */
export type EpisodeOutcome = Readonly<{
  kind: 'episode'
  fitness: number
  envSteps: number
  terminated: boolean
  truncated: boolean
  unstable: boolean
  moments: Float64Array | null
}>
export type ProblemOutcome = Readonly<{ kind: 'problem'; fitness: number; envSteps: number }>
export type Outcome = EpisodeOutcome | ProblemOutcome

/** Sum of the env steps of some outcomes. */
export const envStepsOf = (outcomes: readonly Outcome[]): number => outcomes.reduce((sum, outcome) => sum + outcome.envSteps, 0)
