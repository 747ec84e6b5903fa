/**
 * Population based training: bad members take over good ones, learner and all, and go on with other hyperparameters.
 *
 *     a due member of the worst quantile:  (θ, h) ← (θ_donor, explore(h_donor)),  donor from the best quantile
 *     explore: with probability `resample` a new draw; otherwise × `grow` or × `shrink`, or the level beside it, with equal chance
 *
 * Values never leave their range: a product beyond it becomes the end that it passed, which is counted. Integers are rounded, and move by 1 where rounding would
 * leave them. Every member starts from values drawn in the range, and env steps of all members count.
 *
 * `describe`: turns (how often any member was due), copies, values that came to an end of their range, greatest and least score.
 *
 * *Source:* Jaderberg et al. 2017, Population based training of neural networks, arXiv 1711.09846, Algorithm 1; settings of its comparison in
 * Parker-Holder, Nguyen and Roberts 2020, PB2, arXiv 2002.02518.
 * *Deviations:* 1. bounds. 2. members in lockstep (`population.ts`).
 */
import type { HyperRecord, TunedDimension } from '../core/hyper.ts'
import { fromUnit } from '../core/hyper.ts'
import type { Key } from '../core/key.ts'
import { refusal, rejectAll, type Refusal } from '../core/rejection.ts'
import { foldIn, integer, split, uniform } from '../core/rng.ts'
import type { WatchedContext } from './hyper-steps.ts'
import type { Book, PopulationSettings } from './population.ts'
import { booksAfter, booksAfterTurn, dueMembers, freshBook, populationDefaults, populationProblems, scoreRange, takeovers } from './population.ts'
import type { MemberChange, Scheduler } from './scheduler.ts'

/** What a member may change: a value in a range, or one of some levels in ascending order. */
export type Mutable = Readonly<{ kind: 'range'; dimension: TunedDimension }> | Readonly<{ kind: 'levels'; name: string; levels: readonly number[] }>

/** `resample` in [0, 1]; 0 < `shrink` ≤ 1 ≤ `grow`. */
export type PbtSettings = PopulationSettings & Readonly<{ resample: number; grow: number; shrink: number }>

/** `fixed` are the values of everything that is not mutable. */
export type PbtOptions = PbtSettings & Readonly<{ mutables: readonly Mutable[]; fixed: HyperRecord }>

export const pbtDefaults: PbtSettings = { ...populationDefaults, resample: 0.25, grow: 1.2, shrink: 0.8 }

export type PbtState = Readonly<{ books: readonly Book[]; turns: number; copies: number; held: number }>

const nameOf = (mutable: Mutable): string => (mutable.kind === 'range' ? mutable.dimension.name : mutable.name)

/** Everything that is wrong with `options`; empty means that they can be used. */
export const pbtProblems = ({ resample, grow, shrink, mutables, ...population }: PbtOptions): readonly Refusal[] => [
  ...populationProblems(population),
  ...(resample >= 0 && resample <= 1 ? [] : [refusal('resample', 'a number in [0, 1]', resample)]),
  ...(grow >= 1 ? [] : [refusal('grow', 'at least 1', grow)]),
  ...(shrink > 0 && shrink <= 1 ? [] : [refusal('shrink', 'a number in (0, 1]', shrink)]),
  ...(mutables.length > 0 ? [] : [refusal('', 'at least one hyperparameter to change', 'none')]),
]

const drawn = (key: Key, mutable: Mutable): number =>
  mutable.kind === 'range' ? fromUnit(mutable.dimension, uniform(key)) : mutable.levels[integer(key, mutable.levels.length)]

/** The value next to `value`, and whether it came to an end of its range. */
const neighbour = (mutable: Mutable, value: number, up: boolean, factor: number): Readonly<{ value: number; held: boolean }> => {
  if (mutable.kind === 'levels') {
    const { levels } = mutable
    const at = levels.indexOf(value) + (up ? 1 : -1)
    return { value: levels[Math.max(0, Math.min(levels.length - 1, at))], held: at < 0 || at >= levels.length }
  }
  const { low, high, kind } = mutable.dimension
  const product = kind === 'integer' ? Math.round(value * factor) : value * factor
  const wanted = kind === 'integer' && product === value ? value + (up ? 1 : -1) : product
  return { value: Math.max(low, Math.min(high, wanted)), held: wanted < low || wanted > high }
}

/** Population based training over `options.mutables`. Throws a `RangeError` for settings outside their ranges. */
export const pbt = (options: PbtOptions): Scheduler<PbtState, WatchedContext, HyperRecord> => {
  rejectAll('pbt', pbtProblems(options))
  const { mutables, fixed, resample, grow, shrink, members } = options

  const start = (key: Key): HyperRecord => ({ ...fixed, ...Object.fromEntries(mutables.map((mutable, i) => [nameOf(mutable), drawn(foldIn(key, i), mutable)])) })

  const explored = (key: Key, hyper: HyperRecord): Readonly<{ hyper: HyperRecord; held: number }> => {
    const moves = mutables.map((mutable, i) => {
      const [keyChoice, keyDraw, keyWay] = split(foldIn(key, i), 3)
      if (uniform(keyChoice) < resample) return { value: drawn(keyDraw, mutable), held: false }
      const up = uniform(keyWay) < 0.5
      return neighbour(mutable, hyper[nameOf(mutable)], up, up ? grow : shrink)
    })
    const values = Object.fromEntries(moves.map(({ value }, i) => [nameOf(mutables[i]), value]))
    return { hyper: { ...hyper, ...values }, held: moves.filter(({ held }) => held).length }
  }

  return {
    name: 'pbt',
    members,
    needs: [],
    probes: [],
    init: (key) => ({ books: Array.from({ length: members }, (_, i) => freshBook(options, start(foldIn(key, i)))), turns: 0, copies: 0, held: 0 }),
    propose: (key, state, step, contexts) => {
      if (step === 0) return [{ kind: 'members', changes: state.books.map(({ hyper }, member) => ({ member, copyFrom: null, hyper })) }, state]
      const due = dueMembers(state.books, contexts)
      if (due.length === 0) return [{ kind: 'members', changes: [] }, state]
      const [keyDonor, keyExplore] = split(key, 2)
      const moves = takeovers(keyDonor, state.books, due, options).map(({ member, donor }) => ({
        member,
        donor,
        ...explored(foldIn(keyExplore, member), state.books[donor].hyper),
      }))
      const changes = moves.map(({ member, donor, hyper }): MemberChange<HyperRecord> => ({ member, copyFrom: donor, hyper }))
      const taken = state.books.map((book, i): Book => {
        const move = moves.find(({ member }) => member === i)
        return move === undefined ? book : { ...book, hyper: move.hyper, score: state.books[move.donor].score }
      })
      return [
        { kind: 'members', changes },
        {
          books: booksAfterTurn(taken, due, options),
          turns: state.turns + 1,
          copies: state.copies + moves.length,
          held: state.held + moves.reduce((sum, { held }) => sum + held, 0),
        },
      ]
    },
    observe: (_key, state, feedback) => ({ ...state, books: booksAfter(state.books, feedback) }),
    describe: ({ turns, copies, held, books }) => ({ turns, copies, held, ...scoreRange(books) }),
  }
}
