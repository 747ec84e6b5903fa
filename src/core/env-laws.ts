/**
 * The laws of an environment, each as a check of recorded episodes.
 *
 * *Source:* house contract 4, "Environments"; Gymnasium (flags, time limit, no automatic reset). *Deviations:* none.
 */
import { type Complaint, error, everyEpisode, everyStep, note, someSteps, type Subject } from './env-complaints.ts'
import { endComplaints, timeLimitComplaints } from './env-end-laws.ts'
import { pictureComplaints } from './env-picture-law.ts'
import { type Episode, follow, followAll, liveDifference, stepDifference, vectorDifference } from './env-record.ts'
import type { EnvSpec, Quantity } from './env.ts'
import { contains, sizeOf, type Space } from './space.ts'

type Law = Readonly<{ hint: string; check<S>(subject: Subject<S>): readonly Complaint[] }>

const tableProblems = (what: string, table: readonly Quantity[], space: Space): readonly string[] => {
  if (table.length !== sizeOf(space)) return [`${what}: ${table.length} rows for ${sizeOf(space)} entries`]
  return table.flatMap(({ name, unit, low, high }, i) => {
    const expected = space.kind === 'box' ? [space.low[i], space.high[i]] : [0, space.n - 1]
    if (low !== expected[0] || high !== expected[1]) return [`${what}[${i}] (${name}): bounds ${low} … ${high}, the space has ${expected[0]} … ${expected[1]}`]
    return name === '' || unit === '' ? [`${what}[${i}]: name and unit must not be empty`] : []
  })
}

const specProblems = (spec: EnvSpec): readonly string[] => [
  ...(spec.id === '' || spec.title === '' || spec.source === '' ? ['id, title and source must not be empty'] : []),
  ...tableProblems('observations', spec.observations, spec.observationSpace),
  ...tableProblems('actions', spec.actions, spec.actionSpace),
  ...(spec.timeLimit !== null && !(Number.isInteger(spec.timeLimit) && spec.timeLimit > 0) ? [`timeLimit is ${spec.timeLimit}`] : []),
  ...(spec.dt !== null && !(spec.dt > 0) ? [`dt is ${spec.dt}`] : []),
]

const badActions = (space: Space): readonly Float64Array[] => {
  const size = sizeOf(space)
  const wrongValues = space.kind === 'box' ? [NaN] : [NaN, -1, space.n, 0.5]
  return [new Float64Array(size + 1), new Float64Array(size - 1), ...wrongValues.map((value) => new Float64Array(size).fill(value))]
}

/** Why `act` does not reject its argument as it should, in words; null when it throws a `RangeError`. */
const rejection = (act: () => unknown, action: Float64Array): string | null => {
  try {
    act()
  } catch (caught) {
    return caught instanceof RangeError ? null : `the action [${action.join(', ')}] threw ${String(caught)}, expected a RangeError`
  }
  return `the action [${action.join(', ')}] was accepted`
}

const actionComplaints = <S>({ env, episodes }: Subject<S>): readonly Complaint[] => {
  const [episode] = episodes
  if (episode.actions.length === 0) return [note('the first recorded episode has no step')]
  const live = env.live()
  const obs = new Float64Array(sizeOf(env.spec.observationSpace))
  const bad = badActions(env.spec.actionSpace)
  const [key] = episode.keys
  live.reset(episode.keyReset, obs)
  const problems = bad.flatMap((action) => [
    rejection(() => env.step(key, episode.steps[0].step.state, action), action),
    rejection(() => live.step(key, action, obs), action),
  ])
  const problem = problems.find((each) => each !== null)
  if (problem !== undefined) return [error(problem)]
  live.step(key, episode.actions[0], obs)
  const difference = liveDifference(live, obs, episode.steps[1])
  return difference === null ? [] : [error(`after a rejected action: ${difference}`)]
}

const snapshotProblem = <S>(subject: Subject<S>, episode: Episode<S>, e: number): string | null => {
  const { env } = subject
  const live = env.live()
  const obs = new Float64Array(sizeOf(env.spec.observationSpace))
  for (const t of someSteps(subject, episode, e)) {
    const { bytes } = episode.steps[t]
    const restored = env.decode(bytes.slice())
    const expected = episode.steps[t + 1]
    live.restore(bytes.slice())
    live.step(episode.keys[t], episode.actions[t], obs)
    const difference =
      vectorDifference('byte encoded again', bytes, env.encode(restored)) ??
      stepDifference(env, expected, env.step(episode.keys[t], restored, episode.actions[t])) ??
      liveDifference(live, obs, expected)
    if (difference !== null) return `step ${t + 1} after restoring step ${t}: ${difference}`
  }
  return null
}

const infoProblem = (names: string, info: Readonly<Record<string, number>>): string | null => {
  if (Object.keys(info).join(', ') !== names) return `info holds (${Object.keys(info).join(', ')}), expected (${names})`
  return Object.values(info).every((value) => typeof value === 'number') ? null : 'info holds something that is not a number'
}

/** The names of the laws. */
export type EnvLaw =
  | 'runs'
  | 'spec'
  | 'observation-in-space'
  | 'reward-finite'
  | 'reset-flags'
  | 'reset-varies'
  | 'repeatable'
  | 'inputs-unchanged'
  | 'snapshot'
  | 'live-equals-pure'
  | 'fresh-after-reset'
  | 'copies-independent'
  | 'time-limit'
  | 'no-auto-reset'
  | 'action-checked'
  | 'info'
  | 'picture'

/** Every law by name, with what to do when it is broken. */
export const environmentLaws: Readonly<Record<EnvLaw, Law>> = {
  runs: { hint: 'Reset and step must accept every action of the action space.', check: () => [] },
  spec: {
    hint: 'The tables of observations and actions name, measure and bound each entry of the spaces.',
    check: ({ env }) => specProblems(env.spec).map(error),
  },
  'observation-in-space': {
    hint: 'Widen the bounds of the observation space, or end the episode before they are left; observations are finite.',
    check: (subject) =>
      everyStep(subject, ({ obs }) => {
        const bad = obs.findIndex((x) => !Number.isFinite(x))
        if (bad >= 0) return `obs[${bad}] is ${obs[bad]}`
        return contains(subject.env.spec.observationSpace, obs) ? null : `obs [${obs.join(', ')}] is outside the observation space`
      }),
  },
  'reward-finite': {
    hint: 'A reward that is not finite spoils every return it enters; end the episode as terminated instead.',
    check: (subject) => everyStep(subject, ({ step }) => (Number.isFinite(step.reward) ? null : `reward is ${step.reward}`)),
  },
  'reset-flags': {
    hint: 'A reset answers reward 0 and neither flag.',
    check: (subject) =>
      everyStep(subject, ({ step }, t) =>
        t > 0 || (step.reward === 0 && step.terminated === false && step.truncated === false)
          ? null
          : `reward ${step.reward}, terminated ${step.terminated}, truncated ${step.truncated}`,
      ),
  },
  'reset-varies': {
    hint: 'Two keys gave the same start. That is allowed, but a policy may then learn one episode by heart.',
    check: ({ episodes: [a, b] }) => (vectorDifference('obs', a.steps[0].obs, b.steps[0].obs) === null ? [note('the start does not depend on the key')] : []),
  },
  repeatable: {
    hint: 'Key, state and action must determine the next step: keep no memory between calls and take every random number from the key.',
    check: (subject) =>
      everyEpisode(subject, (episode, e) => {
        const { env } = subject
        const again = stepDifference(env, episode.steps[0], env.reset(episode.keyReset))
        if (again !== null) return `step 0, again: ${again}`
        for (const t of someSteps(subject, episode, e)) {
          const difference = stepDifference(env, episode.steps[t + 1], env.step(episode.keys[t], episode.steps[t].step.state, episode.actions[t]))
          if (difference !== null) return `step ${t + 1}, again: ${difference}`
        }
        return null
      }),
  },
  'inputs-unchanged': {
    hint: 'A step may write only to memory that it allocates; what it was given and what it returned earlier must not change.',
    check: (subject) =>
      everyStep(
        subject,
        ({ step, obs, bytes }, t, episode) =>
          vectorDifference('the returned obs', obs, step.obs) ??
          vectorDifference('byte of the encoded state', bytes, subject.env.encode(step.state)) ??
          (t === 0 ? null : vectorDifference('the given action', episode.given[t - 1], episode.actions[t - 1])),
      ),
  },
  snapshot: {
    hint: 'Encode everything that later steps depend on, so that decode (or restore) followed by a step gives the same bits as the step.',
    check: (subject) => everyEpisode(subject, (episode, e) => snapshotProblem(subject, episode, e)),
  },
  'live-equals-pure': {
    hint: 'The fast path must give the same bits as restore, step, save.',
    check: (subject) =>
      everyEpisode(subject, (episode) => {
        const live = subject.env.live()
        return followAll(follow(live, episode)) ?? vectorDifference('saved byte', episode.steps[episode.steps.length - 1].bytes, live.save())
      }),
  },
  'fresh-after-reset': {
    hint: 'Something of an earlier episode survives the reset: clear caches, warm starts and flags there.',
    check: (subject) => {
      const live = subject.env.live()
      const half = (episode: Episode<unknown>): number => Math.ceil(episode.actions.length / 2)
      return everyEpisode(subject, (episode, e) => {
        const before = subject.episodes[(e + 1) % subject.episodes.length]
        followAll(follow(live, before, half(before)))
        return followAll(follow(live, episode))
      })
    },
  },
  'copies-independent': {
    hint: 'Two copies that run at the same time disturb each other: give each its own simulator and scratch memory.',
    check: (subject) => {
      const followers = subject.episodes.map((episode) => follow(subject.env.live(), episode))
      while (followers.some((each) => !each.done())) {
        for (const [e, follower] of followers.entries()) {
          const difference = follower.done() ? null : follower.next()
          if (difference !== null) return [error(`episode ${e}, ${difference}`)]
        }
      }
      return []
    },
  },
  'time-limit': {
    hint: 'Exactly the step that reaches spec.timeLimit, counted from the reset, is truncated; the limit alone never terminates.',
    check: timeLimitComplaints,
  },
  'no-auto-reset': {
    hint: 'An ended episode stays ended: refuse to step on, or go on from the last state. Only reset starts an episode.',
    check: endComplaints,
  },
  'action-checked': {
    hint: 'An action of wrong length, with NaN or outside a discrete space must throw a RangeError and leave no trace.',
    check: actionComplaints,
  },
  info: {
    hint: 'Info holds the same names in the same order at every step, and numbers only.',
    check: (subject) => {
      const names = Object.keys(subject.episodes[0].steps[1]?.step.info ?? {}).join(', ')
      return everyStep(subject, ({ step }, t) => (t === 0 ? null : infoProblem(names, step.info)))
    },
  },
  picture: {
    hint: 'A picture is drawn from the state alone, with its shapes inside their window; compute what it needs in memory of its own.',
    check: pictureComplaints,
  },
}
