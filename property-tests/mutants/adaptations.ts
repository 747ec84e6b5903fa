/**
 * Adaptations with one flaw each, made of the sound one, and the law that catches each.
 */
import type { AdaptationJob, AdaptationOutcome, DdpgAdaptation } from '../../src/core/job.ts'
import type { AdaptationWorker } from '../../src/rl/adaptation.ts'

const asked =
  (bend: (job: AdaptationJob) => AdaptationJob) =>
  (sound: AdaptationWorker): AdaptationWorker =>
  (live, job) =>
    sound(live, bend(job))

const told =
  (bend: (outcome: AdaptationOutcome, job: AdaptationJob) => AdaptationOutcome) =>
  (sound: AdaptationWorker): AdaptationWorker =>
  (live, job) =>
    bend(sound(live, job), job)

const ddpg = (change: (adaptation: DdpgAdaptation) => Partial<DdpgAdaptation>) =>
  asked((job) => (job.adaptation.kind === 'ddpg' ? { ...job, adaptation: { ...job.adaptation, ...change(job.adaptation) } } : job))

export const adaptationMutants: readonly (readonly [flaw: string, law: string, breakIt: (sound: AdaptationWorker) => AdaptationWorker])[] = [
  ['starts from the first drawn actor', 'without updates the mean of the drawn actors is judged', asked((job) => ({ ...job, actors: { ...job.actors, keys: [job.actors.keys[0], job.actors.keys[0], job.actors.keys[0]] } }))],
  ['judges the drawn actors', 'without updates the mean of the drawn actors is judged', told((outcome) => ({ ...outcome, fitness: outcome.explored.reduce((sum, value) => sum + value, 0) / outcome.explored.length }))],
  ['gives both networks one fitness', 'without updates the mean of the drawn actors is judged', told((outcome) => ({ ...outcome, criticFitness: outcome.fitness }))],
  ['does not count the last episode', 'without updates the mean of the drawn actors is judged', told((outcome) => ({ ...outcome, episodes: outcome.episodes - 1 }))],
  ['does one update too few', 'an update descends on the losses of DDPG over all trajectories, the critic first', ddpg(({ updates }) => ({ updates: Math.max(0, updates - 1) }))],
  ['swaps the rates', 'an update descends on the losses of DDPG over all trajectories, the critic first', ddpg(({ learningRate, criticLearningRate }) => ({ learningRate: criticLearningRate, criticLearningRate: learningRate }))],
  ['climbs down', 'an update descends on the losses of DDPG over all trajectories, the critic first', ddpg(({ learningRate }) => ({ learningRate: -learningRate }))],
  ['uses a discount of its own', 'several updates look at the values of the networks of the start', ddpg(() => ({ gamma: 0.99 }))],
  ['tells the returns backwards', 'returns are told before the first and after every update', told((outcome) => ({ ...outcome, returns: outcome.returns.slice().reverse() }))],
  ['never mirrors', 'mirrored draws lie on the other side of the mean', asked((job) => ({ ...job, actors: { ...job.actors, mirrored: false } }))],
  ['never mirrors critics', 'mirrored draws lie on the other side of the mean', asked((job) => ({ ...job, critic: { ...job.critic, mirrored: false } }))],
  ['sees all transitions always', 'an update on a minibatch sees drawn transitions, others in every update', ddpg(() => ({ batch: null }))],
  ['always descends by its gradients', 'Adam moves every parameter by about its rate in the first update', ddpg(() => ({ learningRate: 1e-7 }))],
]
