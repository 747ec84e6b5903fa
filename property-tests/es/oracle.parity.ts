import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import type { Backend } from '../../src/core/backend.ts'
import type { Key } from '../../src/core/key.ts'
import { encodeKey, foldIn, rootKey } from '../../src/core/rng.ts'
import type { Sampler } from '../../src/es/sampling.ts'
import { perturbationOf, searchGradient } from '../../src/es/sampling.ts'
import type { Shaping } from '../../src/es/shaping.ts'
import { centredRanks, nesUtilities, shape, zScore } from '../../src/es/shaping.ts'
import { vanillaEsDefaults, vanillaEsStrategy } from '../../src/es/vanilla-es.ts'
import { mismatches, oracleCases, oracleFamily } from '../fixtures/oracle.ts'

const es = oracleFamily('es')

type Search = Readonly<{
  mean: readonly number[]
  sigma: number
  learning_rate: number
  shaping: Shaping['kind']
  divisor: number
  noise: readonly (readonly number[])[]
}>
type Independent = Search & Readonly<{ fitness: readonly number[] }>
type Antithetic = Search & Readonly<{ fitness_plus: readonly number[]; fitness_minus: readonly number[] }>

const shapingOf = (kind: Shaping['kind']): Shaping => (kind === 'z-score' ? { kind, epsilon: 1e-8 } : { kind })

const key = rootKey('oracle')

/** The reference backend, but the noise of key i is row i of what the oracle gives. */
const dictated = (sampler: Sampler, search: Search, popsize: number): Backend => {
  const draw = { key, sigma: search.sigma, popsize }
  const rows = new Map(search.noise.map((row, i) => [encodeKey(perturbationOf(sampler, draw, i).key), row]))
  const rowOf = (noiseKey: Key): readonly number[] => {
    const row = rows.get(encodeKey(noiseKey))
    if (row === undefined) throw new Error('noise of a key that no candidate has')
    return row
  }
  return {
    ...reference,
    kernels: {
      ...reference.kernels,
      perturb: (out, base, noiseKey, scale) => rowOf(noiseKey).forEach((e, d) => void (out[d] = base[d] + scale * e)),
      weightedNoise: (out, keys, weights) => {
        out.fill(0)
        keys.forEach((noiseKey, j) => rowOf(noiseKey).forEach((e, d) => void (out[d] += weights[j] * e)))
      },
    },
  }
}

/** Gradient and mean after one step of plain ascent, as the strategy makes them. */
const step = (sampler: Sampler, search: Search, fitness: readonly number[]) => {
  const backend = dictated(sampler, search, fitness.length)
  const shaping = shapingOf(search.shaping)
  const utilities = shape(shaping, Float64Array.from(fitness))
  const draw = { key, sigma: search.sigma, popsize: fitness.length }
  const gradient = searchGradient(backend, draw, utilities, { sampler, divisor: search.divisor, parameters: search.mean.length })
  const strategy = vanillaEsStrategy({ ...vanillaEsDefaults, popsize: fitness.length, sampler, shaping, divisor: search.divisor }, backend)
  const hyper = { sigma: search.sigma, learningRate: search.learning_rate }
  const state = strategy.init(Float64Array.from(search.mean))
  const told = strategy.tell(state, strategy.ask(key, state, hyper), fitness.map((f) => ({ fitness: f, envSteps: 1 })), hyper)
  return { utilities, gradient, mean: strategy.mean(told).values }
}

describe('oracle: shaping', () => {
  it.each(oracleCases<Readonly<{ fitness: readonly number[] }>, unknown>(es, 'shaping'))('$name', (each) => {
    const f = Float64Array.from(each.input.fitness)
    const fields = {
      centred_ranks: centredRanks(f),
      nes_full: nesUtilities(f, f.length + 1),
      nes_half: nesUtilities(f, f.length / 2 + 1),
      z_score: zScore(f, 0),
      z_score_eps: zScore(f, 1e-8),
      history_row: zScore(f, 1e-8).sort(),
    }
    expect(mismatches(es, each, fields)).toEqual([])
  })
})

describe('oracle: independent sampling', () => {
  it.each(oracleCases<Independent, unknown>(es, 'independent'))('$name', (each) => {
    const { utilities, gradient, mean } = step({ kind: 'independent' }, each.input, each.input.fitness)
    expect(mismatches(es, each, { utilities, gradient, mean_after_step: mean })).toEqual([])
  })
})

describe('oracle: antithetic sampling', () => {
  it.each(oracleCases<Antithetic, unknown>(es, 'antithetic'))('$name', (each) => {
    const { fitness_plus: plus, fitness_minus: minus } = each.input
    const { utilities, gradient, mean } = step({ kind: 'antithetic' }, each.input, [...plus, ...minus])
    const [up, down] = [utilities.slice(0, plus.length), utilities.slice(plus.length)]
    expect(mismatches(es, each, { utilities_plus: up, utilities_minus: down, gradient, mean_after_step: mean })).toEqual([])
  })

  it('places candidates at the mean plus and minus the scaled noise', () => {
    const [{ input }] = oracleCases<Antithetic, unknown>(es, 'antithetic')
    const sampler: Sampler = { kind: 'antithetic' }
    const n = 2 * input.noise.length
    const strategy = vanillaEsStrategy({ ...vanillaEsDefaults, popsize: n, sampler }, dictated(sampler, input, n))
    const state = strategy.init(Float64Array.from(input.mean))
    const batch = strategy.ask(key, state, { sigma: input.sigma, learningRate: 0 })
    input.noise.forEach((row, i) => {
      expect(strategy.candidate(state, batch, i)).toEqual(Float64Array.from(row, (e, d) => input.mean[d] + input.sigma * e))
      expect(strategy.candidate(state, batch, n / 2 + i)).toEqual(Float64Array.from(row, (e, d) => input.mean[d] - input.sigma * e))
    })
    expect(strategy.perturbation(batch, 0).key).toEqual(foldIn(key, 0))
  })
})
