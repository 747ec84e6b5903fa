/**
 * Eigen-decompositions, Kronecker-factored methods and Fisher signals with one flaw each, for the laws to catch.
 */
import { symmetricEigen } from '../../src/core/eigen.ts'
import { kfac, type Kfac } from '../../src/optim/kfac.ts'
import * as fisher from '../../src/rl/fisher.ts'
import type { EigenSubject } from '../laws/eigen.ts'
import type { FisherSubject, KfacSubject } from '../laws/kfac.ts'

const transposed = (matrix: Float64Array, n: number): Float64Array => matrix.map((_, at) => matrix[(at % n) * n + Math.floor(at / n)])

export const eigenMutants: Readonly<Record<string, EigenSubject>> = {
  'puts vectors into columns': {
    symmetricEigen: (matrix, n) => {
      const { values, vectors } = symmetricEigen(matrix, n)
      return { values, vectors: transposed(vectors, n) }
    },
  },
  'lists values as they come': {
    symmetricEigen: (matrix, n) => {
      const { values, vectors } = symmetricEigen(matrix, n)
      const turned = vectors.map((_, at) => vectors[(n - 1 - Math.floor(at / n)) * n + (at % n)])
      return { values: values.slice().reverse(), vectors: turned }
    },
  },
  'stops when values are good to six digits': {
    symmetricEigen: (matrix, n) => symmetricEigen(matrix.map((value) => Math.fround(value)), n),
  },
  'takes values for positive': {
    symmetricEigen: (matrix, n) => {
      const { values, vectors } = symmetricEigen(matrix, n)
      return { values: values.map((value) => Math.max(0, value)), vectors }
    },
  },
  'works in the matrix it was given': {
    symmetricEigen: (matrix, n) => {
      const answer = symmetricEigen(matrix, n)
      matrix.fill(0)
      return answer
    },
  },
}

const changed = (change: (sound: Kfac) => Partial<Kfac>): KfacSubject => ({
  kfac: (spec, backend) => {
    const sound = kfac(spec, backend)
    return { ...sound, ...change(sound) }
  },
})

export const kfacMutants: Readonly<Record<string, KfacSubject>> = {
  'has no damping': changed((sound) => ({
    direction: (state, gradient) => sound.direction(sound.renew(state, 1e-12), gradient, 1e-12),
  })),
  'has no trust region': changed((sound) => ({
    step: (state, gradient, parameters, hyper) => sound.step(state, gradient, parameters, { ...hyper, klClip: Infinity }),
  })),
  'swaps the factors': changed((sound) => ({
    renew: (state, damping) => {
      const factors = state.factors.map(({ a, g }) => (a.length === g.length ? { a: g, g: a } : { a, g }))
      return { ...state, bases: sound.renew({ ...state, factors }, damping).bases }
    },
  })),
  'divides slopes by the batch': changed((sound) => ({
    observe: (state, signals, decay) => sound.observe(state, signals.map(({ x, slopes }) => ({ x, slopes: slopes.map((value) => value / 9) })), decay),
  })),
  'forgets the factors of earlier batches': changed((sound) => ({ observe: (state, signals) => sound.observe(state, signals, 0) })),
  'climbs': changed((sound) => ({
    step: (state, gradient, parameters, hyper) => {
      const step = sound.step(state, gradient, parameters, hyper)
      return { ...step, parameters: step.parameters.map((value, i) => 2 * parameters[i] - value) }
    },
  })),
  'starts momentum at a tenth': changed((sound) => ({
    step: (state, gradient, parameters, hyper) => {
      const step = sound.step(state, gradient, parameters, hyper)
      return { ...step, state: { ...step.state, momentum: step.state.momentum.map((value) => 0.1 * value) } }
    },
  })),
}

export const fisherMutants: Readonly<Record<string, FisherSubject>> = {
  'forgets the log-std': {
    ...fisher,
    fisherLayers: (net) => net.layers,
  },
  'takes noise of variance ½ for the critic': {
    ...fisher,
    fisherSignals: (net, parameters, obs, actions, noise) => fisher.fisherSignals(net, parameters, obs, actions, noise.map((value) => 2 * value)),
  },
  'answers mean slopes': {
    ...fisher,
    fisherSignals: (net, parameters, obs, actions, noise) =>
      fisher.fisherSignals(net, parameters, obs, actions, noise).map(({ x, slopes }) => ({ x, slopes: slopes.map((value) => value / noise.length) })),
  },
}
