/**
 * Optimiser steps, in place on memory of their caller.
 *
 * *Source:* `backends/reference/optimisers.ts`. *Deviations:* none.
 */
import type { Kernels } from '../../src/core/backend.ts'
import { reference } from '../reference/index.ts'
import { copy } from './copies.ts'
import { BYTES, type Place } from './place.ts'

type OptimiserKernels = Pick<Kernels, 'adam' | 'rmsprop' | 'sgd'>

/** Parameters from which a call pays. */
const ADAM = 128
const RMSPROP = 128

export const optimiserKernels = ({ arena, pays }: Place): OptimiserKernels => {
  const { kernels } = arena
  const plain = reference.kernels

  return {
    adam: (parameters, first, second, gradient, step) => {
      const count = parameters.length
      if (!pays(count, ADAM, 4 * count)) return plain.adam(parameters, first, second, gradient, step)
      const { learningRate, beta1, beta2, epsilon, weightDecay, firstPower, secondPower } = step
      arena.open()
      const [p, m, v, g] = [arena.take(count), arena.take(count), arena.take(count), arena.take(count)]
      const numbers = arena.numbers()
      copy(numbers, p, parameters, 0, count)
      copy(numbers, m, first, 0, count)
      copy(numbers, v, second, 0, count)
      copy(numbers, g, gradient, 0, count)
      kernels.adam(
        BYTES * p, BYTES * m, BYTES * v, BYTES * g, count, learningRate, beta1, beta2, epsilon, weightDecay, 1 - firstPower, 1 - secondPower,
      )
      copy(parameters, 0, numbers, p, count)
      copy(first, 0, numbers, m, count)
      copy(second, 0, numbers, v, count)
    },

    rmsprop: (parameters, second, gradient, step) => {
      const count = parameters.length
      if (!pays(count, RMSPROP, 3 * count)) return plain.rmsprop(parameters, second, gradient, step)
      const { learningRate, decay, epsilon, epsilonInside, weightDecay } = step
      arena.open()
      const [p, s, g] = [arena.take(count), arena.take(count), arena.take(count)]
      const numbers = arena.numbers()
      copy(numbers, p, parameters, 0, count)
      copy(numbers, s, second, 0, count)
      copy(numbers, g, gradient, 0, count)
      kernels.rmsprop(BYTES * p, BYTES * s, BYTES * g, count, learningRate, decay, epsilon, weightDecay, Number(epsilonInside))
      copy(parameters, 0, numbers, p, count)
      copy(second, 0, numbers, s, count)
    },

    // three additions and multiplications a number: moving the arrays would cost more
    sgd: plain.sgd,
  }
}
