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
import type { Activation, CovarianceName } from './backend.ts'
import type { EnvRef, Json } from './env.ts'
import type { Key } from './key.ts'
import type { Minibatch, PolicyLoss, Trunk } from './policy-loss.ts'

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
  init: 'torch' | 'xavier-normal' | 'orthogonal' | 'zeros'
  action: 'raw' | 'clip' | 'rescale'
}>

/** An analytic problem: fitness is a known function of the parameters. Named in the registry like an environment. */
export type ProblemRef = Readonly<{ id: string; options: Readonly<Record<string, Json>> }>

/** How observations are standardised: o = clip((obs − mean)/√max(variance, `varianceFloor`), ±`clip`). */
export type ObsScaling = Readonly<{ clip: number; varianceFloor: number }>

/** What a learner is evaluated on. `obsScaling` is used where `normaliseObs` holds. */
export type Task =
  | Readonly<{ kind: 'env'; env: EnvRef; policy: PolicySpec; normaliseObs: boolean; obsScaling: ObsScaling }>
  | Readonly<{ kind: 'problem'; problem: ProblemRef }>

/** Candidate = base + scale · ε(key); `scale` carries sigma and, for the mirrored half, the sign. */
export type Perturbation = Readonly<{ key: Key; scale: number }>

/**
 * Run one episode and answer its undiscounted return. Subkeys of `key`: `foldIn(key, 0)` resets the environment,
 * `foldIn(key, 1)` is the root of its step keys, `foldIn(key, 2)` the stream of action noise.
 * `normaliser` holds observation statistics as `[count, mean (O), sum of squared deviations (O)]`, applied by `scaling`.
 */
export type EpisodeJob = Readonly<{
  kind: 'episode'
  env: EnvRef
  policy: PolicySpec
  base: Parcel
  noise: Perturbation | null
  normaliser: Parcel | null
  scaling: ObsScaling
  key: Key
  /** Answer the moments of the observations seen, in the layout of `normaliser`. */
  collectMoments: boolean
}>

/** One environment of a rollout between two rollouts. `env` null stands for an environment that has to be reset first. */
export type RolloutSlot = Readonly<{
  /** The encoded state of the environment, in the middle of an episode. */
  env: Uint8Array | null
  /** Its newest observation, as the environment gave it [O]. */
  obs: Float64Array
  /** Σ γ^k r over the episode so far, newest reward undiscounted: what the reward statistics are of. */
  discountedReturn: number
  episodeReturn: number
  episodeSteps: number
}>

/** Rewards are divided by the deviation of a running discounted return (discount `gamma`), then clipped to ±`clip`. */
export type RewardScaling = Readonly<{ gamma: number; clip: number; varianceFloor: number }>

/**
 * Go on for `steps` steps in each of N environments, in lockstep, and answer what a policy-gradient method learns from.
 * `obsMoments` and `returnMoments` are statistics before the rollout (layout of `normaliser`), null for raw observations and
 * rewards; they are updated before every step. Subkeys of `key`: environment i uses k = `foldIn(key, i)`: `foldIn(foldIn(k, 0), t)`
 * resets it before step t, `foldIn(foldIn(k, 1), t)` steps it, `foldIn(k, 2)` is its stream of action noise.
 */
export type RolloutJob = Readonly<{
  kind: 'rollout'
  env: EnvRef
  policy: PolicySpec
  base: Parcel
  key: Key
  steps: number
  slots: readonly RolloutSlot[]
  obsMoments: Float64Array | null
  scaling: ObsScaling
  returnMoments: Float64Array | null
  rewardScaling: RewardScaling
}>

/** Evaluate an analytic problem at `time` (the generation). `key` feeds its observation noise, if it has any. */
export type ProblemJob = Readonly<{ kind: 'problem'; problem: ProblemRef; base: Parcel; noise: Perturbation | null; key: Key; time: number }>

/** One candidate of a lockstep evaluation: its episode is that of an `EpisodeJob` with these fields. */
export type Candidate = Pick<EpisodeJob, 'noise' | 'key' | 'collectMoments'>

/** Run one episode of each candidate, all of them step by step together, and answer as their `EpisodeJob`s would be answered. */
export type LockstepJob = Omit<EpisodeJob, 'kind' | keyof Candidate> & Readonly<{ kind: 'compute'; work: 'lockstep'; candidates: readonly Candidate[] }>

/** Sum noise that is rebuilt: Σ_j weights[j] · ε(keys[j]), ε with `size` entries. A search gradient is such a sum. */
export type NoiseSumJob = Readonly<{ kind: 'compute'; work: 'noise-sum'; size: number; keys: readonly Key[]; weights: Float64Array }>

/** Compare all rows of a [A, D] with all rows of b [B, D]: Σ_d ((a_d − b_d) · inverseScale_d)², D the length of `inverseScale`. */
export type DistancesJob = Readonly<{ kind: 'compute'; work: 'distances'; a: Float64Array; b: Float64Array; inverseScale: Float64Array }>

/** The kernel matrix of two sets of rows: outputscale · c of the squared distances of a `DistancesJob`. */
export type CovarianceJob = Omit<DistancesJob, 'work'> & Readonly<{ work: 'covariance'; name: CovarianceName; outputscale: number }>

/** The gradient [P] of a policy-gradient loss over a minibatch, by the `parameters` [P] of the policy and the critic beside it. */
export type GradientJob = Readonly<{
  kind: 'compute'
  work: 'gradient'
  env: EnvRef
  policy: PolicySpec
  trunk: Trunk
  parameters: Float64Array
  minibatch: Minibatch
  loss: PolicyLoss
}>

/** Whole pieces of numerical work, which a backend on a device may answer later. */
export type ComputeJob = LockstepJob | GradientJob | NoiseSumJob | DistancesJob | CovarianceJob

/** Noises of a worker of a search, one for each of its draws: their keys, all of them mirrored or none. */
export type WorkerDraws = Readonly<{ keys: readonly Key[]; mirrored: boolean }>

/**
 * How DDPG adapts an actor and a critic to a task: `updates` steps of both by `optimiser`, on `batch` transitions each or on all (null), towards
 * the values of the networks as they were at the start.
 */
export type DdpgAdaptation = Readonly<{
  kind: 'ddpg'
  updates: number
  batch: number | null
  optimiser: 'adam' | 'sgd'
  learningRate: number
  criticLearningRate: number
  gamma: number
}>

/**
 * How advantage actor-critic adapts a policy and a critic of states: before each of `updates` steps of both by `optimiser` it runs `episodes` episodes with
 * the policy as it stands.
 */
export type A2cAdaptation = Readonly<{
  kind: 'a2c'
  updates: number
  episodes: number
  optimiser: 'adam' | 'sgd'
  learningRate: number
  criticLearningRate: number
  gamma: number
}>

/**
 * Adapt to one task: draw K actors and a critic, train the mean of the actors and the critic, and run an episode with the adapted actor. DDPG trains on an
 * episode of each drawn actor. `base` holds μ and log σ of the actors, then μ and log σ of the critics. `returns` says whether the mean actor is judged after
 * the last update only, or before the first and after every one as well. Subkeys of `key`: `foldIn(foldIn(key, 0), k)` is the episode of actor k, or with A2C
 * `foldIn(foldIn(foldIn(key, 0), u), e)` episode e before update u; `foldIn(foldIn(key, 1), u)` is the judged episode after u updates,
 * `foldIn(foldIn(key, 2), u)` draws the transitions of update u.
 */
export type AdaptationJob = Readonly<{
  kind: 'adaptation'
  env: EnvRef
  policy: PolicySpec
  criticHidden: readonly number[]
  base: Parcel
  actors: WorkerDraws
  critic: WorkerDraws
  adaptation: DdpgAdaptation | A2cAdaptation
  returns: 'last' | 'every'
  key: Key
}>

export type Job = EpisodeJob | RolloutJob | ProblemJob | AdaptationJob | ComputeJob

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

/** A state that an episode came to when its time was up (`step`, `slot`), as the policy would have seen it [O]. */
export type TruncatedEnd = Readonly<{ step: number; slot: number; obs: Float64Array }>

/**
 * What happened in a rollout of T steps in N environments; arrays run over steps, then environments. `obs` [T, N, O] is what
 * the policy saw, `actions` [T, N, A] what it answered (a sample of its distribution, before it was clipped or rescaled), `rewards` [T, N] are scaled.
 * `fitness` is the mean return of the episodes that ended (NaN if none did), from unscaled rewards.
 */
export type RolloutOutcome = Readonly<{
  kind: 'rollout'
  fitness: number
  envSteps: number
  obs: Float64Array
  actions: Float64Array
  rewards: Float64Array
  terminated: Uint8Array
  truncated: Uint8Array
  truncatedEnds: readonly TruncatedEnd[]
  /** What the policy would see next [N, O]. */
  finalObs: Float64Array
  episodeReturns: Float64Array
  episodeLengths: Float64Array
  /** Sum of the unscaled rewards of all steps. */
  rewardSum: number
  /** Σ_t γ^t r_t of the unscaled rewards from the start of the rollout, summed over environments; γ is that of the reward scaling. */
  discountedSum: number
  unstable: number
  slots: readonly RolloutSlot[]
  /** Statistics of this rollout's observations and returns alone; null where they are not kept. */
  obsMoments: Float64Array | null
  returnMoments: Float64Array | null
}>

/**
 * `fitness` is the return of the adapted actor, `criticFitness` minus the mean squared error of the adapted critic on that episode (its value targets are
 * the discounted returns to go); both NaN where adaptation or simulator failed. `explored` are the returns of the episodes that were trained on, `returns` those of the
 * mean actor, the adapted one last. Losses are those of the last update, NaN without any.
 */
export type AdaptationOutcome = Readonly<{
  kind: 'adaptation'
  fitness: number
  criticFitness: number
  envSteps: number
  episodes: number
  unstable: number
  explored: Float64Array
  returns: Float64Array
  criticLoss: number
  actorLoss: number
}>

/** The candidates' episodes in their order; `fitness` is their mean. */
export type LockstepOutcome = Readonly<{ kind: 'compute'; work: 'lockstep'; fitness: number; envSteps: number; episodes: readonly EpisodeOutcome[] }>

/** The vector [size] or matrix [A, B] that was asked for. Nothing was evaluated: `fitness` is NaN, `envSteps` 0. */
export type NumbersOutcome = Readonly<{ kind: 'compute'; work: 'numbers'; fitness: number; envSteps: number; values: Float64Array }>

/** As `NumbersOutcome` for a gradient [P], with the `parts` of its loss by name. */
export type GradientOutcome = Omit<NumbersOutcome, 'work'> & Readonly<{ work: 'gradient'; parts: Readonly<Record<string, number>> }>

export type Outcome = EpisodeOutcome | RolloutOutcome | ProblemOutcome | AdaptationOutcome | LockstepOutcome | NumbersOutcome | GradientOutcome

/** Sum of the env steps of some outcomes. */
export const envStepsOf = (outcomes: readonly Outcome[]): number => outcomes.reduce((sum, outcome) => sum + outcome.envSteps, 0)

/** Whether a job evaluates a policy or a point; the others compute for whoever asks. */
export const evaluates = (job: Job): boolean => job.kind !== 'compute' || job.work === 'lockstep'

/** What was evaluated, the episodes of a lockstep evaluation one by one; other compute jobs evaluate nothing. */
export const evaluationsOf = (outcomes: readonly Outcome[]): readonly Outcome[] =>
  outcomes.flatMap((outcome): readonly Outcome[] => (outcome.kind !== 'compute' ? [outcome] : outcome.work === 'lockstep' ? outcome.episodes : []))
