/**
 * PB2, population based bandits: bad members take over good ones, and a Gaussian process that forgets says with which hyperparameters to go on.
 *
 * Between two of its turns a member gains (score − score before)/(env steps) with its values; those rows, of all members, train the process of
 * `time-search.ts`. A member that takes over another one gets the values of the greatest batch UCB at the time and score of its donor; its history goes on from
 * the donor's score, so that the jump is no gain. Before there is any row values are drawn at random.
 *
 * Only continuous hyperparameters can be searched. `integers: round` searches integers too, between whole numbers, and rounds what it finds, as
 * programs do that truncate; by default they are refused.
 *
 * `describe`: turns, copies, rows, draws at random, greatest and least score, and of the last process its lengthscale, rate of forgetting, noise variance
 * and UCB (NaN before it).
 *
 * *Source:* Parker-Holder, Nguyen and Roberts 2020, Provably efficient online hyperparameter optimization with population-based bandits,
 * arXiv 2002.02518, Algorithm 1.
 * *Deviations:* 1. time and score of a new point are the donor's at the turn; the program takes those of the donor's last row. 2. random values before the
 * first row, where the program copies the donor's. 3. a dimension whose scale is logarithmic is searched in the logarithm. 4. members in lockstep.
 */
import type { TimedRow, TimeSearchSettings, TimeSuggestion } from '../bo/time-search.ts'
import { timeSearch, timeSearchDefaults } from '../bo/time-search.ts'
import type { Backend } from '../core/backend.ts'
import type { HyperRecord, Tuning } from '../core/hyper.ts'
import { hyperAt, toUnit } from '../core/hyper.ts'
import type { Key } from '../core/key.ts'
import { refusal, rejectAll, type Refusal } from '../core/rejection.ts'
import { foldIn, split, uniforms } from '../core/rng.ts'
import type { ChunkedRows } from '../memory/chunked-rows.ts'
import { appendRow, dropOldest, emptyRows, rowAt } from '../memory/chunked-rows.ts'
import type { WatchedContext } from './hyper-steps.ts'
import type { Book, PopulationSettings } from './population.ts'
import { booksAfter, booksAfterTurn, dueMembers, freshBook, populationDefaults, populationProblems, scoreRange, takeovers } from './population.ts'
import type { MemberChange, Scheduler } from './scheduler.ts'

export type Pb2Settings = PopulationSettings & Readonly<{ integers: 'refuse' | 'round'; search: TimeSearchSettings }>

export type Pb2Options = Pb2Settings & Readonly<{ tuning: Tuning }>

export const pb2Defaults: Pb2Settings = { ...populationDefaults, integers: 'refuse', search: timeSearchDefaults }

/** Env steps and score of a member when its present values began to count. */
type Since = Readonly<{ envSteps: number; score: number }>

/** `rows` of [time, score before, gain, point…]; `since` of each member, null before its first turn; `last` found by the process. */
export type Pb2State = Readonly<{
  books: readonly Book[]
  since: readonly (Since | null)[]
  rows: ChunkedRows
  turns: number
  copies: number
  draws: number
  last: Readonly<{ lengthscale: number; epsilon: number; noiseVariance: number; ucb: number }>
}>

const HINT = 'PB2 searches continuous values; integers: round rounds what it finds'

/** Everything that is wrong with `options`; empty means that they can be used. */
export const pb2Problems = ({ tuning, integers, search, ...population }: Pb2Options): readonly Refusal[] => {
  const { minRows, rowStep, maxRows, starts } = search
  const discrete = tuning.dimensions.filter(({ kind }) => kind === 'integer')
  return [
    ...populationProblems(population),
    ...(tuning.dimensions.length > 0 ? [] : [refusal('tune', 'at least one hyperparameter', 'none')]),
    ...(integers === 'round'
      ? []
      : discrete.map(({ name }) => refusal(`tune.${name}`, 'a continuous hyperparameter', 'an integer', HINT))),
    ...Object.entries({ minRows, rowStep, maxRows, starts }).flatMap(([name, value]) =>
      Number.isInteger(value) && value >= 1 ? [] : [refusal(`search.${name}`, 'a positive integer', value)],
    ),
    ...(maxRows >= minRows ? [] : [refusal('search.maxRows', `at least minRows = ${minRows}`, maxRows)]),
  ]
}

const processOf = ({ hyper: { lengthscale, epsilon, noiseVariance }, ucb }: TimeSuggestion): Pb2State['last'] => ({ lengthscale, epsilon, noiseVariance, ucb })

const noProcess = { lengthscale: Number.NaN, epsilon: Number.NaN, noiseVariance: Number.NaN, ucb: Number.NaN }

/** PB2 over `options.tuning`. Throws a `RangeError` for settings outside their ranges and for integers, unless they are rounded. */
export const pb2 = (options: Pb2Options, backend: Backend): Scheduler<Pb2State, WatchedContext, HyperRecord> => {
  rejectAll('pb2', pb2Problems(options))
  const { tuning, members } = options
  const D = tuning.dimensions.length
  const search = timeSearch(D, options.search, backend)
  const pointOf = (hyper: HyperRecord): Float64Array => Float64Array.from(tuning.dimensions, (dimension) => toUnit(dimension, hyper[dimension.name]))

  /** The rows with what each due member gained since its values began to count, and those members beginning anew. */
  const withGains = (state: Pb2State, due: readonly number[]): Pb2State => {
    let { rows } = state
    const since = state.since.map((start, member): Since | null => {
      if (!due.includes(member)) return start
      const { envSteps, score, hyper } = state.books[member]
      const gain = start === null ? Number.NaN : (score - start.score) / (envSteps - start.envSteps)
      if (start !== null && Number.isFinite(gain)) rows = appendRow(rows, [envSteps, start.score, gain, ...pointOf(hyper)])
      return Number.isFinite(score) ? { envSteps, score } : null
    })
    while (rows.length > options.search.maxRows) rows = dropOldest(rows)
    return { ...state, rows, since }
  }

  const rowsOf = ({ rows }: Pb2State): readonly TimedRow[] =>
    Array.from({ length: rows.length }, (_, i) => {
      const row = rowAt(rows, i)
      return { time: row[0], score: row[1], gain: row[2], point: row.slice(3) }
    })

  type Move = Readonly<{ member: number; donor: number; point: Float64Array; found: TimeSuggestion | null }>

  /** Values for each copy in turn; those before it are pending. */
  const explored = (key: Key, state: Pb2State, pairs: readonly Readonly<{ member: number; donor: number }>[]): readonly Move[] => {
    const rows = rowsOf(state)
    return pairs.reduce<readonly Move[]>((moves, { member, donor }) => {
      const [keySearch, keyDraw] = split(foldIn(key, member), 2)
      const { envSteps, score } = state.books[donor]
      const pending = moves.map((move) => ({ point: move.point, score: state.books[move.donor].score }))
      const found = rows.length === 0 ? null : search.suggest(keySearch, rows, { time: envSteps, score, pending })
      return [...moves, { member, donor, point: found?.point ?? uniforms(keyDraw, D), found }]
    }, [])
  }

  const turn = (key: Key, before: Pb2State, due: readonly number[]): readonly [readonly MemberChange<HyperRecord>[], Pb2State] => {
    const [keyDonor, keyExplore] = split(key, 2)
    const state = withGains(before, due)
    const moves = explored(keyExplore, state, takeovers(keyDonor, state.books, due, options))
    const changes = moves.map(({ member, donor, point }) => ({ member, copyFrom: donor, hyper: hyperAt(tuning, point) }))
    const taken = state.books.map((book, i): Book => {
      const change = changes.find(({ member }) => member === i)
      return change === undefined ? book : { ...book, hyper: change.hyper, score: state.books[change.copyFrom].score }
    })
    const found = moves.findLast((move) => move.found !== null)?.found ?? null
    return [
      changes,
      {
        ...state,
        books: booksAfterTurn(taken, due, options),
        since: state.since.map((start, i) => (changes.some(({ member }) => member === i) ? { envSteps: taken[i].envSteps, score: taken[i].score } : start)),
        turns: state.turns + 1,
        copies: state.copies + moves.length,
        draws: state.draws + moves.filter((move) => move.found === null).length,
        last: found === null ? state.last : processOf(found),
      },
    ]
  }

  return {
    name: 'pb2',
    members,
    needs: [],
    probes: [],
    init: (key) => ({
      books: Array.from({ length: members }, (_, i) => freshBook(options, hyperAt(tuning, uniforms(foldIn(key, i), D)))),
      since: Array.from({ length: members }, () => null),
      rows: emptyRows(3 + D),
      turns: 0,
      copies: 0,
      draws: 0,
      last: noProcess,
    }),
    propose: (key, state, step, contexts) => {
      if (step === 0) return [{ kind: 'members', changes: state.books.map(({ hyper }, member) => ({ member, copyFrom: null, hyper })) }, state]
      const due = dueMembers(state.books, contexts)
      if (due.length === 0) return [{ kind: 'members', changes: [] }, state]
      const [changes, next] = turn(key, state, due)
      return [{ kind: 'members', changes }, next]
    },
    observe: (_key, state, feedback) => ({ ...state, books: booksAfter(state.books, feedback) }),
    describe: ({ turns, copies, rows, draws, books, last }) => ({
      turns,
      copies,
      rows: rows.length,
      draws,
      ...scoreRange(books),
      gpLengthscale: last.lengthscale,
      gpEpsilon: last.epsilon,
      gpNoiseVariance: last.noiseVariance,
      gpUcb: last.ucb,
    }),
  }
}
