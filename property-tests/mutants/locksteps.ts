/**
 * Lockstep evaluations with one flaw each, for the laws to catch.
 */
import type { EpisodeOutcome, LockstepJob } from '../../src/core/job.ts'
import { foldIn } from '../../src/core/rng.ts'
import type { LockstepSubject } from '../laws/lockstep.ts'

type Flawed = (sound: LockstepSubject) => (job: LockstepJob) => readonly EpisodeOutcome[]

/** Evaluates a changed job. */
const changed =
  (change: (job: LockstepJob) => LockstepJob): Flawed =>
  (sound) =>
  (job) =>
    sound.together(change(job))

const candidatesOf = (job: LockstepJob, change: (candidate: LockstepJob['candidates'][number], n: number) => Partial<LockstepJob['candidates'][number]>): LockstepJob => ({
  ...job,
  candidates: job.candidates.map((candidate, n) => ({ ...candidate, ...change(candidate, n) })),
})

export const lockstepMutants = {
  'gives all candidates the key of the first': changed((job) => candidatesOf(job, () => ({ key: job.candidates[0].key }))),
  'forgets the statistics of observations': changed((job) => ({ ...job, normaliser: null })),
  'counts everybody': changed((job) => candidatesOf(job, () => ({ collectMoments: true }))),
  'mirrors nobody': changed((job) => candidatesOf(job, ({ noise }) => ({ noise: noise === null ? null : { ...noise, scale: Math.abs(noise.scale) } }))),
  'draws by position': changed((job) => candidatesOf(job, ({ key }, n) => ({ key: n === 0 ? key : foldIn(job.candidates[0].key, n) }))),
  'repairs what cannot act': (sound) => (job) =>
    sound.together(job).map((outcome) => (outcome.unstable ? { ...outcome, fitness: 0, unstable: false } : outcome)),
  'ends all episodes together': (sound) => (job) => {
    const outcomes = sound.together(job)
    return outcomes.map((outcome) => ({ ...outcome, envSteps: outcomes[0].envSteps }))
  },
  'uses up its job': (sound) => (job) => {
    const outcomes = sound.together(job)
    job.base.values[0] += 1
    return outcomes
  },
} satisfies Record<string, Flawed>

export type LockstepFlaw = keyof typeof lockstepMutants
