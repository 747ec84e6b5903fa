/** Adaptations by A2C with one flaw each, and the law that must catch it. */
import { expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import type { A2cAdaptation, AdaptationJob } from '../../src/core/job.ts'
import { adaptationWorker, type AdaptationWorker } from '../../src/rl/adaptation.ts'
import { a2cAdaptationLaws, a2cCriticHidden, a2cPolicy } from '../laws/a2c-adaptation.ts'
import { openAdaptationEnv } from '../laws/adaptation.ts'

const env = await openAdaptationEnv()
const sound = adaptationWorker({ policy: a2cPolicy, criticHidden: a2cCriticHidden, adaptation: { kind: 'a2c' } }, env.spec, reference)

it.each(a2cAdaptationLaws)('$name', ({ check }) => check({ env, worker: sound }))

const asked = (bend: (job: AdaptationJob) => AdaptationJob): AdaptationWorker => (live, job) => sound(live, bend(job))
const otherwise = (change: (adaptation: A2cAdaptation) => Partial<A2cAdaptation>): AdaptationWorker =>
  asked((job) => (job.adaptation.kind === 'a2c' ? { ...job, adaptation: { ...job.adaptation, ...change(job.adaptation) } } : job))

const flaws: readonly (readonly [string, string, AdaptationWorker])[] = [
  ['starts from one of the drawn actors', 'without updates nothing is explored, and the mean of the drawn actors is judged', asked((job) => ({ ...job, actors: { ...job.actors, keys: [job.actors.keys[0]] } }))],
  ['climbs down', 'an update follows the gradients of the two losses over episodes of the policy', otherwise(({ learningRate }) => ({ learningRate: -learningRate }))],
  ['leaves the critic alone', 'an update follows the gradients of the two losses over episodes of the policy', otherwise(() => ({ criticLearningRate: 0 }))],
  ['runs an episode too few', 'an update follows the gradients of the two losses over episodes of the policy', otherwise(({ episodes }) => ({ episodes: episodes - 1 }))],
  ['has another discount', 'every update has episodes of the policy as it stands', otherwise(() => ({ gamma: 0.9 }))],
  ['makes one update', 'every update has episodes of the policy as it stands', otherwise(({ updates }) => ({ updates: Math.min(1, updates) }))],
  ['always tells all returns', 'one return is told where one is asked for, and what was executed before does not show', asked((job) => ({ ...job, returns: 'every' }))],
]

it.each(flaws)('one that %s is caught', (_flaw, name, worker) => {
  const law = a2cAdaptationLaws.find((each) => each.name === name)
  expect(() => law?.check({ env, worker })).toThrow()
})

it('a policy without probabilities breaks an invariant', () => {
  expect(() => adaptationWorker({ policy: { ...a2cPolicy, kind: 'deterministic' }, criticHidden: [4], adaptation: { kind: 'a2c' } }, env.spec, reference)).toThrow(/with probabilities/)
})
