/** PB2s and searches with one flaw each, and the law that must catch it. */
import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import type { TimeProcess } from '../../src/bo/time-kernel.ts'
import { timeProcess } from '../../src/bo/time-kernel.ts'
import { timeSearch, timeSearchDefaults, timeSearchOver } from '../../src/bo/time-search.ts'
import type { TimedRow } from '../../src/bo/time-search.ts'
import type { Pb2State } from '../../src/outer/pb2.ts'
import { pb2, pb2Defaults } from '../../src/outer/pb2.ts'
import type { MakePb2, MakeSearch } from '../laws/pb2.ts'
import { pb2Laws, searchLaws } from '../laws/pb2.ts'
import type { MakePopulation } from '../laws/pbt.ts'
import { memberSpace, populationLaws } from '../laws/pbt.ts'

const soundSearch: MakeSearch = (settings) => timeSearch(2, settings, reference)

/** A search over a bent process. */
const over = (bend: (process: TimeProcess) => Partial<TimeProcess>): MakeSearch => (settings) => {
  const process = timeProcess(3, reference)
  return timeSearchOver({ ...process, ...bend(process) }, 2, settings)
}
const told = (bend: (rows: readonly TimedRow[]) => readonly TimedRow[]): MakeSearch => (settings) => {
  const whole = soundSearch(settings)
  return { suggest: (key, rows, sought) => whole.suggest(key, bend(rows), sought) }
}

const STEP = 1e-6
/** UCB of the deviation instead of the variance, with slopes by differences. */
const ofDeviation = (process: TimeProcess): Partial<TimeProcess> => {
  const valueAt: (...args: Parameters<TimeProcess['ucbSlopes']>) => number = (model, x, t, constants) => {
    const { mean, variance, kappa } = process.posterior(model, { x, t: Float64Array.of(t) }, constants)
    return mean[0] + kappa * Math.sqrt(variance[0])
  }
  return {
    ucbSlopes: (model, x, t, constants) => ({
      ucb: valueAt(model, x, t, constants),
      byX: x.map((value, d) => (valueAt(model, x.with(d, value + STEP), t, constants) - valueAt(model, x.with(d, value - STEP), t, constants)) / (2 * STEP)),
    }),
  }
}

const searchFlaws: readonly (readonly [string, MakeSearch, string])[] = [
  ['weighs the deviation in place of the variance', over(ofDeviation), 'the point has the greatest mean + κ · variance of the fitted process, of a whole grid of points'],
  ['takes the first start', (settings) => soundSearch({ ...settings, starts: 1, iterations: 1 }), 'the point has the greatest mean + κ · variance of the fitted process, of a whole grid of points'],
  ['minimises', over((process) => ({ ucbSlopes: (...args) => { const { ucb, byX } = process.ucbSlopes(...args); return { ucb: -ucb, byX: byX.map((slope) => -slope) } } })), 'it finds where the gains are'],
  ['ignores pending points', (settings) => { const whole = soundSearch(settings); return { suggest: (key, rows, sought) => whole.suggest(key, rows, { ...sought, pending: [] }) } }, 'a pending point sends the next one elsewhere'],
  ['takes large gains for none', told((rows) => rows.map((row) => ({ ...row, gain: row.gain > 10 ? 0 : row.gain }))), 'the scale of gains, scores and times does not matter, and outliers are cut off'],
  ['uses all rows', (settings) => soundSearch({ ...settings, minRows: 10_000, maxRows: 10_000 }), 'of many rows it uses a suffix of those that are kept, as many as fit best'],
]

const tuned = ['lr', 'clip'].map((name) => ({ name, ...memberSpace[name] }))
const options = {
  ...pb2Defaults,
  members: 6,
  readyEvery: 30,
  quantile: 1 / 3,
  search: { ...timeSearchDefaults, starts: 3, iterations: 30, fitIterations: 20, suffixIterations: 5, minRows: 24, rowStep: 8, maxRows: 24 },
  tuning: { dimensions: tuned, fixed: { batches: 3, gamma: 0.95, eps: 0.1 } },
}
const soundPb2: MakePb2 = (constants = timeSearchDefaults.constants) => pb2({ ...options, search: { ...options.search, constants, minRows: 32, maxRows: 32 } }, reference)
const population: MakePopulation<Pb2State> = () => pb2(options, reference)

const bent = (bend: (after: Pb2State, before: Pb2State) => Pb2State): MakePb2 => (constants) => {
  const whole = soundPb2(constants)
  return { ...whole, propose: (key, state, step, contexts) => { const [proposal, after] = whole.propose(key, state, step, contexts); return [proposal, bend(after, state)] } }
}

const pb2Flaws: readonly (readonly [string, MakePb2, string])[] = [
  ['counts the jump of a copy as its gain', bent((after, before) => ({ ...after, since: after.since.map((start, i) => (start === null ? null : { ...start, score: after.books[i].hyper === before.books[i].hyper ? start.score : before.books[i].score })) })), 'a row holds what a member gained per env step with its values, from the score at which they began'],
  ['credits the values that came after', bent((after, before) => ({ ...after, books: after.books.map((book, i) => (book.hyper === before.books[i].hyper ? book : { ...book, hyper: before.books[i].hyper })) })), 'a row holds what a member gained per env step with its values, from the score at which they began'],
  ['draws at random', bent((after) => ({ ...after, rows: { ...after.rows, length: 0, start: 0, chunks: [] } })), 'members go where gains are, if they care little for what they do not know'],
  ['gives all copies of a turn the same values', () => {
    const whole = soundPb2()
    return { ...whole, propose: (key, state, step, contexts) => {
      const [proposal, after] = whole.propose(key, state, step, contexts)
      if (proposal.kind !== 'members' || step === 0) return [proposal, after]
      const changes = proposal.changes.map((change) => ({ ...change, hyper: proposal.changes[0].hyper }))
      return [{ kind: 'members', changes }, { ...after, books: after.books.map((book, i) => (changes.some(({ member }) => member === i) ? { ...book, hyper: changes[0].hyper } : book)) }]
    } }
  }, 'copies of the same turn go different ways'],
]

describe("the laws of PB2's search", () => {
  it.each(searchLaws)('$name', ({ check }) => check(soundSearch))
  it.each(searchFlaws)('catch one that %s', (_, make, name) => {
    const law = searchLaws.find((each) => each.name === name)
    expect(() => law?.check(make)).toThrow()
  })
  it('and each law catches one', () => {
    expect(new Set(searchFlaws.map(([, , name]) => name))).toEqual(new Set(searchLaws.map(({ name }) => name)))
  })
})

describe('the laws of PB2', () => {
  it.each(populationLaws.filter(({ name }) => !name.startsWith('every value')))('$name', ({ check }) => check(population))
  it.each(pb2Laws)('$name', ({ check }) => check(soundPb2))
  it.each(pb2Flaws)('catch one that %s', (_, make, name) => {
    const law = pb2Laws.find((each) => each.name === name)
    expect(() => law?.check(make)).toThrow()
  })
  it('and each law catches one', () => {
    expect(new Set(pb2Flaws.map(([, , name]) => name))).toEqual(new Set(pb2Laws.map(({ name }) => name)))
  })
})
