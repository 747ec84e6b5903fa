/**
 * Laws of a lockstep evaluation: every candidate's episode is the one that it would have alone, bit for bit.
 *
 * *Source:* house rule 9; the contract is in `src/core/job.ts`. *Deviations:* none.
 */
import { isDeepStrictEqual } from 'node:util'
import { parcel } from '../../src/core/digest.ts'
import type { Candidate, EpisodeJob, EpisodeOutcome, LockstepJob, PolicySpec } from '../../src/core/job.ts'
import { addObservation, emptyMoments } from '../../src/core/moments.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'

/** Two ways to the same episodes; `parameters` is the length of a policy's vector. */
export type LockstepSubject = Readonly<{
  together(job: LockstepJob): readonly EpisodeOutcome[]
  alone(job: EpisodeJob): EpisodeOutcome
  parameters(envId: string, policy: PolicySpec): number
}>

export type LockstepLaw = Readonly<{ name: string; check: (subject: LockstepSubject) => void }>

/** Throws where `holds` is false. */
export const judge = (what: string, holds: boolean): void => {
  if (!holds) throw new Error(what)
}

type Scene = Readonly<{ env: string; obsSize: number; kind: PolicySpec['kind']; action: PolicySpec['action'] }>

/** Episodes of different lengths (CartPole, MountainCar, Acrobot) and of the same (Pendulum), with and without action noise. */
const scenes: readonly Scene[] = [
  { env: 'CartPole-v1', obsSize: 4, kind: 'deterministic', action: 'clip' },
  { env: 'CartPole-v1', obsSize: 4, kind: 'categorical', action: 'clip' },
  { env: 'Acrobot-v1', obsSize: 6, kind: 'categorical', action: 'clip' },
  { env: 'Pendulum-v1', obsSize: 3, kind: 'gaussian', action: 'rescale' },
  { env: 'MountainCarContinuous-v0', obsSize: 2, kind: 'gaussian', action: 'clip' },
]

const root = rootKey('lockstep laws')

const specOf = ({ kind, action }: Scene): PolicySpec => ({
  kind,
  hidden: [7, 5],
  activation: 'tanh',
  outputActivation: 'linear',
  initialLogStd: -1,
  init: 'torch',
  action,
})

/** A job of seven candidates of different kinds around one base; every second one collects. */
const jobOf = (subject: LockstepSubject, scene: Scene, normalise: boolean): LockstepJob => {
  const policy = specOf(scene)
  const statistics = emptyMoments(scene.obsSize)
  for (let n = 0; n < 5; n++) addObservation(statistics, normals(foldIn(root, n), scene.obsSize))
  return {
    kind: 'compute',
    work: 'lockstep',
    env: { id: scene.env, options: {} },
    policy,
    base: parcel(normals(foldIn(root, 40), subject.parameters(scene.env, policy)).map((value) => 0.4 * value)),
    normaliser: normalise ? parcel(statistics) : null,
    scaling: { clip: 3, varianceFloor: 0.01 },
    candidates: Array.from({ length: 7 }, (_, i): Candidate => ({
      noise: i === 6 ? null : { key: foldIn(foldIn(root, 50), i >> 1), scale: i % 2 === 0 ? 0.3 : -0.3 },
      key: foldIn(foldIn(root, 60), i),
      collectMoments: i % 2 === 0,
    })),
  }
}

/** The job of candidate `n` alone. */
const singleOf = ({ env, policy, base, normaliser, scaling, candidates }: LockstepJob, n: number): EpisodeJob => {
  const { noise, key, collectMoments } = candidates[n]
  return { kind: 'episode', env, policy, base, noise, normaliser, scaling, key, collectMoments }
}

const aloneAll = (subject: LockstepSubject, job: LockstepJob): readonly EpisodeOutcome[] => job.candidates.map((_, n) => subject.alone(singleOf(job, n)))

const eachScene = (check: (scene: Scene, normalise: boolean, label: string) => void): void =>
  scenes.forEach((scene) => [false, true].forEach((normalise) => check(scene, normalise, `${scene.env}, ${scene.kind}${normalise ? ', normalised' : ''}`)))

export const lockstepLaws: readonly LockstepLaw[] = [
  {
    name: 'every episode is the one that its candidate would have alone, bit for bit',
    check: (subject) =>
      eachScene((scene, normalise, label) => {
        const job = jobOf(subject, scene, normalise)
        const [together, alone] = [subject.together(job), aloneAll(subject, job)]
        judge(`${label}: ${together.length} outcomes`, together.length === alone.length)
        alone.forEach((outcome, n) => judge(`${label}: candidate ${n}`, isDeepStrictEqual(together[n], outcome)))
      }),
  },
  {
    name: 'episodes of different lengths are among them',
    check: (subject) => {
      const lengths = subject.together(jobOf(subject, scenes[1], false)).map(({ envSteps }) => envSteps)
      judge(`lengths ${lengths.join(', ')}`, Math.max(...lengths) >= 2 * Math.min(...lengths))
    },
  },
  {
    name: 'a candidate that cannot act fails alone, before its first step or at the step',
    check: (subject) => {
      const job = jobOf(subject, scenes[3], false)
      const broken: LockstepJob = {
        ...job,
        policy: { ...job.policy, action: 'raw', hidden: [] },
        base: parcel(Float64Array.of(1e308, 1e308, 1e308, 0, -1)),
        candidates: job.candidates.map((candidate, n) => ({ ...candidate, noise: n < 2 ? { key: candidate.key, scale: Number.NaN } : n === 4 ? { key: candidate.key, scale: -1e308 } : null })),
      }
      const [together, alone] = [subject.together(broken), aloneAll(subject, broken)]
      judge('the outcomes of broken candidates', isDeepStrictEqual(together, alone))
      judge('no candidate failed', alone.some(({ unstable }) => unstable))
    },
  },
  {
    name: 'neighbours, order and earlier work do not show, and the job is left as it was',
    check: (subject) =>
      eachScene((scene, normalise, label) => {
        const job = jobOf(subject, scene, normalise)
        const before = [job.base.values.slice(), job.normaliser?.values.slice()]
        const whole = subject.together(job)
        const reversed = subject.together({ ...job, candidates: [...job.candidates].reverse() })
        judge(`${label}: reversed`, isDeepStrictEqual([...reversed].reverse(), whole))
        judge(`${label}: a part`, isDeepStrictEqual(subject.together({ ...job, candidates: job.candidates.slice(2, 5) }), whole.slice(2, 5)))
        judge(`${label}: again`, isDeepStrictEqual(subject.together(job), whole))
        judge(`${label}: the job was changed`, isDeepStrictEqual([job.base.values, job.normaliser?.values], before))
      }),
  },
]
