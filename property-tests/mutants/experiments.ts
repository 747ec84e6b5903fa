/** Experiments with one flaw each, and the law that must catch it. */
import type { Outcome } from '../../src/core/job.ts'
import type { Experiment } from '../../src/experiment/experiment.ts'
import type { ExperimentSubject } from '../laws/experiment.ts'
import { parametric } from '../experiment/subjects.ts'

type Broken = Readonly<{ make: () => ExperimentSubject<unknown>; law: string }>

const broken = (change: (sound: Experiment<unknown>) => Partial<Experiment<unknown>>): (() => ExperimentSubject<unknown>) => () => {
  const subject = parametric() as ExperimentSubject<unknown>
  return { ...subject, experiment: { ...subject.experiment, ...change(subject.experiment) } }
}

const doubled = (outcomes: readonly Outcome[]): readonly Outcome[] => outcomes.map((outcome) => ({ ...outcome, envSteps: 2 * outcome.envSteps }))

export const brokenExperiments: Readonly<Record<string, Broken>> = {
  'the root key is ignored': {
    make: broken((sound) => ({ init: () => sound.init({ hi: 1, lo: 2 }) })),
    law: 'another seed is another run',
  },
  'something outside the state counts': {
    make: () => {
      const subject = parametric() as ExperimentSubject<unknown>
      let calls = 0
      return {
        ...subject,
        execute: (job) => {
          calls += 1
          return { ...subject.execute(job), fitness: calls }
        },
      }
    },
    law: 'a run repeats itself',
  },
  'results depend on the order of execution': {
    make: () => {
      const subject = parametric() as ExperimentSubject<unknown>
      let last = 0
      return {
        ...subject,
        execute: (job) => {
          const outcome = subject.execute(job)
          const leaked = { ...outcome, fitness: outcome.fitness + last }
          last = outcome.fitness
          return leaked
        },
      }
    },
    law: 'order of execution does not matter',
  },
  'a part of the state lives outside of it': {
    make: broken((sound) => {
      const seen = new WeakSet<object>() // remembers states by identity, which no checkpoint keeps
      return {
        absorb: (state, outcomes) => {
          const [next, events] = sound.absorb(state, outcomes)
          const known = seen.has(state as object)
          seen.add(next as object)
          return [next, events.map((event) => (event.type === 'step' ? { ...event, unstable: known ? 1 : 0 } : event))]
        },
      }
    }),
    law: 'resuming after every round continues bit for bit',
  },
  'env steps are counted twice': {
    make: broken((sound) => ({ absorb: (state, outcomes) => sound.absorb(state, doubled(outcomes)) })),
    law: 'every env step is booked',
  },
  'another value is applied than was proposed': {
    make: broken((sound) => ({
      absorb: (state, outcomes) => {
        const [next, events] = sound.absorb(state, outcomes)
        return [next, events.map((event) => (event.type === 'step' ? { ...event, applied: { ...event.applied, sigma: 0.03 } } : event))]
      },
    })),
    law: 'proposed equals applied',
  },
}
