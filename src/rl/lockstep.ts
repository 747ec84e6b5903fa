/**
 * Episodes of a whole population, step by step together: one call of the backend per step instead of one per candidate.
 *
 *     a_n = π_{θ_n}(s_n, ε_n)   for all candidates n at once,   then s_n ← step(s_n, a_n)
 *
 * Each episode has the keys, noise and bits that `runEpisode` would give it alone. Candidates whose episode is over are computed along until
 * the others find room in half as many places.
 *
 * *Source:* Salimans et al. 2017, arXiv 1703.03864, Algorithm 1 line 4; environments in lockstep as in Gymnasium's `SyncVectorEnv`.
 * *Deviations:* none.
 */
import type { Compute, MlpSpec, ResidentPopulation } from '../core/backend.ts'
import { invariant } from '../core/invariant.ts'
import type { EpisodeOutcome, ObsScaling } from '../core/job.ts'
import type { Key } from '../core/key.ts'
import type { Work } from '../core/later.ts'
import { wait } from '../core/later.ts'
import { addObservation, emptyMoments } from '../core/moments.ts'
import { fillNormals, foldIn } from '../core/rng.ts'
import { sizeOf } from '../core/space.ts'
import type { VectorEnv } from '../core/vector-env.ts'
import { applyNormaliser } from '../nn/normaliser.ts'
import type { PolicyHead } from '../nn/policy-head.ts'
import { allFinite, failure, noiseBlockSteps } from './episode.ts'

/** What acts: the network and its head. */
export type LockstepPolicy = Readonly<{ net: MlpSpec; head: PolicyHead }>

/** `parameters` [N, P] row by row; `keys` [N] are those of the episodes, `collects` [N] tells whose observations are counted. */
export type LockstepRequest = Readonly<{
  parameters: Float64Array
  keys: readonly Key[]
  collects: readonly boolean[]
  normaliser: Float64Array | null
  scaling: ObsScaling
}>

/** One candidate's episode while it goes on; `done` once it is over. Views are of arrays over all candidates. */
type Course = {
  readonly parameters: Float64Array
  readonly keySteps: Key
  readonly keyNoise: Key
  readonly std: Float64Array
  readonly noise: Float64Array
  readonly noiseOfStep: readonly (Float64Array | null)[]
  readonly obs: Float64Array
  readonly action: Float64Array
  readonly moments: Float64Array | null
  fitness: number
  done: EpisodeOutcome | null
}

/** Those who are computed together: indices of candidates, their networks, and a row of inputs and outputs for each. */
type Crew = Readonly<{ members: readonly number[]; networks: ResidentPopulation; x: Float64Array; inputs: readonly Float64Array[]; y: Float64Array; outputs: readonly Float64Array[] }>

const rowsOf = (values: Float64Array, count: number): readonly Float64Array[] => {
  const width = values.length / count
  return Array.from({ length: count }, (_, i) => values.subarray(i * width, (i + 1) * width))
}

const coursesOf = (envs: VectorEnv, head: PolicyHead, actions: Float64Array, { parameters, keys, collects }: LockstepRequest): readonly Course[] => {
  const { noiseSize, stdSize } = head
  const population = keys.length
  const [vectors, observations, actionRows] = [parameters, envs.obs, actions].map((values) => rowsOf(values, population))
  return keys.map((key, n) => {
    const std = new Float64Array(stdSize)
    head.readStd(std, vectors[n])
    const noise = new Float64Array(noiseBlockSteps * noiseSize)
    return {
      parameters: vectors[n],
      keySteps: foldIn(key, 1),
      keyNoise: foldIn(key, 2),
      std,
      noise,
      noiseOfStep: noiseSize === 0 ? Array.from({ length: noiseBlockSteps }, () => null) : rowsOf(noise, noiseBlockSteps),
      obs: observations[n],
      action: actionRows[n],
      moments: collects[n] ? emptyMoments(observations[n].length) : null,
      fitness: 0,
      // as in `runEpisode`: a discrete policy would turn NaN into a lawful action
      done: allFinite(vectors[n]) ? null : failure(0),
    }
  })
}

/** How many are computed together from now on: halved as long as all who go on find room, so that few sizes occur. */
const crewSize = (present: number, going: number): number => {
  let size = present
  while (2 * going <= size) size = Math.ceil(size / 2)
  return size
}

/** The networks of `members`, ready to act. */
function* crewOf(compute: Compute, { net, head }: LockstepPolicy, courses: readonly Course[], members: readonly number[]): Work<Crew> {
  const count = members.length
  const width = courses[members[0]].parameters.length
  const parameters = new Float64Array(count * width)
  members.forEach((n, row) => parameters.set(courses[n].parameters, row * width))
  const x = new Float64Array(count * net.sizes[0])
  const y = new Float64Array(count * head.outputs)
  return { members, networks: yield* wait(compute.residentPopulation(net, parameters, count)), x, inputs: rowsOf(x, count), y, outputs: rowsOf(y, count) }
}

/**
 * Runs one episode per candidate on the copies of `envs` (as many as candidates, in whatever state) and answers their outcomes in order,
 * each as `runEpisode` would. An environment without time limit must terminate by itself.
 */
export function* lockstepEpisodes(compute: Compute, envs: VectorEnv, policy: LockstepPolicy, request: LockstepRequest): Work<readonly EpisodeOutcome[]> {
  const { head } = policy
  const { keys, normaliser, scaling } = request
  const actions = new Float64Array(keys.length * sizeOf(envs.spec.actionSpace))
  const courses = coursesOf(envs, head, actions, request)
  const active = Uint8Array.from(courses, ({ done }) => (done === null ? 1 : 0))
  const stepKeys: Key[] = [...keys]
  const going = (): readonly number[] => [...active.keys()].filter((n) => active[n] !== 0)

  /** Looks at the newest observation and writes the network's input. */
  const look = (course: Course, input: Float64Array, step: number): void => {
    const slot = step % noiseBlockSteps
    if (slot === 0 && head.noiseSize > 0) fillNormals(course.noise, course.keyNoise, step * head.noiseSize)
    if (course.moments !== null) addObservation(course.moments, course.obs)
    if (normaliser === null) input.set(course.obs)
    else applyNormaliser(input, course.obs, normaliser, scaling)
  }

  const end = (n: number, outcome: EpisodeOutcome): void => {
    courses[n].done = outcome
    active[n] = 0
  }

  /** Books the step that copy n has made. */
  const book = (n: number, step: number): void => {
    const course = courses[n]
    course.fitness += envs.rewards[n]
    const [terminated, truncated] = [envs.terminated[n] !== 0, envs.truncated[n] !== 0]
    if (!terminated && !truncated) return
    const { fitness, moments } = course
    end(n, envs.unstable[n] !== 0 ? failure(step + 1) : { kind: 'episode', fitness, envSteps: step + 1, terminated, truncated, unstable: false, moments })
  }

  let members = going()
  members.forEach((n) => envs.resetOne(n, foldIn(keys[n], 0)))
  let crew: Crew | null = null
  try {
    for (let step = 0; members.length > 0; step++) {
      const wanted = crewSize(crew?.members.length ?? keys.length, members.length)
      if (crew === null || wanted < crew.members.length) {
        const done: readonly number[] = (crew?.members ?? [...keys.keys()]).filter((n) => active[n] === 0)
        crew?.networks.release()
        crew = null
        crew = yield* crewOf(compute, policy, courses, [...members, ...done].slice(0, wanted))
      }
      const { members: rows, networks, x, inputs, y, outputs } = crew
      rows.forEach((n, row) => {
        if (active[n] !== 0) look(courses[n], inputs[row], step)
      })
      yield* wait(networks.forward(y, x))
      rows.forEach((n, row) => {
        if (active[n] === 0) return
        const { std, noiseOfStep, action, keySteps } = courses[n]
        head.answer(outputs[row], std, noiseOfStep[step % noiseBlockSteps], action)
        head.bring(action, action)
        if (allFinite(action)) stepKeys[n] = foldIn(keySteps, step)
        else end(n, failure(step))
      })
      envs.step(stepKeys, actions, active)
      for (const n of members) if (active[n] !== 0) book(n, step)
      members = going()
    }
  } finally {
    crew?.networks.release()
  }
  return courses.map(({ done }) => {
    invariant(done !== null, 'a lockstep evaluation ends before an episode is over')
    return done
  })
}
