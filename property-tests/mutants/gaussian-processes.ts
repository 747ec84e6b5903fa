/**
 * Gaussian processes and improvement functions with one flaw each, for the laws to catch.
 */
import { log } from '../../src/core/dmath.ts'
import { expectedImprovement, improvementProbability, logExpectedImprovement } from '../../src/bo/acquisition.ts'
import type { GaussianProcess } from '../../src/bo/gp.ts'
import type { ImprovementSubject } from '../laws/gp.ts'

/** Each flaw as a change of a sound process. */
export const gpMutants = {
  'adds what the data explain to the variance': (sound: GaussianProcess): GaussianProcess => ({
    ...sound,
    posterior: (model, query) => {
      const { mean, variance } = sound.posterior(model, query)
      return { mean, variance: variance.map((v) => 2 * model.hyper.outputscale - v) }
    },
  }),
  'takes a little off every covariance': (sound: GaussianProcess): GaussianProcess => ({
    ...sound,
    posteriorCovariance: (model, query) => sound.posteriorCovariance(model, query).map((value) => value - 1e-7),
  }),
  'weights the first datum twice': (sound: GaussianProcess): GaussianProcess => ({
    ...sound,
    posterior: (model, query) => sound.posterior({ ...model, alpha: model.alpha.map((a, i) => (i === 0 ? 2 * a : a)) }, query),
  }),
  'conditions on targets without their mean': (sound: GaussianProcess): GaussianProcess => ({
    ...sound,
    condition: (hyper, data) => {
      const model = sound.condition({ ...hyper, mean: 0 }, data)
      return model._tag === 'gp-model' ? { ...model, hyper } : model
    },
  }),
  'predicts noise with the function': (sound: GaussianProcess): GaussianProcess => ({
    ...sound,
    posterior: (model, query) => {
      const { mean, variance } = sound.posterior(model, query)
      return { mean, variance: variance.map((v) => v + model.hyper.noiseVariance) }
    },
  }),
  'ignores every datum but the first': (sound: GaussianProcess): GaussianProcess => ({
    ...sound,
    condition: (hyper, { x, y }) => sound.condition(hyper, { x: x.slice(0, hyper.lengthscales.length), y: y.slice(0, 1) }),
  }),
  'forgets all but the first of more than eight data': (sound: GaussianProcess): GaussianProcess => ({
    ...sound,
    condition: (hyper, { x, y }) => sound.condition(hyper, y.length > 8 ? { x: x.slice(0, hyper.lengthscales.length), y: y.slice(0, 1) } : { x, y }),
  }),
  'returns to zero instead of its mean': (sound: GaussianProcess): GaussianProcess => ({
    ...sound,
    posterior: (model, query) => {
      const { mean, variance } = sound.posterior(model, query)
      return { mean: mean.map((value) => value - model.hyper.mean), variance }
    },
  }),
  'turns the lengthscale gradient around': (sound: GaussianProcess): GaussianProcess => ({
    ...sound,
    likelihoodGradient: (model) => {
      const gradient = sound.likelihoodGradient(model)
      return { ...gradient, logLengthscales: gradient.logLengthscales.map((slope) => -slope) }
    },
  }),
  'takes the noise gradient by the variance, not its logarithm': (sound: GaussianProcess): GaussianProcess => ({
    ...sound,
    likelihoodGradient: (model) => {
      const gradient = sound.likelihoodGradient(model)
      return { ...gradient, logNoiseVariance: gradient.logNoiseVariance / model.hyper.noiseVariance }
    },
  }),
  'halves the slope of the variance': (sound: GaussianProcess): GaussianProcess => ({
    ...sound,
    posteriorSlopes: (model, query) => {
      const slopes = sound.posteriorSlopes(model, query)
      return { ...slopes, varianceByQuery: slopes.varianceByQuery.map((slope) => slope / 2) }
    },
  }),
  'writes into its targets': (sound: GaussianProcess): GaussianProcess => ({
    ...sound,
    condition: (hyper, data) => {
      const model = sound.condition(hyper, data)
      data.y.fill(0)
      return model
    },
  }),
} as const

const sound: ImprovementSubject = { ei: expectedImprovement, logEi: logExpectedImprovement, probability: improvementProbability }

export const improvementMutants: Readonly<Record<string, ImprovementSubject>> = {
  'takes the logarithm of an underflown EI': {
    ...sound,
    logEi: (...at) => ({ ...logExpectedImprovement(...at), value: log(expectedImprovement(...at).value) }),
  },
  'forgets xi in log-EI': { ...sound, logEi: (mean, std, incumbent) => logExpectedImprovement(mean, std, incumbent, 0) },
  'has the slope of EI by std at the wrong sign': {
    ...sound,
    ei: (...at) => {
      const value = expectedImprovement(...at)
      return { ...value, byStd: -value.byStd }
    },
  },
  'gives up far below the incumbent': {
    ...sound,
    ei: (...at) => (at[0] - at[2] < -6 * at[1] ? { value: 0, byMean: 0, byStd: 0 } : expectedImprovement(...at)),
  },
  'counts a loss as an improvement': {
    ...sound,
    ei: (...at) => (at[1] <= 0 ? { value: at[0] - at[2] - at[3], byMean: 1, byStd: 0 } : expectedImprovement(...at)),
  },
}
