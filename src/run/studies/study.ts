/**
 * A study: a figure or table of a paper as runs that can be made again, and what the paper claims of them.
 *
 * A study has arenas (an environment, a learner, a budget), each with arms that differ in the outer level, and claims that name two arms.
 * A claim is `held` or `not held` by the verdict of `aggregate.ts`, and `undecided` by itself with fewer seeds than the paper's or less than
 * half of its env steps.
 *
 * *Source:* house rule 9 (a learning claim needs several seeds and an interval). *Deviations:* none.
 */
import type { Json } from '../../core/env.ts'
import { rootKey } from '../../core/rng.ts'
import type { Verdict } from '../aggregate.ts'
import { verdictOf } from '../aggregate.ts'
import type { Curve } from '../curve.ts'

export type JsonRecord = Readonly<Record<string, Json>>

/**
 * One of the things compared. `outer` may depend on the env steps of the run (decays, exploration); `learner` are changes of the arena's. A
 * population has `members`, each of which gets the env steps of the arena.
 */
export type StudyArm = Readonly<{ label: string; learner?: JsonRecord; members?: number; outer(envSteps: number): JsonRecord }>

/** What the paper says: runs of `better` end higher than runs of `than`. */
export type Claim = Readonly<{ text: string; better: string; than: string }>

/** `envSteps` and `seeds` are the paper's; `reduced` is the share of the steps, and the seeds, that a reader gets who asks for nothing else. */
export type StudyArena = Readonly<{
  name: string
  title: string
  env: string
  learner: JsonRecord
  envSteps: number
  seeds: number
  reduced: Readonly<{ share: number; seeds: number }>
  /** Hyperparameters whose schedule is drawn. */
  schedules: readonly string[]
  checkpointEvery: number
  arms: readonly StudyArm[]
  claims: readonly Claim[]
}>

/** `outOfReach` names parts of the figure that are not run, with the reason. */
export type Study = Readonly<{ name: string; title: string; paper: string; arenas: readonly StudyArena[]; outOfReach: readonly string[] }>

/** How much of an arena is run: its env steps, and seeds 1 … n. */
export type Extent = Readonly<{ envSteps: number; seeds: number }>

/** One run: where it lies under the directory of the study, what to call it, and its config as a user would write it. */
export type StudyCell = Readonly<{ arm: string; seed: number; place: string; label: string; config: JsonRecord }>

/** The extent of `share` of the paper's env steps with `seeds` seeds; what is null is the arena's reduced one. */
export const extentOf = ({ envSteps, reduced }: StudyArena, share: number | null, seeds: number | null): Extent => ({
  envSteps: Math.round(envSteps * (share ?? reduced.share)),
  seeds: seeds ?? reduced.seeds,
})

const slug = (text: string): string => text.replaceAll(/[^\p{L}\p{N}.]+/gu, '-').replaceAll(/^-|-$/g, '')

/** The runs of an arena, arm by arm: all seeds of an arm before the next, so that what is cut short lacks arms and not seeds. */
export const cellsOf = (study: Study, arena: StudyArena, { envSteps, seeds }: Extent): readonly StudyCell[] =>
  arena.arms.flatMap(({ label, learner, members = 1, outer }) =>
    Array.from({ length: seeds }, (_, i): StudyCell => {
      const seed = i + 1
      return {
        arm: label,
        seed,
        place: `${study.name}/${arena.name}/${envSteps}/${slug(label)}/seed-${seed}`,
        label: `${arena.title}  ${label}  seed ${seed}`,
        config: {
          name: `${study.name}-${slug(label)}`,
          seed,
          task: { kind: 'env', env: { id: arena.env } },
          learner: { ...arena.learner, ...learner },
          outer: outer(envSteps),
          budget: { envSteps: envSteps * members },
          checkpoint: { every: arena.checkpointEvery, keep: 1 },
        },
      }
    }),
  )

/** Finished runs of one arm. */
export type ArmRuns = Readonly<{ label: string; runs: readonly Readonly<{ seed: number; curve: Curve; digest: string }>[] }>

/** What became of a claim. */
export type Finding = Readonly<{ claim: Claim; finding: 'held' | 'not held' | 'undecided'; improvement: Verdict['improvement']; reason: string }>

const FINDINGS = { better: 'held', worse: 'not held', undecided: 'undecided' } as const

/** What the runs of an arena that were made say of its claims; claims about arms without runs are left out. */
export const findingsOf = ({ claims, envSteps, seeds }: StudyArena, extent: Extent, arms: readonly ArmRuns[]): readonly Finding[] =>
  claims.flatMap((claim): readonly Finding[] => {
    const [better, than] = [claim.better, claim.than].map((label) => arms.find((arm) => arm.label === label))
    if (better === undefined || than === undefined || better.runs.length === 0 || than.runs.length === 0) return []
    const { verdict, improvement, reason } = verdictOf(
      rootKey('finding'),
      better.runs.map(({ curve }) => curve),
      than.runs.map(({ curve }) => curve),
    )
    const count = Math.min(better.runs.length, than.runs.length)
    const lacking = [
      ...(count < seeds ? [`${count} of the paper's ${seeds} seeds`] : []),
      ...(extent.envSteps < envSteps / 2 ? [`${extent.envSteps} of the paper's ${envSteps} env steps`] : []),
    ]
    if (lacking.length > 0) return [{ claim, finding: 'undecided', improvement, reason: lacking.join(', ') }]
    return [{ claim, finding: FINDINGS[verdict], improvement, reason }]
  })
