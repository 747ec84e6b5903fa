/**
 * The laws about the end of an episode: the time limit, and that nothing resets by itself.
 *
 * *Source:* Gymnasium, `gymnasium.wrappers.TimeLimit`; house contract 4, "Environments". *Deviations:* none.
 */
import { type Complaint, error, everyStep, note, type Subject } from './env-complaints.ts'
import { driveAction } from './env-record.ts'
import type { LiveEnv } from './env.ts'
import type { Key } from './key.ts'
import { foldIn } from './rng.ts'
import { sizeOf } from './space.ts'

/** Runs `live` from a reset to its end or to `limit` steps; answers the number of steps taken, or a problem in words. */
const runToLimit = (live: LiveEnv, key: Key, limit: number, idle: boolean): number | string => {
  const { spec } = live
  const obs = new Float64Array(sizeOf(spec.observationSpace))
  live.reset(foldIn(key, 0), obs)
  for (let n = 1; n <= limit; n++) {
    live.step(foldIn(foldIn(key, 1), n), driveAction(foldIn(key, 2), spec.actionSpace, idle ? 'idle' : 'random', n), obs)
    if (live.truncated !== n >= limit) return `truncated is ${live.truncated} after ${n} steps, the time limit is ${limit}`
    if (live.terminated) return n
  }
  return limit
}

/** Whether exactly the step that reaches the limit is truncated, and the limit alone terminates nothing. */
export const timeLimitComplaints = <S>(subject: Subject<S>): readonly Complaint[] => {
  const { env, key, limitSteps } = subject
  const limit = env.spec.timeLimit
  const recorded = everyStep(subject, ({ step }, t) =>
    step.truncated === (limit !== null && t >= limit) ? null : `truncated is ${step.truncated}, the time limit is ${limit ?? 'none'}`,
  )
  if (limit === null || recorded.length > 0) return recorded
  if (limit > limitSteps) return [note(`the time limit of ${limit} steps is beyond the ${limitSteps} steps that were allowed`)]
  const live = env.live()
  const ends: boolean[] = []
  for (let attempt = 0; attempt < 6 && ends.length < 3; attempt++) {
    const steps = runToLimit(live, foldIn(foldIn(key, 1), attempt), limit, attempt % 2 === 1)
    if (typeof steps === 'string') return [error(steps)]
    if (steps === limit) ends.push(live.terminated)
  }
  if (ends.length === 0) return [note('no episode lasted until the time limit')]
  // one true end in the very last step is a coincidence, three are a rule
  return ends.length === 3 && ends.every(Boolean) ? [error(`all ${ends.length} episodes that reached the time limit were terminated there`)] : []
}

/** Whether stepping on from an ended episode is refused, or at least goes on counting towards the same limit. */
export const endComplaints = <S>({ env, episodes, key, limitSteps }: Subject<S>): readonly Complaint[] => {
  const limit = env.spec.timeLimit
  let ended = 0
  for (const [e, { steps }] of episodes.entries()) {
    const last = steps[steps.length - 1].step
    if (!last.terminated && !last.truncated) continue
    ended++
    let state = last.state
    for (let n = steps.length; n <= Math.min(limit ?? 0, limitSteps) + 1; n++) {
      try {
        const next = env.step(foldIn(foldIn(key, 1), n), state, driveAction(foldIn(key, 0), env.spec.actionSpace, 'random', n))
        if (next.truncated !== (limit !== null && n >= limit)) {
          return [error(`episode ${e} ended at step ${steps.length - 1}, but going on it was ${next.truncated ? '' : 'not '}truncated at step ${n}`)]
        }
        state = next.state
      } catch {
        break
      }
    }
  }
  return ended === 0 ? [note('no recorded episode ended')] : []
}
