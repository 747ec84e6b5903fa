/**
 * Laws of population based training, on members whose scores a law makes up. Each is a named function that throws on violation.
 */
import { deepStrictEqual, ok } from 'node:assert/strict'
import type { HyperParameter, HyperRecord } from '../../src/core/hyper.ts'
import { outside } from '../../src/core/hyper.ts'
import { foldIn, rootKey, uniform } from '../../src/core/rng.ts'
import type { WatchedContext } from '../../src/outer/hyper-steps.ts'
import type { MemberChange, Scheduler } from '../../src/outer/scheduler.ts'

const MEMBERS = 6
const STEP = 10

/** The ranges inside which members move: `lr` and `clip` in ranges, `batches` an integer, `gamma` one of three levels; `eps` is fixed. */
export const memberSpace: Readonly<Record<string, HyperParameter>> = {
  lr: { kind: 'continuous', low: 1e-5, high: 1e-3, scale: 'linear', takesEffect: 'step' },
  clip: { kind: 'continuous', low: 0.1, high: 0.5, scale: 'linear', takesEffect: 'step' },
  batches: { kind: 'integer', low: 1, high: 6, scale: 'linear', takesEffect: 'epoch' },
  gamma: { kind: 'continuous', low: 0.9, high: 0.99, scale: 'linear', levels: [0.9, 0.95, 0.99], takesEffect: 'rollout' },
  eps: { kind: 'continuous', low: 0.1, high: 0.1, scale: 'linear', takesEffect: 'step' },
}

/** A population of six, due every 30 env steps, over `memberSpace`; a third is replaced. */
export type MakePopulation<S> = (settings: Readonly<{ resample: number }>) => Scheduler<S, WatchedContext, HyperRecord>
export type PopulationLaw = Readonly<{ name: string; check: <S>(make: MakePopulation<S>) => void }>

type Turn = Readonly<{ step: number; changes: readonly MemberChange<HyperRecord>[]; before: readonly HyperRecord[]; scores: readonly number[] }>

/** What happened in `steps` steps of `STEP` env steps; `score` of a member after a step. `holds` says whether a rollout is held then. */
const play = <S>(
  make: MakePopulation<S>,
  steps: number,
  score: (step: number, member: number) => number,
  settings = { resample: 0.25 },
  holds: (step: number) => boolean = () => false,
): readonly Turn[] => {
  const scheduler = make(settings)
  const root = rootKey('population')
  let state = scheduler.init(foldIn(root, 0))
  let values: readonly HyperRecord[] = []
  let scores: readonly number[] = Array.from({ length: MEMBERS }, () => Number.NaN)
  const shown = (member: number, at: number): WatchedContext => {
    const context = { populationFitness: Float64Array.of(score(at, member)), policyReturn: score(at, member), generation: at, next: holds(at) ? 'update' : 'collect' }
    return context as unknown as WatchedContext // what the method reads
  }
  return Array.from({ length: steps }, (_, step): Turn => {
    const contexts = Array.from({ length: MEMBERS }, (__, member) => (step === 0 ? null : shown(member, step - 1)))
    const before = values
    const seen = scores
    const [proposal, proposed] = scheduler.propose(foldIn(root, 2 * step + 1), state, step, contexts)
    if (proposal.kind !== 'members') throw new Error('a population changes members')
    values = Array.from({ length: MEMBERS }, (__, member) => proposal.changes.find((change) => change.member === member)?.hyper ?? values[member])
    scores = Array.from({ length: MEMBERS }, (__, member) => score(step, member))
    const members = values.map((applied, member) => ({ applied, metrics: {}, context: shown(member, step), envSteps: STEP }))
    state = scheduler.observe(foldIn(root, 2 * step + 2), proposed, { kind: 'step', step, members })
    return { step, changes: proposal.changes, before, scores: seen }
  })
}

const rising = (_step: number, member: number): number => member
const shuffled = (step: number, member: number): number => uniform(foldIn(foldIn(rootKey('scores'), step), member))
const copiesOf = (turns: readonly Turn[]): readonly Readonly<{ change: MemberChange<HyperRecord>; donor: number; turn: Turn }>[] =>
  turns.flatMap((turn) => turn.changes.flatMap((change) => (change.copyFrom === null ? [] : [{ change, donor: change.copyFrom, turn }])))

/** Laws of any population method. */
export const populationLaws: readonly PopulationLaw[] = [
  {
    name: 'every member starts with values of its own, inside their ranges',
    check: (make) => {
      const [{ step, changes }] = play(make, 1, rising)
      deepStrictEqual(step, 0)
      deepStrictEqual(changes.map(({ member, copyFrom }) => [member, copyFrom]), Array.from({ length: MEMBERS }, (_, member) => [member, null]))
      changes.forEach(({ hyper }) => deepStrictEqual(outside(memberSpace, hyper), []))
      deepStrictEqual(new Set(changes.map(({ hyper }) => hyper.lr)).size, MEMBERS)
    },
  },
  {
    name: 'the worst two of six take over the best two, every time that they are due',
    check: (make) => {
      const turns = play(make, 19, rising)
      const copying = turns.filter(({ step, changes }) => step > 0 && changes.length > 0)
      deepStrictEqual(copying.map(({ step }) => step), [3, 6, 9, 12, 15, 18])
      copying.forEach(({ changes }) => {
        deepStrictEqual(changes.map(({ member }) => member).sort(), [0, 1])
        changes.forEach(({ copyFrom }) => ok(copyFrom === 4 || copyFrom === 5, `member ${copyFrom} was copied`))
      })
      deepStrictEqual(new Set(copiesOf(turns).map(({ donor }) => donor)), new Set([4, 5]))
    },
  },
  {
    name: 'scores decide, whatever they are: a member without one is replaced and never copied',
    check: (make) => {
      const scores = (step: number, member: number): number => (member === 3 || step < 2 ? Number.NaN : shuffled(step, member))
      const copies = copiesOf(play(make, 40, scores))
      ok(copies.length > 10)
      copies.forEach(({ change, donor, turn }) => {
        ok(donor !== 3 && !Number.isNaN(turn.scores[donor]))
        ok(Number.isNaN(turn.scores[change.member]) || turn.scores[donor] > turn.scores[change.member])
      })
      ok(copies.some(({ change }) => change.member === 3))
      deepStrictEqual(copiesOf(play(make, 40, () => Number.NaN)), [])
    },
  },
  {
    name: 'every value of every copy lies inside its range',
    check: (make) => {
      const copies = copiesOf(play(make, 1500, shuffled, { resample: 0 }))
      ok(copies.length > 700)
      copies.forEach(({ change }) => deepStrictEqual(outside(memberSpace, change.hyper), [], JSON.stringify(change.hyper)))
    },
  },
  {
    name: 'nobody is copied while a rollout is held',
    check: (make) => {
      const copying = play(make, 20, rising, { resample: 0.25 }, (step) => step % 4 !== 3).filter(({ step, changes }) => step > 0 && changes.length > 0)
      // a turn that is due in the midst of the updates comes when they are over: shown after steps 3, 7, …
      deepStrictEqual(copying.map(({ step }) => step), [4, 8, 12, 16])
    },
  },
]

/** Laws of the way in which PBT explores. */
export const exploreLaws: readonly PopulationLaw[] = [
  {
    name: 'a copy does not go on with the values of its donor',
    check: (make) => {
      const copies = copiesOf(play(make, 60, shuffled))
      const same = copies.filter(({ change, donor, turn }) => Object.keys(memberSpace).every((name) => change.hyper[name] === turn.before[donor][name]))
      deepStrictEqual(same.length, 0)
    },
  },
  {
    name: 'values go up by a fifth or down by a fifth, integers by at least one, levels to the next, and stop at their ends',
    check: (make) => {
      copiesOf(play(make, 600, shuffled, { resample: 0 })).forEach(({ change, donor, turn }) => {
        const from = turn.before[donor]
        const held = (name: string, value: number): number => Math.max(memberSpace[name].low, Math.min(memberSpace[name].high, value))
        for (const name of ['lr', 'clip']) ok([1.2, 0.8].some((factor) => change.hyper[name] === held(name, factor * from[name])), `${name} from ${from[name]} to ${change.hyper[name]}`)
        const batches = change.hyper.batches - from.batches
        ok(Math.abs(batches) === 1 || (batches === 0 && [1, 6].includes(from.batches)), `batches from ${from.batches} by ${batches}`)
        const levels = memberSpace.gamma.levels ?? []
        const jump = levels.indexOf(change.hyper.gamma) - levels.indexOf(from.gamma)
        ok(Math.abs(jump) === 1 || (jump === 0 && from.gamma !== 0.95), `gamma from ${from.gamma} to ${change.hyper.gamma}`)
      })
    },
  },
  {
    name: 'both ways are as likely, and a quarter is drawn anew',
    check: (make) => {
      const copies = copiesOf(play(make, 3000, shuffled, { resample: 0.25 }))
      const ratio = copies.map(({ change, donor, turn }) => change.hyper.lr / turn.before[donor].lr)
      const share = (wanted: (r: number) => boolean): number => ratio.filter(wanted).length / ratio.length
      // ends of the range make some moves shorter: counts of about 1,900 moves within five deviations, and those at the ends
      ok(Math.abs(share((r) => Math.abs(r - 1.2) < 1e-9) - 0.375) < 0.12, `up in ${share((r) => Math.abs(r - 1.2) < 1e-9)}`)
      ok(Math.abs(share((r) => Math.abs(r - 0.8) < 1e-9) - 0.375) < 0.06, `down in ${share((r) => Math.abs(r - 0.8) < 1e-9)}`)
      const drawn = copies.filter(({ change }) => change.hyper.clip > 0.1 && change.hyper.clip < 0.5)
      const anew = drawn.filter(({ change, donor, turn }) => ![1.2, 0.8].some((factor) => Math.abs(change.hyper.clip / turn.before[donor].clip - factor) < 1e-9))
      ok(Math.abs(anew.length / copies.length - 0.25) < 0.06, `anew in ${anew.length / copies.length}`)
    },
  },
]
