/**
 * Laws of adaptation jobs: everything that an outcome tells is computed again, step by step on the pure face of the environment, with the gradients of DDPG
 * (which have laws of their own) and plain gradient descent.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones.
 */
import { deepStrictEqual, ok } from 'node:assert/strict'
import { reference } from '../../backends/reference/index.ts'
import { navigation } from '../../envs/tasks/navigation.ts'
import { parcel } from '../../src/core/digest.ts'
import type { Env } from '../../src/core/env.ts'
import type { AdaptationJob, DdpgAdaptation, WorkerDraws } from '../../src/core/job.ts'
import type { Key } from '../../src/core/key.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import { actionCritic } from '../../src/nn/action-critic.ts'
import { mlp } from '../../src/nn/mlp.ts'
import type { AdaptationWorker } from '../../src/rl/adaptation.ts'
import type { ReplayBatch } from '../../src/rl/ddpg-loss.ts'
import { ddpgActorLoss, ddpgCriticLoss, ddpgTargets } from '../../src/rl/ddpg-loss.ts'

/** The worker for navigation with networks of one layer of 4. */
export type AdaptationSubject = Readonly<{ worker: AdaptationWorker; env: Env }>
export type AdaptationLaw = Readonly<{ name: string; check: (subject: AdaptationSubject) => void }>

export const adaptationPolicy = { kind: 'deterministic', hidden: [4], activation: 'tanh', outputActivation: 'tanh', initialLogStd: 0, init: 'xavier-normal', action: 'rescale' } as const
export const adaptationCriticHidden = [5]
const options = { goalX: 0.2, goalY: -0.1, timeLimit: 7 }
export const openAdaptationEnv = (): Promise<Env> => navigation.open(options)

const nets = {
  actor: mlp({ sizes: [2, 4, 2], activation: 'tanh', outputActivation: 'tanh' }, reference),
  critic: actionCritic({ obsSize: 2, actionSize: 2, hidden: adaptationCriticHidden, activation: 'tanh' }, reference),
}
const [actorSize, criticSize] = [nets.actor.size, nets.critic.size]
const root = rootKey('adaptation laws')
const part = (use: number, size: number, scale: number): Float64Array => normals(foldIn(root, use), size).map((z) => scale * z)
const mean = { actor: part(0, actorSize, 0.5), critic: part(1, criticSize, 0.5) }
const logSigma = { actor: part(2, actorSize, 0.3).map((z) => z - 1), critic: part(3, criticSize, 0.3).map((z) => z - 2) }
const base = parcel(Float64Array.of(...mean.actor, ...logSigma.actor, ...mean.critic, ...logSigma.critic))

const ddpgDefaults: DdpgAdaptation = { kind: 'ddpg', updates: 0, batch: null, optimiser: 'sgd', learningRate: 0.3, criticLearningRate: 0.2, gamma: 0.8 }

type Wanted = Partial<Omit<AdaptationJob, 'adaptation'>> & Readonly<{ adaptation?: Partial<DdpgAdaptation> }>

const jobOf = ({ adaptation, ...more }: Wanted = {}): AdaptationJob => ({
  kind: 'adaptation',
  env: { id: 'navigation', options },
  policy: adaptationPolicy,
  criticHidden: adaptationCriticHidden,
  base,
  actors: { keys: [10, 11, 12].map((label) => foldIn(root, label)), mirrored: false },
  critic: { keys: [foldIn(root, 20)], mirrored: false },
  adaptation: { ...ddpgDefaults, ...adaptation },
  returns: 'last',
  key: foldIn(root, 30),
  ...more,
})

const drawn = (which: 'actor' | 'critic', { keys, mirrored }: WorkerDraws): readonly Float64Array[] =>
  keys.map((key) => {
    const noise = normals(key, mean[which].length)
    return mean[which].map((value, p) => value + (mirrored ? -1 : 1) * Math.exp(logSigma[which][p]) * noise[p])
  })

const middle = (vectors: readonly Float64Array[]): Float64Array => vectors[0].map((_, p) => vectors.reduce((sum, vector) => sum + vector[p], 0) / vectors.length)

type Walk = Readonly<{ fitness: number; batch: ReplayBatch }>

/** An episode on the pure face, the network's outputs stretched from ±1 to ±0.1. */
const walk = ({ env }: AdaptationSubject, actor: Float64Array, key: Key): Walk => {
  const rows: { obs: number[]; answer: number[]; reward: number; next: number[]; terminated: number }[] = []
  let step = env.reset(foldIn(key, 0))
  for (let t = 0; !step.terminated && !step.truncated; t++) {
    const answer = nets.actor.forward(actor, step.obs, 1)
    const following = env.step(foldIn(foldIn(key, 1), t), step.state, answer.map((x) => -0.1 + 0.5 * (x + 1) * 0.2))
    rows.push({ obs: [...step.obs], answer: [...answer], reward: following.reward, next: [...following.obs], terminated: following.terminated ? 1 : 0 })
    step = following
  }
  return { fitness: rows.reduce((sum, { reward }) => sum + reward, 0), batch: batchOf(rows) }
}

const batchOf = (rows: readonly Readonly<{ obs: number[]; answer: number[]; reward: number; next: number[]; terminated: number }>[]): ReplayBatch => ({
  obs: Float64Array.from(rows.flatMap(({ obs }) => obs)),
  actions: Float64Array.from(rows.flatMap(({ answer }) => answer)),
  rewards: Float64Array.from(rows, ({ reward }) => reward),
  nextObs: Float64Array.from(rows.flatMap(({ next }) => next)),
  terminated: Uint8Array.from(rows, ({ terminated }) => terminated),
})

const joined = (parts: readonly ReplayBatch[]): ReplayBatch => ({
  obs: Float64Array.from(parts.flatMap(({ obs }) => [...obs])),
  actions: Float64Array.from(parts.flatMap(({ actions }) => [...actions])),
  rewards: Float64Array.from(parts.flatMap(({ rewards }) => [...rewards])),
  nextObs: Float64Array.from(parts.flatMap(({ nextObs }) => [...nextObs])),
  terminated: Uint8Array.from(parts.flatMap(({ terminated }) => [...terminated])),
})

/** What an outcome must be, for an adaptation by gradient descent on all transitions. */
const expected = (subject: AdaptationSubject, job: AdaptationJob) => {
  const actors = drawn('actor', job.actors)
  const explored = actors.map((actor, k) => walk(subject, actor, foldIn(foldIn(job.key, 0), k)))
  const batch = joined(explored.map((each) => each.batch))
  const { updates, learningRate, criticLearningRate, gamma } = job.adaptation
  const path = [{ actor: middle(actors), critic: drawn('critic', job.critic)[0] }]
  const targets = ddpgTargets(nets, path[0].actor, path[0].critic, batch, gamma)
  for (let u = 0; u < updates; u++) {
    const { actor, critic } = path[u]
    const byCritic = ddpgCriticLoss(nets, critic, batch, targets).gradient
    const nextCritic = critic.map((value, p) => value - criticLearningRate * byCritic[p])
    const byActor = ddpgActorLoss(nets, actor, nextCritic, batch.obs, batch.rewards.length).gradient
    path.push({ actor: actor.map((value, p) => value - learningRate * byActor[p]), critic: nextCritic })
  }
  const judged = path.map(({ actor }, u) => walk(subject, actor, foldIn(foldIn(job.key, 1), u)))
  const last = judged[updates].batch
  const toGo = [...last.rewards.keys()].map((t) => last.rewards.reduce((sum, reward, s) => sum + (s < t ? 0 : Math.pow(gamma, s - t) * reward), 0))
  const values = nets.critic.values(path[updates].critic, last.obs, last.actions)
  return {
    explored: explored.map(({ fitness }) => fitness),
    returns: judged.map(({ fitness }) => fitness),
    criticFitness: -values.reduce((sum, value, t) => sum + (value - toGo[t]) ** 2, 0) / values.length,
    envSteps: batch.rewards.length + (job.returns === 'every' ? judged : [judged[updates]]).reduce((sum, each) => sum + each.batch.rewards.length, 0),
  }
}

/** Sums in another order and `Math.exp` for σ differ in the last places; what a wrong rule makes differs by far more. */
const near = (what: string, actual: ArrayLike<number>, wanted: ArrayLike<number>): void => {
  deepStrictEqual(actual.length, wanted.length, `${what}: ${actual.length} values instead of ${wanted.length}`)
  for (let i = 0; i < actual.length; i++) ok(Math.abs(actual[i] - wanted[i]) <= 1e-11 * (1 + Math.abs(wanted[i])), `${what}[${i}]: ${actual[i]} instead of ${wanted[i]}`)
}

const agrees = (subject: AdaptationSubject, job: AdaptationJob): void => {
  const outcome = subject.worker(subject.env.live(), job)
  const { explored, returns, criticFitness, envSteps } = expected(subject, job)
  near('explored', outcome.explored, explored)
  near('returns', outcome.returns, job.returns === 'every' ? returns : returns.slice(-1))
  near('fitness', [outcome.fitness, outcome.criticFitness], [returns[returns.length - 1], criticFitness])
  deepStrictEqual([outcome.envSteps, outcome.episodes, outcome.unstable], [envSteps, explored.length + (job.returns === 'every' ? returns.length : 1), 0])
}

export const adaptationLaws: readonly AdaptationLaw[] = [
  { name: 'without updates the mean of the drawn actors is judged', check: (subject) => agrees(subject, jobOf()) },
  {
    name: 'an update descends on the losses of DDPG over all trajectories, the critic first',
    check: (subject) => agrees(subject, jobOf({ adaptation: { updates: 1 } })),
  },
  {
    name: 'several updates look at the values of the networks of the start',
    check: (subject) => agrees(subject, jobOf({ adaptation: { updates: 4, gamma: 0.95, learningRate: 0.1, criticLearningRate: 0.7 } })),
  },
  { name: 'returns are told before the first and after every update', check: (subject) => agrees(subject, jobOf({ returns: 'every', adaptation: { updates: 3 } })) },
  {
    name: 'mirrored draws lie on the other side of the mean',
    check: (subject) => {
      const { actors, critic } = jobOf()
      agrees(subject, jobOf({ actors: { ...actors, mirrored: true }, critic: { ...critic, mirrored: true }, adaptation: { updates: 1 } }))
    },
  },
  {
    name: 'an update on a minibatch sees drawn transitions, others in every update',
    check: (subject) => {
      const of = (key: number, batch: number | null) => subject.worker(subject.env.live(), jobOf({ key: foldIn(root, key), adaptation: { updates: 2, batch } }))
      const [some, same, others, all] = [of(40, 5), of(40, 5), of(41, 5), of(40, null)]
      deepStrictEqual(some, same)
      ok(some.criticLoss !== others.criticLoss && some.criticLoss !== all.criticLoss, 'another key and all transitions make other losses')
      // the transitions of navigation do not depend on the key of an episode, so the mean over draws of the first loss is that of all transitions
      const losses = Array.from({ length: 400 }, (_, i) => subject.worker(subject.env.live(), jobOf({ key: foldIn(root, 100 + i), adaptation: { updates: 1, batch: 5 } })).criticLoss)
      const whole = subject.worker(subject.env.live(), jobOf({ adaptation: { updates: 1 } })).criticLoss
      const average = losses.reduce((sum, loss) => sum + loss, 0) / losses.length
      const error = Math.sqrt(losses.reduce((sum, loss) => sum + (loss - average) ** 2, 0)) / losses.length
      ok(Math.abs(average - whole) < 5 * error, `${average} ± ${error} instead of ${whole}`)
    },
  },
  {
    name: 'what was executed before does not show, and inputs are left as they are',
    check: (subject) => {
      const live = subject.env.live()
      const job = jobOf({ adaptation: { updates: 2, optimiser: 'adam' } })
      const before = base.values.slice()
      const first = subject.worker(live, job)
      subject.worker(live, jobOf({ key: foldIn(root, 77), adaptation: { updates: 5, batch: 3 } }))
      deepStrictEqual(subject.worker(live, job), first)
      deepStrictEqual(base.values, before)
    },
  },
  {
    name: 'Adam moves every parameter by about its rate in the first update',
    check: (subject) => {
      const far = (learningRate: number) => subject.worker(subject.env.live(), jobOf({ adaptation: { updates: 1, optimiser: 'adam', learningRate, criticLearningRate: 1e-3 } })).fitness
      ok(far(1e-7) !== far(0.3), 'the rate of the actor does not matter')
      ok(Math.abs(far(1e-7) - expected(subject, jobOf()).returns[0]) < 1e-4, 'a rate next to nothing moves the actor')
    },
  },
]
