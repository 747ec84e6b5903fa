/**
 * Checks of an environment against the contract, as readable findings: run it on your own environment before you train on it.
 *
 * A few episodes are recorded along the pure path; every law then compares something with that record, bit for bit. A law that
 * could not be exercised says so in a note. An environment with a short time limit is checked most thoroughly.
 *
 * *Source:* Gymnasium, `gymnasium.utils.env_checker` (the idea); house contract 4, "Environments".
 * *Deviations:* 1. findings instead of warnings and assertions. 2. purity, restoring and the two faces are checked as well.
 */
import type { Complaint, Subject } from './env-complaints.ts'
import { type EnvLaw, environmentLaws } from './env-laws.ts'
import { recordEpisode } from './env-record.ts'
import type { Env } from './env.ts'
import type { Key } from './key.ts'
import { foldIn } from './rng.ts'

/** One observation about an environment: how bad it is, which law it concerns, what was seen, and what to do about it. */
export type Finding = Complaint & Readonly<{ law: EnvLaw; hint: string }>

/** `steps`: longest recorded episode; `snapshots`: states per episode that are restored; `limitSteps`: longest run towards a time limit. */
export type CheckEnvOptions = Readonly<{ steps: number; snapshots: number; limitSteps: number }>
export const checkEnvDefaults: CheckEnvOptions = { steps: 200, snapshots: 5, limitSteps: 2000 }

const thrown = (error: unknown): Complaint => ({
  severity: 'error',
  message: `threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
})

/**
 * The findings about `env`, at most one per law and severity, none when all is well. Deterministic in `key`; the environment stays usable.
 *
 * @example
 * for (const { severity, law, message, hint } of checkEnv(env, rootKey(1))) report(`${severity} (${law}): ${message}. ${hint}`)
 */
export const checkEnv = <S>(env: Env<S>, key: Key, options: Partial<CheckEnvOptions> = {}): readonly Finding[] => {
  const { steps, snapshots, limitSteps } = { ...checkEnvDefaults, ...options }
  const findings: Finding[] = []
  const add = (law: EnvLaw, complaint: Complaint): void => {
    if (findings.some((each) => each.law === law && each.severity === complaint.severity)) return
    findings.push({ ...complaint, law, hint: environmentLaws[law].hint })
  }

  let subject: Subject<S>
  try {
    const drives = ['random', 'random', 'hold', 'idle'] as const
    const episodes = drives.map((drive, i) => recordEpisode(env, foldIn(key, i), steps, drive))
    subject = { env, key: foldIn(key, drives.length), episodes, snapshots, limitSteps }
  } catch (error) {
    add('runs', thrown(error))
    return findings
  }

  for (const law of Object.keys(environmentLaws) as EnvLaw[]) {
    try {
      environmentLaws[law].check(subject).forEach((complaint) => add(law, complaint))
    } catch (error) {
      add(law, thrown(error))
    }
  }
  return findings
}
