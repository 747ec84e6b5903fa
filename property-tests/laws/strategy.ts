/**
 * Laws that every evolution strategy obeys, as far as it claims them.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones.
 */
import { deepStrictEqual, notDeepStrictEqual, ok, throws } from 'node:assert/strict'
import type { Backend } from '../../src/core/backend.ts'
import { encodeKey, foldIn } from '../../src/core/rng.ts'
import type { EsHyper, Strategy } from '../../src/es/strategy.ts'
import {
  ERRORS,
  candidatesOf,
  difference,
  estimate,
  evaluationsOf,
  firstUpdates,
  generation,
  gradientAt,
  hyper,
  largest,
  leaves,
  quadratic,
  root,
  scattered,
  seasoned,
  start,
} from './strategy-problem.ts'

/**
 * `make` builds the strategy for a popsize; `popsize` is an even one. `plain` states the update of a strategy that steps by
 * θ ← θ + α/(divisor · sigma) Σ uε, to be compared with one from stored noise; null for any other optimiser.
 */
export type StrategySubject<S> = Readonly<{
  make: (popsize: number) => Strategy<S, EsHyper>
  backend: Backend
  popsize: number
  plain: Readonly<{ utilities: (fitness: Float64Array) => Float64Array; divisor: number }> | null
}>

export type StrategyLaw = Readonly<{ name: string; check: <S>(subject: StrategySubject<S>) => void }>

export const strategyLaws: readonly StrategyLaw[] = [
  {
    name: 'asking twice gives the same population, another key another one',
    check: ({ make, popsize }) => {
      const strategy = make(popsize)
      const state = seasoned(strategy)
      const ask = (index: number) => strategy.ask(foldIn(root, index), state, hyper)
      deepStrictEqual(ask(0), ask(0))
      deepStrictEqual(candidatesOf(strategy, state, ask(0)), candidatesOf(strategy, state, ask(0)))
      notDeepStrictEqual(candidatesOf(strategy, state, ask(0)), candidatesOf(strategy, state, ask(1)))
    },
  },
  {
    name: 'inputs are left unchanged',
    check: ({ make, popsize }) => {
      const strategy = make(popsize)
      const first = start.slice()
      const state = generation(strategy, foldIn(root, 0), strategy.init(first), quadratic).told
      deepStrictEqual(first, start)
      const batch = strategy.ask(foldIn(root, 1), state, hyper)
      const evaluations = evaluationsOf(scattered(popsize))
      const before = structuredClone({ state, batch, evaluations })
      candidatesOf(strategy, state, batch)
      strategy.tell(state, batch, evaluations, hyper)
      deepStrictEqual({ state, batch, evaluations }, before)
    },
  },
  {
    name: 'state and batch are plain data, and copies of them serve as well',
    check: ({ make, popsize }) => {
      const strategy = make(popsize)
      const state = seasoned(strategy)
      const batch = strategy.ask(foldIn(root, 1), state, hyper)
      const [stateCopy, batchCopy] = [structuredClone(state), structuredClone(batch)]
      const evaluations = evaluationsOf(scattered(popsize))
      deepStrictEqual(candidatesOf(strategy, stateCopy, batchCopy), candidatesOf(strategy, state, batch))
      deepStrictEqual(make(popsize).tell(stateCopy, batchCopy, evaluations, hyper), strategy.tell(state, batch, evaluations, hyper))
    },
  },
  {
    name: 'memory grows with parameters plus popsize, not with their product',
    check: ({ make }) => {
      for (const [parameters, popsize] of [[20, 10], [600, 10], [20, 60], [600, 60]]) {
        const strategy = make(popsize)
        const { batch, told } = generation(strategy, foldIn(root, 0), strategy.init(new Float64Array(parameters)), (x) => x[0])
        // mean and two moments of an optimiser, and some numbers per candidate, with 64 for the rest
        const bound = 3 * parameters + 4 * popsize + 64
        ok(leaves(batch) + leaves(told) <= bound, `${leaves(batch)} + ${leaves(told)} numbers for ${parameters} parameters and popsize ${popsize}`)
      }
    },
  },
  {
    name: 'a worker rebuilds every candidate from its perturbation, in any order',
    check: ({ make, popsize, backend }) => {
      const strategy = make(popsize)
      const state = seasoned(strategy)
      const batch = strategy.ask(foldIn(root, 1), state, hyper)
      const candidates = candidatesOf(strategy, state, batch)
      for (let i = popsize - 1; i >= 0; i--) {
        const { key, scale } = strategy.perturbation(batch, i)
        const rebuilt = new Float64Array(start.length)
        backend.kernels.perturb(rebuilt, strategy.mean(state).values, key, scale)
        deepStrictEqual(rebuilt, candidates[i])
        deepStrictEqual(strategy.candidate(state, batch, i), candidates[i])
      }
    },
  },
  {
    name: 'candidates scatter around the mean with standard deviation sigma, in mirrored pairs where claimed',
    check: ({ make, popsize }) => {
      const strategy = make(popsize)
      const state = strategy.init(start)
      for (const sigma of [0.5, 0.03125]) {
        const squares: number[] = []
        const sums: number[] = []
        for (let r = 0; r < 100; r++) {
          const batch = strategy.ask(foldIn(root, r), state, { ...hyper, sigma })
          const noise = candidatesOf(strategy, state, batch).map((x) => difference(x, start).map((d) => d / sigma))
          const keys = new Set(noise.map((_, i) => encodeKey(strategy.perturbation(batch, i).key)))
          deepStrictEqual(keys.size, strategy.claims.mirrored ? popsize / 2 : popsize)
          sums.push(noise.reduce((sum, row) => sum + row.reduce((s, e) => s + e, 0), 0))
          // a mirrored half repeats the squares of the other, so only one of them is counted
          noise.slice(0, keys.size).forEach((row) => squares.push(...row.map((e) => e * e)))
        }
        const { mean, error } = estimate(squares)
        ok(Math.abs(mean - 1) <= ERRORS * error, `mean square ${mean} of the noise, standard error ${error}`)
        // (θ + sε) + (θ − sε) − 2θ is rounding of numbers of order 1, divided by sigma: far below 1e-9; independent sums are of order 1
        if (strategy.claims.mirrored) ok(largest(sums) < 1e-9, `mirrored noise sums to ${largest(sums)}`)
        const total = estimate(sums)
        ok(Math.abs(total.mean) <= ERRORS * total.error + 1e-9, `noise sums to ${total.mean} on average, standard error ${total.error}`)
      }
    },
  },
  {
    name: 'an odd popsize is rejected where candidates are mirrored, and only there',
    check: ({ make, popsize }) => {
      if (make(popsize).claims.mirrored) throws(() => make(popsize + 1), RangeError)
      else deepStrictEqual(make(popsize + 1).popsize, popsize + 1)
      throws(() => make(0), RangeError)
      throws(() => make(2.5), RangeError)
    },
  },
  {
    name: 'hyperparameters outside their ranges are rejected',
    check: ({ make, popsize }) => {
      const strategy = make(popsize)
      const state = strategy.init(start)
      for (const wrong of [{ sigma: 0 }, { sigma: -0.1 }, { sigma: NaN }, { sigma: 1e4 }, { learningRate: -1 }, { learningRate: Infinity }]) {
        throws(() => strategy.ask(foldIn(root, 0), state, { ...hyper, ...wrong }), RangeError, JSON.stringify(wrong))
      }
    },
  },
  {
    name: 'a batch of another generation and a wrong number of evaluations are rejected',
    check: ({ make, popsize }) => {
      const strategy = make(popsize)
      const { batch, told } = generation(strategy, foldIn(root, 0), strategy.init(start), quadratic)
      deepStrictEqual(strategy.generation(told), 1)
      throws(() => strategy.tell(told, batch, evaluationsOf(scattered(popsize)), hyper), { name: 'InvariantError' })
      throws(() => strategy.tell(strategy.init(start), batch, evaluationsOf(scattered(popsize - 1)), hyper), { name: 'InvariantError' })
    },
  },
  {
    name: 'hyperparameters may change every generation, and what was applied is reported',
    check: ({ make, popsize }) => {
      const strategy = make(popsize)
      let state = strategy.init(start)
      deepStrictEqual(strategy.lastUpdate(state), null)
      for (const values of [hyper, { sigma: 0.25, learningRate: 0.5 }, { sigma: 2, learningRate: 0.125 }]) {
        const before = strategy.mean(state).values
        const { batch, told, mean } = generation(strategy, foldIn(root, strategy.generation(state)), state, quadratic, values)
        for (let i = 0; i < popsize; i++) deepStrictEqual(Math.abs(strategy.perturbation(batch, i).scale), values.sigma)
        const update = strategy.lastUpdate(told)
        deepStrictEqual(update?.applied, values)
        const moved = Math.sqrt(difference(mean, before).reduce((sum, d) => sum + d * d, 0))
        ok(Math.abs((update?.updateNorm ?? NaN) - moved) <= 1e-12 * moved, 'the same sum of squares, in any order')
        state = told
      }
    },
  },
  {
    name: 'learning rate 0 leaves the mean',
    check: ({ make, popsize }) => {
      const strategy = make(popsize)
      const state = seasoned(strategy)
      deepStrictEqual(generation(strategy, foldIn(root, 1), state, quadratic, { ...hyper, learningRate: 0 }).mean, strategy.mean(state).values)
    },
  },
  {
    name: 'the update is proportional to the learning rate',
    check: ({ make, popsize }) => {
      const strategy = make(popsize)
      const state = seasoned(strategy)
      const update = (learningRate: number) =>
        difference(generation(strategy, foldIn(root, 1), state, quadratic, { ...hyper, learningRate }).mean, strategy.mean(state).values)
      const once = update(0.125)
      // differences of numbers of order 1: rounding is of order 1e-16
      ok(largest(difference(update(1), once.map((d) => 8 * d))) < 1e-13)
      ok(largest(once) > 1e-6)
    },
  },
  {
    name: 'constant fitness leaves the mean, where claimed',
    check: ({ make, popsize }) => {
      const strategy = make(popsize)
      if (!strategy.claims.constantFitnessKeepsMean) return
      for (const value of [0, 0.1, -1234.5678, NaN]) {
        deepStrictEqual(generation(strategy, foldIn(root, 1), strategy.init(start), () => value).mean, start)
      }
    },
  },
  {
    name: 'only the order of fitness matters, where claimed',
    check: ({ make, popsize }) => {
      const strategy = make(popsize)
      if (!strategy.claims.monotoneInvariant) return
      const state = seasoned(strategy)
      const fitness = scattered(popsize)
      const after = (transform: (f: number) => number) => generation(strategy, foldIn(root, 1), state, (_, i) => transform(fitness[i])).told
      for (const transform of [(f: number) => 3 * f - 100, (f: number) => f * f * f + f, (f: number) => (f > 0 ? 1e6 * f : f)]) {
        deepStrictEqual(after(transform), after((f) => f))
      }
    },
  },
  {
    name: 'moving problem and mean together moves the new mean with them, where claimed',
    check: ({ make, popsize }) => {
      const strategy = make(popsize)
      if (!strategy.claims.shiftEquivariant) return
      const shift = Float64Array.of(3, -2, 0.5, 16)
      const moved = start.map((x, d) => x + shift[d])
      const here = generation(strategy, foldIn(root, 1), strategy.init(start), quadratic).mean
      const there = generation(strategy, foldIn(root, 1), strategy.init(moved), (x) => quadratic(difference(x, shift))).mean
      // candidates of order 16 round to 2e-15; the gradient divides that by sigma
      ok(largest(difference(difference(there, shift), here)) < 1e-12)
    },
  },
  {
    name: 'fitness that is not finite is as bad as the worst, and is counted',
    check: ({ make, popsize }) => {
      const strategy = make(popsize)
      const fitness = scattered(popsize)
      const worst = fitness.indexOf(Math.min(...fitness))
      const others = Math.min(...fitness.filter((_, i) => i !== worst))
      const spoilt = (value: number) => generation(strategy, foldIn(root, 1), strategy.init(start), (_, i) => (i === worst ? value : fitness[i]))
      for (const value of [NaN, -Infinity, Infinity]) {
        const { told, mean } = spoilt(value)
        deepStrictEqual(strategy.lastUpdate(told)?.notFinite, 1)
        deepStrictEqual(mean, spoilt(strategy.claims.monotoneInvariant ? fitness[worst] : others).mean)
      }
    },
  },
  {
    name: 'the update is unbiased on a quadratic, where claimed',
    check: ({ make, popsize }) => {
      const strategy = make(popsize)
      if (!strategy.claims.unbiasedUpdate) return
      const updates = firstUpdates(strategy, 1500)
      const gradient = gradientAt(start)
      gradient.forEach((slope, d) => {
        const { mean, error } = estimate(updates.map((update) => update[d] / hyper.learningRate))
        ok(Math.abs(mean - slope) <= ERRORS * error, `coordinate ${d}: ${mean} instead of ${slope}, standard error ${error}`)
        // without this a noisy enough estimate would pass whatever it estimates
        ok(error < 0.1 * largest(gradient), `standard error ${error} is too large to tell anything`)
      })
    },
  },
  {
    name: 'updates point uphill on average',
    check: ({ make, popsize }) => {
      const gradient = gradientAt(start)
      const { mean, error } = estimate(firstUpdates(make(popsize), 200).map((update) => update.reduce((sum, step, d) => sum + step * gradient[d], 0)))
      ok(mean > ERRORS * error, `slope along the update ${mean}, standard error ${error}`)
    },
  },
  {
    name: 'the update equals one from stored noise, where a formula is stated',
    check: ({ make, popsize, plain }) => {
      if (plain === null) return
      const strategy = make(popsize)
      const state = seasoned(strategy)
      const before = strategy.mean(state).values
      const fitness = scattered(popsize)
      const { candidates, mean } = generation(strategy, foldIn(root, 1), state, (_, i) => fitness[i])
      const utilities = plain.utilities(fitness)
      const scale = hyper.learningRate / (plain.divisor * hyper.sigma)
      const expected = before.map((_, d) =>
        candidates.reduce((sum, x, i) => sum + (scale * utilities[i] * (x[d] - before[d])) / hyper.sigma, 0),
      )
      // noise read off the candidates carries a rounding of 1e-16/sigma; a wrong factor or key changes the first digit
      ok(largest(difference(difference(mean, before), expected)) < 1e-12 * Math.max(1, largest(expected)), 'another update than from stored noise')
    },
  },
]
