/**
 * Laws of adaptation by A2C: what an outcome tells is computed again on the pure face of the environment, with gradients by central differences of the two
 * losses as they are written, and plain gradient descent.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones.
 */
import { deepStrictEqual, ok } from 'node:assert/strict'
import { reference } from '../../backends/reference/index.ts'
import { parcel } from '../../src/core/digest.ts'
import type { A2cAdaptation, AdaptationJob } from '../../src/core/job.ts'
import type { Key } from '../../src/core/key.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import { mlp } from '../../src/nn/mlp.ts'
import type { AdaptationSubject } from './adaptation.ts'

export type A2cAdaptationLaw = Readonly<{ name: string; check: (subject: AdaptationSubject) => void }>

export const a2cPolicy = { kind: 'gaussian', hidden: [3], activation: 'tanh', outputActivation: 'linear', initialLogStd: 0, init: 'xavier-normal', action: 'rescale' } as const
export const a2cCriticHidden = [4]

const actorNet = mlp({ sizes: [2, 3, 2], activation: 'tanh', outputActivation: 'linear' }, reference)
const criticNet = mlp({ sizes: [2, 4, 1], activation: 'tanh', outputActivation: 'linear' }, reference)
const [actorSize, criticSize] = [actorNet.size + 2, criticNet.size]
const root = rootKey('a2c adaptation laws')
const part = (use: number, size: number): Float64Array => normals(foldIn(root, use), size).map((z) => 0.5 * z)
const mean = { actor: part(0, actorSize), critic: part(1, criticSize) }
const base = parcel(Float64Array.of(...mean.actor, ...new Float64Array(actorSize).fill(-2), ...mean.critic, ...new Float64Array(criticSize).fill(-2)))

type Wanted = Partial<Omit<AdaptationJob, 'adaptation'>> & Readonly<{ adaptation?: Partial<A2cAdaptation> }>

const jobOf = ({ adaptation, ...more }: Wanted = {}): AdaptationJob & Readonly<{ adaptation: A2cAdaptation }> => ({
  kind: 'adaptation',
  env: { id: 'navigation', options: {} },
  policy: a2cPolicy,
  criticHidden: a2cCriticHidden,
  base,
  actors: { keys: [foldIn(root, 10), foldIn(root, 11)], mirrored: false },
  critic: { keys: [foldIn(root, 20)], mirrored: false },
  returns: 'every',
  key: foldIn(root, 30),
  ...more,
  adaptation: { kind: 'a2c', updates: 1, episodes: 3, optimiser: 'sgd', learningRate: 0.2, criticLearningRate: 0.1, gamma: 0.9, ...adaptation },
})

const drawn = (values: Float64Array, key: Key): Float64Array => {
  const noise = normals(key, values.length)
  return values.map((value, p) => value + Math.exp(-2) * noise[p])
}

type Row = Readonly<{ obs: Float64Array; answer: Float64Array; reward: number; next: Float64Array; terminated: boolean }>

/** An episode on the pure face: the policy's sample, stretched from ±1 to ±0.1 and clipped. */
const walk = ({ env }: AdaptationSubject, actor: Float64Array, key: Key): readonly Row[] => {
  const rows: Row[] = []
  let step = env.reset(foldIn(key, 0))
  const noise = normals(foldIn(key, 2), 200)
  for (let t = 0; !step.terminated && !step.truncated; t++) {
    const answer = actorNet.forward(actor, step.obs, 1).map((mu, a) => mu + Math.exp(actor[actorNet.size + a]) * noise[2 * t + a])
    const action = answer.map((x) => Math.max(-0.1, Math.min(0.1, 0.1 * x)))
    const following = env.step(foldIn(foldIn(key, 1), t), step.state, action)
    rows.push({ obs: step.obs, answer, reward: following.reward, next: following.obs, terminated: following.terminated })
    step = following
  }
  return rows
}

const returnOf = (rows: readonly Row[]): number => rows.reduce((sum, { reward }) => sum + reward, 0)
const valueOf = (critic: Float64Array, obs: Float64Array): number => criticNet.forward(critic, obs, 1)[0]

/** Σ_k γ^k r, with the critic's value where a time limit cut it off. */
const toGo = (critic: Float64Array, rows: readonly Row[], gamma: number): readonly number[] => {
  const last = rows[rows.length - 1]
  let following = last.terminated ? 0 : valueOf(critic, last.next)
  return rows.map((_, t) => rows[rows.length - 1 - t]).map(({ reward }) => (following = reward + gamma * following)).reverse()
}

const logProb = (actor: Float64Array, { obs, answer }: Row): number =>
  actorNet.forward(actor, obs, 1).reduce((sum, mu, a) => {
    const logStd = actor[actorNet.size + a]
    return sum - 0.5 * ((answer[a] - mu) / Math.exp(logStd)) ** 2 - logStd - 0.5 * Math.log(2 * Math.PI)
  }, 0)

/** By central differences; with steps of 1e-5 they are right to about 1e-9. */
const slope = (loss: (at: Float64Array) => number, at: Float64Array): Float64Array =>
  at.map((_, p) => {
    const moved = (by: number): number => loss(at.map((value, i) => (i === p ? value + by : value)))
    return (moved(1e-5) - moved(-1e-5)) / 2e-5
  })

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const expected = (subject: AdaptationSubject, job: ReturnType<typeof jobOf>) => {
  const { updates, episodes, learningRate, criticLearningRate, gamma } = job.adaptation
  const actors = job.actors.keys.map((key) => drawn(mean.actor, key))
  let actor = actors[0].map((value, p) => (value + actors[1][p]) / 2)
  let critic = drawn(mean.critic, job.critic.keys[0])
  const explored: number[] = []
  const judged = [walk(subject, actor, foldIn(foldIn(job.key, 1), 0))]
  for (let u = 0; u < updates; u++) {
    const walks = Array.from({ length: episodes }, (_, e) => walk(subject, actor, foldIn(foldIn(foldIn(job.key, 0), u), e)))
    explored.push(...walks.map(returnOf))
    const rows = walks.flat()
    const returns = walks.flatMap((each) => toGo(critic, each, gamma))
    const raw = rows.map(({ obs }, b) => returns[b] - valueOf(critic, obs))
    const centre = average(raw)
    const deviation = Math.sqrt(average(raw.map((x) => (x - centre) ** 2)))
    const advantages = raw.map((x) => (x - centre) / (deviation + 1e-8))
    const byActor = slope((at) => -average(rows.map((row, b) => logProb(at, row) * advantages[b])), actor)
    const byCritic = slope((at) => average(rows.map(({ obs }, b) => (valueOf(at, obs) - returns[b]) ** 2)), critic)
    actor = actor.map((value, p) => value - learningRate * byActor[p])
    critic = critic.map((value, p) => value - criticLearningRate * byCritic[p])
    judged.push(walk(subject, actor, foldIn(foldIn(job.key, 1), u + 1)))
  }
  const last = judged[updates]
  const plain = [...last.keys()].map((t) => last.reduce((sum, { reward }, s) => sum + (s < t ? 0 : Math.pow(gamma, s - t) * reward), 0))
  return { explored, returns: judged.map(returnOf), criticFitness: -average(last.map(({ obs }, t) => (valueOf(critic, obs) - plain[t]) ** 2)) }
}

/** Central differences err by 1e-9 in a slope; a few steps of rate 0.2 carry that on, and what a wrong rule makes differs by far more. */
const near = (what: string, actual: ArrayLike<number>, wanted: ArrayLike<number>): void => {
  deepStrictEqual(actual.length, wanted.length, `${what}: ${actual.length} values instead of ${wanted.length}`)
  for (let i = 0; i < actual.length; i++) ok(Math.abs(actual[i] - wanted[i]) <= 1e-7 * (1 + Math.abs(wanted[i])), `${what}[${i}]: ${actual[i]} instead of ${wanted[i]}`)
}

const agrees = (subject: AdaptationSubject, job: ReturnType<typeof jobOf>): void => {
  const outcome = subject.worker(subject.env.live(), job)
  const { explored, returns, criticFitness } = expected(subject, job)
  near('explored', outcome.explored, explored)
  near('returns', outcome.returns, returns)
  near('fitness', [outcome.fitness, outcome.criticFitness], [returns[returns.length - 1], criticFitness])
  deepStrictEqual(outcome.episodes, explored.length + returns.length)
}

export const a2cAdaptationLaws: readonly A2cAdaptationLaw[] = [
  { name: 'without updates nothing is explored, and the mean of the drawn actors is judged', check: (subject) => agrees(subject, jobOf({ adaptation: { updates: 0 } })) },
  { name: 'an update follows the gradients of the two losses over episodes of the policy', check: (subject) => agrees(subject, jobOf()) },
  { name: 'every update has episodes of the policy as it stands', check: (subject) => agrees(subject, jobOf({ adaptation: { updates: 3, episodes: 2, gamma: 0.5 } })) },
  {
    name: 'one return is told where one is asked for, and what was executed before does not show',
    check: (subject) => {
      const live = subject.env.live()
      const job = jobOf({ returns: 'last', adaptation: { updates: 2, optimiser: 'adam', learningRate: 0.01 } })
      const first = subject.worker(live, job)
      subject.worker(live, jobOf({ key: foldIn(root, 77) }))
      deepStrictEqual(subject.worker(live, job), first)
      deepStrictEqual([first.returns.length, first.returns[0]], [1, first.fitness])
    },
  },
]
