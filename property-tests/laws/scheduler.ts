/**
 * Laws that every outer level obeys, of one learner or of a population, whatever it does inside.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones.
 * The learner is played by made-up contexts and scores: what is tested is the scheduler's side of the contract. It goes through generations as
 * an evolution strategy does, or through rollouts with updates in between as a policy-gradient method does.
 */
import { deepStrictEqual, notDeepStrictEqual, ok } from 'node:assert/strict'
import type { HyperParameter, HyperRecord } from '../../src/core/hyper.ts'
import { outside } from '../../src/core/hyper.ts'
import type { Key } from '../../src/core/key.ts'
import { encodeKey, foldIn, normals, rootKey, uniform } from '../../src/core/rng.ts'
import type { EsContext, EsTrainingContext } from '../../src/es/context.ts'
import type { Feedback, Proposal, Scheduler, Trial, TrialScore } from '../../src/outer/scheduler.ts'
import type { TrainingContext } from '../../src/nn/training-context.ts'
import type { PolicyGradientContext } from '../../src/rl/context.ts'

/**
 * `make` builds a fresh scheduler; it is driven for `steps` steps over populations of `population` and may probe `maxRounds` times before a step.
 * `learner` says how it is played (`generations` where nothing is said), with `updates` on each rollout (2 where nothing is said).
 */
export type SchedulerSubject<S> = Readonly<{
  make: () => Scheduler<S, SeenContext, HyperRecord>
  space: Readonly<Record<string, HyperParameter>>
  population: number
  steps: number
  maxRounds: number
  learner?: 'generations' | 'rollouts'
  updates?: number
}>

/** What an outer level sees of either learner. */
export type SeenContext = EsContext & Partial<TrainingContext> & Partial<Omit<PolicyGradientContext, keyof TrainingContext>>

/** The learner's side: the fitness of a generation, and the score of a trial. */
type Play = Readonly<{
  fitness: (step: number, population: number) => Float64Array
  score: (trial: Trial<HyperRecord>, index: number, of: number) => number
}>

type Visit<S> = Readonly<{ key: Key; step: number; contexts: readonly (SeenContext | null)[]; before: S; proposal: Proposal<HyperRecord>; after: S }>
type Sight<S> = Readonly<{ key: Key; before: S; feedback: Feedback<SeenContext, HyperRecord>; after: S }>
type Transcript<S> = Readonly<{ visits: readonly Visit<S>[]; sights: readonly Sight<S>[]; last: S }>

const ordinary: Play = {
  fitness: (step, population) => normals(foldIn(rootKey('law fitness'), step), population),
  score: (trial) => 10 * uniform(foldIn(trial.key, 0)),
}

const layout = [{ name: '0.weight', shape: [2, 2], offset: 0 }, { name: '0.bias', shape: [2], offset: 4 }]
const SIZE = 6

/** Parameters and last gradients at step `step`. */
const trainingAt = (step: number) => ({
  parameters: normals(foldIn(rootKey('law parameters'), step), SIZE),
  layout,
  gradients: [normals(foldIn(rootKey('law gradients'), step), SIZE), normals(foldIn(rootKey('law gradients'), step + 1), SIZE)],
})

/** A generation that is over, as an evolution strategy shows it. */
const generationContext = (populationFitness: Float64Array, step: number): EsTrainingContext => ({
  populationFitness,
  policyReturn: populationFitness[0],
  generation: step,
  next: 'generation',
  changeable: ['step', 'epoch', 'rollout'],
  phaseUpdates: 0,
  rollouts: step + 1,
  lastRollout: { discountedReturn: populationFitness[0], targetMean: populationFitness[0] },
  ...trainingAt(step),
})

/** What a policy-gradient learner shows before step `step` of phases of one rollout and `updates` updates. */
const rolloutContext = (populationFitness: Float64Array, step: number, updates: number): PolicyGradientContext => {
  const at = step % (updates + 1)
  const rollouts = Math.floor(step / (updates + 1)) + (at > 0 ? 1 : 0)
  const training = trainingAt(step)
  const { parameters, gradients } = training
  const value = populationFitness[0]
  return {
    ...training,
    populationFitness,
    policyReturn: value,
    generation: rollouts,
    next: at === 0 ? 'collect' : 'update',
    changeable: at === 0 ? ['step', 'rollout'] : ['step', 'epoch'],
    phaseUpdates: Math.max(0, at - 1),
    phaseLength: updates,
    updates: step - rollouts,
    rollouts,
    envSteps: 5 * rollouts,
    lastRollout: rollouts === 0 ? null : { envSteps: 5, rewardSum: value, discountedReturn: value, targetMean: value, episodes: 1, returnMean: value },
    batch:
      at === 0
        ? null
        : {
            candidate: (_key, hyper) => parameters.map((p, i) => p - (hyper.learningRate ?? 1) * gradients[0][i]),
            offPolicyValue: (candidate) => {
              const squares = candidate.reduce((sum, p, i) => sum + (p - parameters[i]) * (p - parameters[i]), 0)
              return { estimate: value * squares, kl: squares }
            },
            policyGradient: (candidate) => candidate.map((p) => value - p),
          },
  }
}

const drive = <S>(subject: SchedulerSubject<S>, play: Play, through: (state: S) => S = (state) => state): Transcript<S> => {
  const { population, steps, maxRounds, learner = 'generations', updates = 2 } = subject
  const scheduler = subject.make()
  const root = rootKey('scheduler laws')
  const visits: Visit<S>[] = []
  const sights: Sight<S>[] = []
  const everyone = Array.from({ length: scheduler.members }, (_, member) => member)
  const nan = new Float64Array(population).fill(Number.NaN)
  let state = scheduler.init(foldIn(root, 0))
  let calls = 0
  let contexts: readonly (SeenContext | null)[] = everyone.map(() => (learner === 'rollouts' ? rolloutContext(nan, 0, updates) : null))
  let inForce: readonly (HyperRecord | null)[] = everyone.map(() => null)
  const nextKey = (): Key => foldIn(foldIn(root, 1), calls++)
  const observe = (feedback: Feedback<SeenContext, HyperRecord>): void => {
    const key = nextKey()
    const before = through(state)
    state = scheduler.observe(key, before, feedback)
    sights.push({ key, before, feedback, after: state })
  }
  for (let step = 0; step < steps; step++) {
    for (let round = 0; ; round++) {
      ok(round <= maxRounds, `no decision after ${maxRounds} rounds of trials at step ${step}`)
      const key = nextKey()
      const before = through(state)
      const [proposal, after] = scheduler.propose(key, before, step, contexts)
      visits.push({ key, step, contexts, before, proposal, after })
      state = after
      if (proposal.kind !== 'probe') break
      ok(proposal.trials.length > 0, 'a probe without trials')
      const scores = proposal.trials.map((trial, i): TrialScore => {
        const score = play.score(trial, i, proposal.trials.length)
        return { repeats: Array.from({ length: trial.repeats }, () => score), mean: score, envSteps: 1 }
      })
      observe({ kind: 'probe', scores })
    }
    const { proposal } = visits[visits.length - 1]
    ok(proposal.kind === 'use' || everyone.length > 1, 'a scheduler of one learner proposes values')
    inForce = inForce.map((hyper, member) => {
      if (proposal.kind === 'use') return proposal.hyper
      const change = proposal.kind === 'members' ? proposal.changes.find((each) => each.member === member) : undefined
      return change?.hyper ?? hyper
    })
    const collects = learner === 'generations' || step % (updates + 1) === 0
    const seen = everyone.map((member): SeenContext => {
      const populationFitness = play.fitness(step + 1000 * member, population)
      return learner === 'generations' ? generationContext(populationFitness, step) : rolloutContext(populationFitness, step + 1, updates)
    })
    contexts = seen
    observe({
      kind: 'step',
      step,
      members: seen.map((context, member) => {
        const applied = inForce[member]
        ok(applied !== null, `member ${member} has no values before step ${step}`)
        return { applied, metrics: { policyReturn: context.policyReturn }, context, envSteps: collects ? population : 0 }
      }),
    })
  }
  return { visits, sights, last: state }
}

const hypersOf = (proposal: Proposal<HyperRecord>): readonly HyperRecord[] => {
  switch (proposal.kind) {
    case 'use':
      return [proposal.hyper]
    case 'probe':
      return proposal.trials.map(({ hyper }) => hyper)
    case 'members':
      return proposal.changes.map(({ hyper }) => hyper)
  }
}

const trialsOf = <S>({ visits }: Transcript<S>): readonly Trial<HyperRecord>[] =>
  visits.flatMap(({ proposal }) => (proposal.kind === 'probe' ? proposal.trials : []))

const insideSpace = <S>(subject: SchedulerSubject<S>, transcript: Transcript<S>): void =>
  transcript.visits.forEach(({ step, proposal }) =>
    hypersOf(proposal).forEach((hyper) => {
      const bad = outside(subject.space, hyper)
      ok(bad.length === 0, `step ${step}: ${bad.map((name) => `${name} = ${hyper[name]}`).join(', ')} outside the declared range`)
    }),
  )

/** Names of what is not plain data in `value`, by path. */
const foreign = (value: unknown, path: string): readonly string[] => {
  if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return []
  if (typeof value !== 'object') return [`${path}: ${typeof value}`]
  if (ArrayBuffer.isView(value)) return []
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== Array.prototype) return [`${path}: instance of a class`]
  return Object.entries(value).flatMap(([name, entry]) => foreign(entry, `${path}.${name}`))
}

/** A deep copy in which functions (the questions that a held batch answers) stay the same, or are left out. */
const copyOf = <T>(value: T, functions: 'keep' | 'drop' = 'keep'): T => {
  if (typeof value === 'function') return (functions === 'keep' ? value : null) as T
  if (typeof value !== 'object' || value === null) return value
  if (ArrayBuffer.isView(value)) return structuredClone(value)
  if (Array.isArray(value)) return value.map((entry: unknown) => copyOf(entry, functions)) as T
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, copyOf(entry, functions)])) as T
}

const nothingFinite: Play = { fitness: (_step, population) => new Float64Array(population).fill(Number.NaN), score: () => Number.NaN }
const someNaN: Play = {
  fitness: (step, population) => ordinary.fitness(step, population).map((value, i) => (i % 3 === step % 3 ? Number.NaN : value)),
  score: (trial, index, of) => (index % 2 === 0 ? Number.NaN : ordinary.score(trial, index, of)),
}
const constant: Play = { fitness: (_step, population) => new Float64Array(population).fill(3), score: () => 3 }
const huge: Play = {
  fitness: (step, population) => ordinary.fitness(step, population).map((value) => 1e12 * value),
  score: (trial, i, of) => 1e12 * ordinary.score(trial, i, of),
}

/** A law by its name; `check` throws where the subject breaks it. */
export type SchedulerLaw = Readonly<{ name: string; check: <S>(subject: SchedulerSubject<S>) => void }>

export const schedulerLaws: readonly SchedulerLaw[] = [
  { name: 'every proposal lies inside the declared range', check: (subject) => insideSpace(subject, drive(subject, ordinary)) },
  {
    name: 'every proposal lies inside the declared range, whatever the fitness',
    check: (subject) => [nothingFinite, someNaN, constant, huge].forEach((play) => insideSpace(subject, drive(subject, play))),
  },
  {
    name: 'the same key and state give the same answer',
    check: (subject) => {
      const { visits, sights } = drive(subject, ordinary)
      const again = subject.make() // asked in another order, so that memory outside the state shows
      visits.toReversed().forEach(({ key, before, step, contexts, proposal, after }) => {
        deepStrictEqual(again.propose(key, before, step, contexts), [proposal, after])
      })
      sights.toReversed().forEach(({ key, before, feedback, after }) => deepStrictEqual(again.observe(key, before, feedback), after))
      deepStrictEqual(again.init(rootKey(1)), subject.make().init(rootKey(1)))
    },
  },
  {
    name: 'inputs are left unchanged',
    check: (subject) => {
      const { visits, sights } = drive(subject, ordinary)
      const scheduler = subject.make()
      visits.forEach(({ key, before, step, contexts }) => {
        const copy = copyOf({ before, contexts })
        scheduler.propose(key, before, step, contexts)
        deepStrictEqual({ before, contexts }, copy)
      })
      sights.forEach(({ key, before, feedback }) => {
        const copy = copyOf({ before, feedback })
        scheduler.observe(key, before, feedback)
        scheduler.describe(before)
        deepStrictEqual({ before, feedback }, copy)
      })
    },
  },
  {
    name: 'the state is plain data, and a run from copies of it is the same run',
    check: (subject) => {
      const straight = drive(subject, ordinary)
      straight.visits.forEach(({ after }) => deepStrictEqual(foreign(after, 'state'), []))
      straight.sights.forEach(({ after }) => deepStrictEqual(foreign(after, 'state'), []))
      deepStrictEqual(copyOf(drive(subject, ordinary, structuredClone), 'drop'), copyOf(straight, 'drop'))
    },
  },
  {
    name: 'it asks only for the probes that it declares',
    check: (subject) => {
      const { probes } = subject.make()
      trialsOf(drive(subject, ordinary)).forEach(({ probe }) => ok(probes.includes(probe.kind), `undeclared probe '${probe.kind}'`))
    },
  },
  {
    name: 'trial keys are distinct',
    check: (subject) => {
      const keys = trialsOf(drive(subject, ordinary)).map(({ key }) => encodeKey(key))
      deepStrictEqual(new Set(keys).size, keys.length, `${keys.length - new Set(keys).size} trial keys are used again`)
    },
  },
  {
    name: 'trials are credited: other scores, or the same in another order, leave another state',
    check: (subject) => {
      const { sights } = drive(subject, ordinary)
      const scheduler = subject.make()
      sights.forEach(({ key, before, feedback, after }) => {
        if (feedback.kind !== 'probe') return
        const rescored = (score: (index: number) => number): Feedback<SeenContext, HyperRecord> => ({
          kind: 'probe',
          scores: feedback.scores.map((old, i) => ({ ...old, mean: score(i), repeats: old.repeats.map(() => score(i)) })),
        })
        const bent = scheduler.observe(key, before, rescored((i) => 2 + (feedback.scores[i].mean - 1) * (feedback.scores[i].mean - 1)))
        notDeepStrictEqual(bent, after, 'other scores leave the same state')
        if (feedback.scores.length < 2) return
        const last = feedback.scores.length - 1
        const reversed = scheduler.observe(key, before, rescored((i) => feedback.scores[last - i].mean))
        notDeepStrictEqual(reversed, after, 'scores in reverse order leave the same state')
      })
    },
  },
  {
    name: 'it describes itself by the same names throughout, in numbers',
    check: (subject) => {
      const scheduler = subject.make()
      const { visits, sights } = drive(subject, ordinary)
      const states = [...visits, ...sights].map(({ after }) => scheduler.describe(after))
      states.forEach((metrics) => {
        deepStrictEqual(Object.keys(metrics), Object.keys(states[0]))
        Object.entries(metrics).forEach(([name, value]) => {
          ok(typeof value === 'number' && Math.abs(value) !== Number.POSITIVE_INFINITY, `${name} = ${value}`)
        })
      })
    },
  },
]
