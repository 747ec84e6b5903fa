/**
 * Laws of PB2's search and of what PB2 tells it. Each is a named function that throws on violation.
 */
import { deepStrictEqual, ok } from 'node:assert/strict'
import { reference } from '../../backends/reference/index.ts'
import type { UcbConstants } from '../../src/bo/time-kernel.ts'
import { timeProcess } from '../../src/bo/time-kernel.ts'
import type { TimedRow, TimeSearch, TimeSearchSettings } from '../../src/bo/time-search.ts'
import { timeSearchDefaults } from '../../src/bo/time-search.ts'
import type { HyperRecord } from '../../src/core/hyper.ts'
import { foldIn, normal, rootKey, uniforms } from '../../src/core/rng.ts'
import { rowAt } from '../../src/memory/chunked-rows.ts'
import type { WatchedContext } from '../../src/outer/hyper-steps.ts'
import type { Pb2State } from '../../src/outer/pb2.ts'
import type { Scheduler } from '../../src/outer/scheduler.ts'

export type MakeSearch = (settings: TimeSearchSettings) => TimeSearch
export type SearchLaw = Readonly<{ name: string; check: (make: MakeSearch) => void }>

/** `n` rows in two dimensions over four members; what a point gains is greatest at (0.7, 0.2). */
const rowsOf = (n: number, noise: number, peak = (_row: number): readonly [number, number] => [0.7, 0.2]): readonly TimedRow[] =>
  Array.from({ length: n }, (_, i): TimedRow => {
    const point = uniforms(foldIn(rootKey('rows'), i), 2)
    const [a, b] = peak(i)
    const distance = (point[0] - a) * (point[0] - a) + (point[1] - b) * (point[1] - b)
    return { time: 1000 * (1 + Math.floor(i / 4)), score: 10 * i, point, gain: 3e-3 - 1e-2 * distance + noise * normal(foldIn(rootKey('noise'), i)) }
  })
const now = (rows: readonly TimedRow[]) => ({ time: rows[rows.length - 1].time + 1000, score: 10 * rows.length, pending: [] })
const far = (point: Float64Array, [a, b]: readonly [number, number]): number => Math.sqrt((point[0] - a) * (point[0] - a) + (point[1] - b) * (point[1] - b))

const found = (search: TimeSearch, rows: readonly TimedRow[], pending: readonly Readonly<{ point: Float64Array; score: number }>[] = []) => {
  const suggestion = search.suggest(rootKey('suggest'), rows, { ...now(rows), pending })
  if (suggestion === null) throw new Error('no process could be fitted')
  return suggestion
}

export const searchLaws: readonly SearchLaw[] = [
  {
    name: 'the point has the greatest mean + κ · variance of the fitted process, of a whole grid of points',
    check: (make) => {
      for (const [count, noise] of [[5, 1e-4], [12, 1e-3], [40, 2e-3]] as const) {
        const rows = rowsOf(count, noise)
        const { point, ucb, hyper } = found(make(timeSearchDefaults), rows)
        // the same process, put together here from the rows: scaled times and scores, standardised and clipped gains
        const gains = rows.map(({ gain }) => gain)
        const centre = gains.reduce((sum, gain) => sum + gain, 0) / count
        const spread = Math.sqrt(gains.reduce((sum, gain) => sum + (gain - centre) * (gain - centre), 0) / count)
        const scale = (values: readonly number[]) => (value: number) => (value - Math.min(...values)) / (Math.max(...values) - Math.min(...values))
        const ofTime = scale(rows.map(({ time }) => time))
        const ofScore = scale(rows.map(({ score }) => score))
        const process = timeProcess(3, reference)
        const data = { x: Float64Array.from(rows.flatMap((row) => [ofScore(row.score), ...row.point])), t: Float64Array.from(rows, ({ time }) => ofTime(time)) }
        const y = Float64Array.from(gains, (gain) => Math.max(-2, Math.min(2, (gain - centre) / spread)))
        const model = process.condition(hyper, data, y, { x: new Float64Array(0), t: new Float64Array(0) })
        if (model._tag === 'gp-failure') throw new Error(model.reason)
        const { time, score } = now(rows)
        const grid = Array.from({ length: 31 * 31 }, (_, i) => [Math.floor(i / 31) / 30, (i % 31) / 30] as const)
        const query = { x: Float64Array.from(grid.flatMap((each) => [ofScore(score), ...each])), t: new Float64Array(grid.length).fill(ofTime(time)) }
        const posterior = process.posterior(model, query, timeSearchDefaults.constants)
        const values = posterior.mean.map((mean, q) => mean + posterior.kappa * posterior.variance[q])
        const best = Math.max(...values)
        const own = process.posterior(model, { x: Float64Array.of(ofScore(score), ...point), t: Float64Array.of(ofTime(time)) }, timeSearchDefaults.constants)
        const value = own.mean[0] + own.kappa * own.variance[0]
        ok(Math.abs(value - ucb) < 1e-9, `it says ${ucb} of a point with ${value}`) // order 1, by two formulas
        ok(value >= best - 1e-9, `${value} at ${point.join(', ')} where a grid has ${best}`)
      }
    },
  },
  {
    name: 'it finds where the gains are',
    check: (make) => {
      const { point } = found(make({ ...timeSearchDefaults, constants: { c1: 0.01, c2: 1e-9 } }), rowsOf(60, 5e-4))
      ok(far(point, [0.7, 0.2]) < 0.15, `${point.join(', ')}`)
    },
  },
  {
    name: 'a pending point sends the next one elsewhere',
    check: (make) => {
      const rows = rowsOf(6, 1e-4)
      const search = make({ ...timeSearchDefaults, constants: { c1: 20, c2: 1 } })
      const first = found(search, rows).point
      const second = found(search, rows, [{ point: first, score: now(rows).score }]).point
      ok(far(second, [first[0], first[1]]) > 0.1, `${first.join(', ')} and then ${second.join(', ')}`)
    },
  },
  {
    name: 'the scale of gains, scores and times does not matter, and outliers are cut off',
    check: (make) => {
      const rows = rowsOf(20, 5e-4)
      const bent = rows.map(({ time, score, point, gain }) => ({ time: 5 + 2 * time, score: 1000 * score - 7, point, gain: 1e5 * gain }))
      const search = make(timeSearchDefaults)
      const [plain, scaled] = [found(search, rows), search.suggest(rootKey('suggest'), bent, { time: 5 + 2 * now(rows).time, score: 1000 * now(rows).score - 7, pending: [] })]
      ok(scaled !== null && far(scaled.point, [plain.point[0], plain.point[1]]) < 1e-3) // two searches that end within their tolerance
      const two = [1e9, 1e12].map((gain) => found(search, rows.map((row, i) => (i === 3 ? { ...row, gain } : row))).point)
      ok(far(two[0], [two[1][0], two[1][1]]) < 1e-3)
    },
  },
  {
    name: 'of many rows it uses a suffix of those that are kept, as many as fit best',
    check: (make) => {
      const small = { ...timeSearchDefaults, minRows: 12, rowStep: 4, maxRows: 40 }
      const old = rowsOf(48, 1e-4, (row) => (row < 30 ? [0.1, 0.9] : [0.7, 0.2]))
      const { rows, point } = found(make({ ...small, constants: { c1: 0.01, c2: 1e-9 } }), old)
      ok(rows >= 12 && rows <= 40 && rows % 4 === 0, `${rows} rows`)
      ok(rows <= 20, `${rows} rows, though all before the last 18 say something else`)
      ok(far(point, [0.7, 0.2]) < 0.3, `${point.join(', ')}`)
      deepStrictEqual(found(make(small), rowsOf(11, 1e-4)).rows, 11)
    },
  },
]

/** `constants` of the weight of the variance; PB2's own where nothing is said. */
export type MakePb2 = (constants?: UcbConstants) => Scheduler<Pb2State, WatchedContext, HyperRecord>
export type Pb2Law = Readonly<{ name: string; check: (make: MakePb2) => void }>

const MEMBERS = 6
const STEP = 10

/** Plays six members, due every 30 env steps; a member's score rises by `gain` of its values per step, from that of its donor. */
const play = (make: MakePb2, steps: number, gain: (hyper: HyperRecord) => number, constants?: UcbConstants) => {
  const scheduler = make(constants)
  const root = rootKey('pb2')
  let state = scheduler.init(foldIn(root, 0))
  let values: readonly HyperRecord[] = []
  let scores = Array.from({ length: MEMBERS }, (_, member) => 0.01 * member)
  const turns: Readonly<{ step: number; changes: readonly Readonly<{ member: number; copyFrom: number | null; hyper: HyperRecord }>[]; state: Pb2State; values: readonly HyperRecord[]; scores: readonly number[] }>[] = []
  for (let step = 0; step < steps; step++) {
    const shown = scores.map((score): WatchedContext => ({ populationFitness: Float64Array.of(score), policyReturn: score, generation: step }))
    const [proposal, proposed] = scheduler.propose(foldIn(root, 2 * step + 1), state, step, step === 0 ? shown.map(() => null) : shown)
    if (proposal.kind !== 'members') throw new Error('a population changes members')
    const { changes } = proposal
    scores = scores.map((score, member) => scores[changes.find((change) => change.member === member)?.copyFrom ?? member] ?? score)
    values = scores.map((_, member) => changes.find((change) => change.member === member)?.hyper ?? values[member])
    scores = scores.map((score, member) => score + gain(values[member]))
    const members = scores.map((score, member) => ({
      applied: values[member],
      metrics: {},
      context: { populationFitness: Float64Array.of(score), policyReturn: score, generation: step + 1 },
      envSteps: STEP,
    }))
    state = scheduler.observe(foldIn(root, 2 * step + 2), proposed, { kind: 'step', step, members })
    turns.push({ step, changes, state, values, scores })
  }
  return turns
}

export const pb2Laws: readonly Pb2Law[] = [
  {
    name: 'a row holds what a member gained per env step with its values, from the score at which they began',
    check: (make) => {
      // every value gains its learning rate per step, so that every row must say: lr/10 per env step, jumps of copies not counted
      const turns = play(make, 40, ({ lr }) => 1000 * lr)
      const { rows } = turns[turns.length - 1].state
      ok(rows.length > 30)
      for (let i = 0; i < rows.length; i++) {
        const [, , gain, u] = rowAt(rows, i)
        const lr = 1e-5 + (1e-3 - 1e-5) * u
        ok(Math.abs(gain - (1000 * lr) / STEP) < 1e-9, `row ${i}: a gain of ${gain} where ${(1000 * lr) / STEP} was made`) // sums of at most 40 scores of order 1
      }
    },
  },
  {
    name: 'members go where gains are, if they care little for what they do not know',
    check: (make) => {
      const gain = ({ lr, clip }: HyperRecord): number => 1 - 4e6 * (lr - 7e-4) * (lr - 7e-4) - 20 * (clip - 0.2) * (clip - 0.2)
      const turns = play(make, 90, gain, { c1: 0.05, c2: 1e-9 })
      const late = turns.flatMap(({ step, changes }) => (step > 45 ? changes.map(({ hyper }) => gain(hyper)) : []))
      const share = late.filter((worth) => worth > 0.9).length / late.length
      ok(late.length > 25 && share > 0.5, `${share} of ${late.length}`) // random values: 0.09
    },
  },
  {
    name: 'copies of the same turn go different ways',
    check: (make) => {
      const turns = play(make, 40, ({ lr }) => 1000 * lr)
      const pairs = turns.filter(({ step, changes }) => step > 6 && changes.length === 2)
      ok(pairs.length > 6)
      const apart = pairs.filter(({ changes: [a, b] }) => Math.abs(a.hyper.lr - b.hyper.lr) / 1e-3 + Math.abs(a.hyper.clip - b.hyper.clip) / 0.4 > 0.02)
      ok(apart.length > 0.7 * pairs.length, `${apart.length} of ${pairs.length} pairs`)
    },
  },
]
