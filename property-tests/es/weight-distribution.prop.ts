/** The evolved distribution of parameters, under its laws and against its oracle. */
import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { openSimd } from '../../backends/simd/index.ts'
import type { Backend } from '../../src/core/backend.ts'
import { encodeKey, foldIn, rootKey } from '../../src/core/rng.ts'
import * as subject from '../../src/es/weight-distribution.ts'
import { mismatches, oracleCases, oracleFamily } from '../fixtures/oracle.ts'
import { weightDistributionLaws } from '../laws/weight-distribution.ts'

describe('laws', () => {
  it.each(weightDistributionLaws)('$name', ({ check }) => check(subject))

  it('has the same bits on simd', async () => {
    const simd = await openSimd()
    const draws = [0, 1, 2].map((i) => ({ keys: [0, 1].map((j) => foldIn(foldIn(rootKey('simd'), i), j)), mirrored: i === 1 }))
    const distribution = { mean: new Float64Array(1001).fill(0.1), logSigma: Float64Array.from({ length: 1001 }, (_, p) => -3 + p / 500) }
    const on = (backend: Backend) => [subject.distributionGradient(backend, distribution, draws, Float64Array.of(1, -3, 0.7)), subject.drawsOf(backend, distribution, draws[1])[1]]
    expect(on(simd)).toStrictEqual(on(reference))
  })
})

type Input = Readonly<{
  mu: readonly number[]
  sigma: readonly number[]
  noise: readonly (readonly (readonly number[])[])[]
  fitness: readonly number[]
  baseline: 'raw' | 'batch' | 'leave-one-out' | 'z-score' | 'centred-ranks'
  rate_mu: number
  rate_log_sigma: number
}>

const family = oracleFamily('meta-distribution')
const root = rootKey('oracle')
const keyOf = (worker: number, draw: number) => foldIn(foldIn(root, worker), draw)

/** The reference backend, but the noise of worker i's draw j is what the oracle gives. */
const dictated = (noise: Input['noise']): Backend => {
  const rows = new Map(noise.flatMap((worker, i) => worker.map((row, j) => [encodeKey(keyOf(i, j)), row] as const)))
  const add = (out: Float64Array, key: ReturnType<typeof keyOf>, scale: number): void =>
    (rows.get(encodeKey(key)) ?? []).forEach((e, p) => void (out[p] += scale * e))
  return {
    ...reference,
    kernels: {
      ...reference.kernels,
      perturb: (out, base, key, scale) => {
        out.set(base)
        add(out, key, scale)
      },
      weightedNoise: (out, keys, weights) => {
        out.fill(0)
        keys.forEach((key, j) => add(out, key, weights[j]))
      },
    },
  }
}

describe('oracle: gradients of the evolved distribution', () => {
  it.each(oracleCases<Input, unknown>(family, 'estimator'))('$name', (each) => {
    const { mu, sigma, noise, fitness, baseline, rate_mu: rateMu, rate_log_sigma: rateLogSigma } = each.input
    const backend = dictated(noise)
    const distribution = { mean: Float64Array.from(mu), logSigma: Float64Array.from(sigma, (value) => Math.log(value)) }
    const draws = noise.map((worker, i) => ({ keys: worker.map((_, j) => keyOf(i, j)), mirrored: false }))
    const shaping: subject.Baseline = baseline === 'z-score' ? { kind: baseline, epsilon: 1e-8 } : { kind: baseline }
    const advantages = subject.advantagesOf(shaping, Float64Array.from(fitness))
    const gradient = subject.distributionGradient(backend, distribution, draws, advantages)
    const natural = subject.naturalGradient(distribution, gradient, noise[0].length)
    expect(
      mismatches(family, each, {
        draws: draws.map((worker) => [...subject.drawsOf(backend, distribution, worker)]),
        advantages,
        g_mu: gradient.byMean,
        g_sigma: gradient.bySigma,
        g_log_sigma: gradient.byLogSigma,
        natural_mu: natural.byMean,
        natural_sigma: natural.bySigma,
        mu_after: gradient.byMean.map((g, p) => mu[p] + rateMu * g),
        sigma_after_log_step: gradient.byLogSigma.map((g, p) => sigma[p] * Math.exp(rateLogSigma * g)),
      }),
    ).toEqual([])
  })
})
