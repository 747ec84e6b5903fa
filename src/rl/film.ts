/**
 * Films one episode of a policy: frames at even distances from its start to its end.
 *
 * The episode runs twice, once to learn how long it is and once to keep the states that are drawn, so that no more of them are held
 * than are seen. It is the episode that the same key has in `runEpisode`, bit for bit.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { Env, LiveEnv } from '../core/env.ts'
import type { Film, Frame } from '../core/film.ts'
import type { EpisodeOutcome } from '../core/job.ts'

/** `live`, with `look` called after the reset and after every step. */
const watched = (live: LiveEnv, look: () => void): LiveEnv => ({
  spec: live.spec,
  get reward() {
    return live.reward
  },
  get terminated() {
    return live.terminated
  },
  get truncated() {
    return live.truncated
  },
  get unstable() {
    return live.unstable
  },
  reset(key, obs) {
    live.reset(key, obs)
    look()
  },
  step(key, action, obs) {
    live.step(key, action, obs)
    look()
  },
  save: () => live.save(),
  restore: (bytes) => live.restore(bytes),
  info: () => live.info(),
})

/** The numbers of `count` steps (at least 2) at even distances, 0 and `last` among them; fewer where there are not as many. */
const evenSteps = (last: number, count: number): ReadonlySet<number> =>
  new Set(Array.from({ length: count }, (_, i) => Math.round((last * i) / Math.max(1, count - 1))))

/**
 * A film of `count` frames (at least 2) of the episode that `run` plays on the fast path that it is given; null where `env` has no
 * pictures.
 */
export const filmEpisode = <S>(env: Env<S>, run: (live: LiveEnv) => EpisodeOutcome, count: number): Film | null => {
  if (env.picture === undefined) return null
  const live = env.live()
  const { envSteps } = run(live)
  const wanted = evenSteps(envSteps, count)
  const kept: Readonly<{ step: number; returnSoFar: number; bytes: Uint8Array }>[] = []
  let step = 0
  let returnSoFar = 0
  const { terminated, truncated, unstable } = run(
    watched(live, () => {
      returnSoFar += live.reward
      if (wanted.has(step)) kept.push({ step, returnSoFar, bytes: live.save() })
      step++
    }),
  )
  const frames = kept.flatMap(({ step: at, returnSoFar: sum, bytes }): readonly Frame[] => {
    const picture = env.picture?.(env.decode(bytes))
    return picture === undefined ? [] : [{ step: at, returnSoFar: sum, picture }]
  })
  return { frames, envSteps, episodeReturn: returnSoFar, terminated, truncated, unstable }
}
