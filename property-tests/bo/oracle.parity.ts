/**
 * Gaussian processes, acquisition functions and PB2's process against 40-digit arithmetic, at the tolerances that the file states.
 */
import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { expectedImprovement, improvementProbability, logExpectedImprovement, upperConfidenceBound } from '../../src/bo/acquisition.ts'
import { gaussianProcess } from '../../src/bo/gp.ts'
import { stationaryKernel, type KernelName } from '../../src/bo/kernels.ts'
import { timeProcess } from '../../src/bo/time-kernel.ts'
import { mismatches, oracleCases, oracleFamily } from '../fixtures/oracle.ts'

type Rows = readonly (readonly number[])[]
const flat = (rows: Rows): Float64Array => Float64Array.from(rows.flat())

type KernelInput = Readonly<{ kernel: KernelName; lengthscales: readonly number[]; outputscale: number }>
type MatrixInput = KernelInput & Readonly<{ a: Rows; b: Rows }>
type RegressionInput = KernelInput & Readonly<{ noise_variance: number; mean: number; x: Rows; y: readonly number[]; query: Rows }>
type AcquisitionInput = Readonly<{ mean: readonly number[]; std: readonly number[]; incumbent: number; xi: number; kappa: number }>
type Pb2Input = Readonly<{
  x: Rows
  t: readonly number[]
  y: readonly number[]
  pending_x: Rows
  pending_t: readonly number[]
  query_x: Rows
  query_t: number
  outputscale: number
  lengthscale: number
  epsilon: number
  noise_variance: number
  c1: number
  c2: number
}>

const family = oracleFamily('gaussian-process')
const hyperOf = ({ lengthscales, outputscale }: KernelInput) => ({ lengthscales: Float64Array.from(lengthscales), outputscale })

describe('covariance matrices', () => {
  it.each(oracleCases<MatrixInput, unknown>(family, 'kernel-matrix'))('$name', (each) => {
    const { kernel, a, b } = each.input
    const covariance = stationaryKernel(kernel, reference).covariance(hyperOf(each.input), flat(a), flat(b))
    expect(mismatches(family, each, { covariance })).toEqual([])
  })
})

describe('regression', () => {
  it.each(oracleCases<RegressionInput, unknown>(family, 'regression'))('$name', (each) => {
    const { kernel, noise_variance: noiseVariance, mean, x, y, query } = each.input
    const gp = gaussianProcess(kernel, reference)
    const model = gp.condition({ ...hyperOf(each.input), noiseVariance, mean }, { x: flat(x), y: Float64Array.from(y) })
    if (model._tag === 'gp-failure') throw new Error(model.reason)
    const slope = gp.likelihoodGradient(model)
    const posterior = gp.posterior(model, flat(query))
    const slopes = query.map((point) => gp.posteriorSlopes(model, Float64Array.from(point)))
    expect(model.jitter).toBe(0)
    expect(
      mismatches(family, each, {
        log_marginal_likelihood: model.logMarginalLikelihood,
        gradient: {
          log_lengthscales: slope.logLengthscales,
          log_outputscale: slope.logOutputscale,
          log_noise_variance: slope.logNoiseVariance,
          mean: slope.mean,
        },
        posterior_mean: posterior.mean,
        posterior_variance: posterior.variance,
        posterior_covariance: gp.posteriorCovariance(model, flat(query)),
        grad_mean_by_query: slopes.map((at) => at.meanByQuery),
        grad_variance_by_query: slopes.map((at) => at.varianceByQuery),
      }),
    ).toEqual([])
    expect(mismatches(family, each, { posterior_mean: slopes.map((at) => at.mean), posterior_variance: slopes.map((at) => at.variance) })).toEqual([])
  })
})

describe('acquisition', () => {
  it.each(oracleCases<AcquisitionInput, unknown>(family, 'acquisition'))('$name', (each) => {
    const { mean, std, incumbent, xi, kappa } = each.input
    const at = <T>(f: (m: number, s: number) => T): readonly T[] => mean.map((m, i) => f(m, std[i]))
    const ei = at((m, s) => expectedImprovement(m, s, incumbent, xi))
    const logEi = at((m, s) => logExpectedImprovement(m, s, incumbent, xi))
    expect(
      mismatches(family, each, {
        ucb: at((m, s) => upperConfidenceBound(m, s, kappa).value),
        ei: ei.map(({ value }) => value),
        log_ei: logEi.map(({ value }) => value),
        probability: at((m, s) => improvementProbability(m, s, incumbent, xi).value),
        grad_ei_mean: ei.map(({ byMean }) => byMean),
        grad_ei_std: ei.map(({ byStd }) => byStd),
        grad_log_ei_mean: logEi.map(({ byMean }) => byMean),
        grad_log_ei_std: logEi.map(({ byStd }) => byStd),
      }),
    ).toEqual([])
  })
})

describe("PB2's process over time", () => {
  it.each(oracleCases<Pb2Input, unknown>(family, 'pb2'))('$name', (each) => {
    const { x, t, y, pending_x: pendingX, pending_t: pendingT, query_x: queryX, query_t: queryT, ...rest } = each.input
    const hyper = { outputscale: rest.outputscale, lengthscale: rest.lengthscale, epsilon: rest.epsilon, noiseVariance: rest.noise_variance }
    const process = timeProcess(x[0].length, reference)
    const data = { x: flat(x), t: Float64Array.from(t) }
    const model = process.condition(hyper, data, Float64Array.from(y), { x: flat(pendingX), t: Float64Array.from(pendingT) })
    if (model._tag === 'gp-failure') throw new Error(model.reason)
    const slope = process.likelihoodGradient(model)
    const query = { x: flat(queryX), t: new Float64Array(queryX.length).fill(queryT) }
    const { mean, variance, kappa, ucb } = process.posterior(model, query, { c1: rest.c1, c2: rest.c2 })
    expect(
      mismatches(family, each, {
        covariance: process.covariance(hyper, data, data),
        log_marginal_likelihood: model.logMarginalLikelihood,
        gradient: {
          log_outputscale: slope.logOutputscale,
          log_lengthscale: slope.logLengthscale,
          epsilon: slope.epsilon,
          log_noise_variance: slope.logNoiseVariance,
        },
        mean,
        variance,
        kappa,
        ucb,
      }),
    ).toEqual([])
  })
})
