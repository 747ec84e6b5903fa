import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { cos, sin } from '../../src/core/dmath.ts'
import { foldIn, normal, rootKey } from '../../src/core/rng.ts'
import { authorsBayesOpt, bayesOpt, defaultBayesOpt, type BayesOptSettings, type BayesOptState } from '../../src/bo/bayes-opt.ts'
import { fitGp, unitRanges } from '../../src/bo/gp-fit.ts'
import { gaussianProcess } from '../../src/bo/gp.ts'

const key = rootKey('bayes-opt')
const small = (settings: BayesOptSettings): BayesOptSettings => ({
  ...settings,
  search: { ...settings.search, candidates: 200 },
  fit: { ...settings.fit, starts: 2 },
})

/** Runs `steps` evaluations of `objective`, with the subkeys of `seed`; `between` may replace the state after each. */
const optimise = (
  settings: BayesOptSettings,
  objective: (x: Float64Array, step: number) => number,
  steps: number,
  seed: number,
  between: (state: BayesOptState) => BayesOptState = (state) => state,
): BayesOptState => {
  const optimiser = bayesOpt(settings, reference)
  const root = foldIn(key, seed)
  let state = optimiser.init(foldIn(root, 0))
  for (let step = 0; step < steps; step++) {
    const { point } = optimiser.suggest(foldIn(root, 1 + step), state)
    state = between(optimiser.observe(state, point, objective(point, step)))
  }
  return state
}

const peak = (x: Float64Array): number => -x.reduce((sum, value, d) => sum + (value - 0.3 - 0.2 * d) * (value - 0.3 - 0.2 * d), 0)

describe('Bayesian optimisation', () => {
  it('starts with its design: every slice of a latin hypercube holds one point', () => {
    const settings = { ...defaultBayesOpt(3), initialPoints: 8 }
    const { design, points, values } = bayesOpt(settings, reference).init(key)
    expect([points.length, values.length]).toEqual([0, 0])
    for (let d = 0; d < 3; d++) {
      const slices = Array.from({ length: 8 }, (_, k) => Math.floor(8 * design[k * 3 + d])).toSorted((a, b) => a - b)
      expect(slices).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    }
    const state = optimise(settings, peak, 8, 1)
    expect([...state.points]).toEqual([...state.design])
  })

  it.each([
    ['default', small(defaultBayesOpt(2))],
    ['log-EI', small({ ...defaultBayesOpt(2), acquisition: { kind: 'log-ei', xi: 0 } })],
    ['EI', small({ ...defaultBayesOpt(2), acquisition: { kind: 'ei', xi: 0.01 }, incumbent: 'best-observed' })],
    ['probability', small({ ...defaultBayesOpt(2), acquisition: { kind: 'probability', xi: 0.05 } })],
    ["the authors'", small(authorsBayesOpt(2))],
  ] as const)('%s: suggestions repeat, lie in the cube, and go on from a copy of the state', (_, settings) => {
    const steps = settings.initialPoints + 3
    const state = optimise(settings, peak, steps, 2)
    const copied = optimise(settings, peak, steps, 2, (s) => structuredClone(s))
    expect(copied).toEqual(state)
    expect(state.points.every((u) => u >= 0 && u <= 1)).toBe(true)
    const optimiser = bayesOpt(settings, reference)
    const before = structuredClone(state)
    expect(optimiser.suggest(key, state)).toEqual(optimiser.suggest(key, state))
    expect(optimiser.incumbent(key, state)).toEqual(optimiser.incumbent(key, state))
    expect(state).toEqual(before)
    expect(optimiser.suggest(key, state).source).toBe('acquisition')
  })

  it('comes closer to a smooth peak in 20 evaluations than random search in 150', () => {
    for (const [seed, settings] of [defaultBayesOpt(2), authorsBayesOpt(2), { ...defaultBayesOpt(2), kernel: 'rbf' as const }].map(small).entries()) {
      const state = optimise(settings, peak, 20, 10 + seed)
      const incumbent = bayesOpt(settings, reference).incumbent(key, state)
      expect(incumbent).not.toBeNull()
      // the best of 150 uniform points is 0.041 away on average, and 1/(150 π) = 0.0021 below the peak
      expect(peak(incumbent?.point ?? new Float64Array(2))).toBeGreaterThan(-1e-3)
    }
  })

  it('finds the higher of two hills', () => {
    // values 1.5 near x = 0.87 and 0.93 near x = 0.21
    const hills = (x: Float64Array): number => sin(9.5 * x[0] - 0.45) + 0.65 * x[0] * cos(x[0])
    const state = optimise(small(defaultBayesOpt(1)), hills, 16, 20)
    const incumbent = bayesOpt(small(defaultBayesOpt(1)), reference).incumbent(key, state)
    const grid = Array.from({ length: 2001 }, (_, i) => hills(Float64Array.of(i / 2000)))
    expect(hills(incumbent?.point ?? new Float64Array(1))).toBeGreaterThan(Math.max(...grid) - 0.01)
  })

  it('by posterior mean is not fooled by one lucky value, by best observed it is', () => {
    // flat noise-free hill with one outlier far from its top
    const outlier = (x: Float64Array, step: number): number => (step === 12 ? 1 : 0.02 * normal(foldIn(key, 500 + step)) + 2 * peak(x))
    const settings = small(defaultBayesOpt(1))
    const state = optimise(settings, outlier, 25, 30)
    const lucky = state.points[12]
    expect(Math.max(...state.values)).toBe(1)
    expect(bayesOpt({ ...settings, incumbent: 'best-observed' }, reference).incumbent(key, state)?.point[0]).toBe(lucky)
    const modelled = bayesOpt(settings, reference).incumbent(key, state)
    expect(modelled?.source).toBe('posterior-mean')
    expect(modelled?.value).toBeLessThan(1)
  })

  it('takes values that are not finite for the worst and goes on', () => {
    const settings = small(defaultBayesOpt(1))
    const state = optimise(settings, (x) => (x[0] > 0.5 ? NaN : peak(x)), 14, 40)
    expect(state.values.some((value) => Number.isNaN(value))).toBe(true)
    const incumbent = bayesOpt(settings, reference).incumbent(key, state)
    expect(incumbent?.point[0]).toBeLessThan(0.5)
    expect(Math.abs((incumbent?.point[0] ?? 9) - 0.3)).toBeLessThan(0.1)
  })

  it('says so where nothing can be modelled, and suggests a random point', () => {
    const settings = small(defaultBayesOpt(2))
    const optimiser = bayesOpt(settings, reference)
    const state = optimise(settings, () => NaN, settings.initialPoints, 50)
    const suggestion = optimiser.suggest(key, state)
    expect(suggestion.source).toBe('random')
    expect(suggestion.failure?._tag).toBe('gp-failure')
    expect(suggestion.point.every((u) => u >= 0 && u <= 1)).toBe(true)
    expect(optimiser.incumbent(key, state)).toBeNull()
  })

  it('copes with values that are all equal and with points measured twice', () => {
    const settings = small(defaultBayesOpt(1))
    const optimiser = bayesOpt(settings, reference)
    let state = optimise(settings, () => 3, settings.initialPoints, 60)
    for (let k = 0; k < 4; k++) state = optimiser.observe(state, Float64Array.of(0.25), 3)
    expect(optimiser.suggest(key, state)).toMatchObject({ source: 'acquisition', failure: null })
    expect(optimiser.incumbent(key, state)?.value).toBeCloseTo(3, 12)
  })

  it('rejects points outside the cube', () => {
    const optimiser = bayesOpt(defaultBayesOpt(1), reference)
    expect(() => optimiser.observe(optimiser.init(key), Float64Array.of(1.5), 0)).toThrow(/unit cube/)
    expect(() => optimiser.observe(optimiser.init(key), Float64Array.of(0.5, 0.5), 0)).toThrow(/unit cube/)
  })
})

describe('the fit of a Gaussian process', () => {
  const gp = gaussianProcess('matern52', reference)
  const x = Float64Array.from({ length: 40 }, (_, i) => (i + 0.5) / 40)
  const settings = { starts: 4, maxIterations: 100, ranges: unitRanges }

  it('ends at a likelihood no lower than any of its starts, at a stationary point or a bound', () => {
    const y = x.map((u, i) => sin(7 * u) + 0.2 * normal(foldIn(key, 700 + i)))
    const model = fitGp(key, gp, { x, y }, settings)
    if (model._tag === 'gp-failure') throw new Error(model.reason)
    const slope = gp.likelihoodGradient(model)
    const { lengthscales, noiseVariance, mean, outputscale } = model.hyper
    // searches stop at a projected gradient of 1e-6
    for (const value of [slope.logLengthscales[0], slope.logOutputscale, slope.logNoiseVariance, slope.mean]) expect(Math.abs(value)).toBeLessThan(1e-5)
    // noise of standard deviation 0.2 from 40 data: variance 0.04 within a factor of 2
    expect(noiseVariance).toBeGreaterThan(0.02)
    expect(noiseVariance).toBeLessThan(0.08)
    expect(lengthscales[0]).toBeGreaterThan(0.05)
    for (const factor of [0.9, 1.1]) {
      const moved = gp.condition({ lengthscales: lengthscales.map((length) => length * factor), noiseVariance, mean, outputscale }, { x, y })
      expect(moved._tag === 'gp-model' && moved.logMarginalLikelihood < model.logMarginalLikelihood).toBe(true)
    }
  })

  it('keeps what its ranges fix', () => {
    const y = x.map((u) => sin(7 * u))
    const ranges = { ...unitRanges, outputscale: [1, 1], noiseVariance: [1e-6, 1e-6], mean: [0, 0] } as const
    const model = fitGp(key, gp, { x, y }, { ...settings, ranges })
    if (model._tag === 'gp-failure') throw new Error(model.reason)
    expect([model.hyper.outputscale, model.hyper.mean]).toEqual([1, 0])
    expect(Math.abs(model.hyper.noiseVariance / 1e-6 - 1)).toBeLessThan(1e-14) // exp(log 1e-6)
  })

  it('tags data that no start can model', () => {
    expect(fitGp(key, gp, { x, y: x.map(() => NaN) }, settings)._tag).toBe('gp-failure')
  })
})
