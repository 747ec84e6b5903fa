/**
 * Event logs for tests, as arbitraries and as samples.
 */
import fc from 'fast-check'
import type { ExperimentEvent, StepEvent } from '../../src/experiment/experiment.ts'

/** A step event with plausible values; `step` shapes all of them. */
export const stepAt = (step: number, change: Partial<StepEvent> = {}): StepEvent => ({
  type: 'step',
  step,
  member: 0,
  proposed: { sigma: 0.05, learningRate: 0.02 },
  applied: { sigma: 0.05, learningRate: 0.02 },
  metrics: { policyReturn: step * 10, fitnessMean: step * 9, fitnessMin: step, fitnessQ25: step * 5, fitnessMedian: step * 8, fitnessQ75: step * 11, fitnessMax: step * 12 },
  outer: {},
  envSteps: { learner: (step + 1) * 100, outer: 0, total: (step + 1) * 100 },
  episodes: 5,
  unstable: 0,
  ...change,
})

const number = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, -0))
const count = fc.nat(1_000_000)
const numbers = fc.dictionary(fc.constantFrom('sigma', 'learningRate', 'policyReturn', 'sigma.next', 'a b', '$x', '€'), number, { noNullPrototype: true })
const spent = fc.record({ learner: count, outer: count, total: count }, { noNullPrototype: true })

/** Any event, with numbers of every kind. */
export const anyEvent: fc.Arbitrary<ExperimentEvent> = fc.oneof(
  fc.record(
    {
      type: fc.constant('step' as const),
      step: count,
      member: count,
      proposed: numbers,
      applied: numbers,
      metrics: numbers,
      outer: numbers,
      envSteps: spent,
      episodes: count,
      unstable: count,
    },
    { noNullPrototype: true },
  ),
  fc.record(
    {
      type: fc.constant('probe' as const),
      step: count,
      trials: fc.array(fc.record({ hyper: numbers, mean: number }, { noNullPrototype: true }), { maxLength: 3 }),
      envSteps: spent,
      episodes: count,
    },
    { noNullPrototype: true },
  ),
  fc.record(
    {
      type: fc.constant('members' as const),
      step: count,
      changes: fc.array(fc.record({ member: count, copyFrom: fc.option(count), hyper: numbers }, { noNullPrototype: true }), { maxLength: 3 }),
    },
    { noNullPrototype: true },
  ),
  fc.record({ type: fc.constant('done' as const), step: count, envSteps: spent, policyDigest: fc.string() }, { noNullPrototype: true }),
)
