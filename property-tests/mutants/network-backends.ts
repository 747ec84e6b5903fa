/**
 * Backends with one flaw each in the kernels of layers, networks, LSTM sequences and optimisers, for the laws to catch.
 */
import { reference } from '../../backends/reference/index.ts'
import type { Backend, Kernels } from '../../src/core/backend.ts'

const sound = reference.kernels

const withKernels = (kernels: Partial<Kernels>): Backend => ({ ...reference, name: 'mutant', kernels: { ...sound, ...kernels } })

let heard = new Float64Array(0)

export const networkBackendMutants = {
  'sums a gradient by inputs backwards': withKernels({
    affineInputPullback: (out, parameters, offset, gradY, batch, inputs, outputs) => {
      for (let b = 0; b < batch; b++) {
        for (let i = 0; i < inputs; i++) {
          let sum = 0
          for (let o = outputs - 1; o >= 0; o--) sum += gradY[b * outputs + o] * parameters[offset + o * inputs + i]
          out[b * inputs + i] = sum
        }
      }
    },
  }),
  'replaces a gradient instead of adding to it': withKernels({
    affineParameterPullback: (out, weightAt, biasAt, x, gradY, batch, inputs, outputs) => {
      out.fill(0, weightAt, weightAt + inputs * outputs)
      sound.affineParameterPullback(out, weightAt, biasAt, x, gradY, batch, inputs, outputs)
    },
  }),
  'sums a gradient by weights before it is added': withKernels({
    affineParameterPullback: (out, weightAt, biasAt, x, gradY, batch, inputs, outputs) => {
      const own = new Float64Array(outputs * (inputs + 1))
      sound.affineParameterPullback(own, 0, outputs * inputs, x, gradY, batch, inputs, outputs)
      for (let i = 0; i < outputs * inputs; i++) out[weightAt + i] += own[i]
      for (let o = 0; o < outputs; o++) out[biasAt + o] += own[outputs * inputs + o]
    },
  }),
  'lets a gradient through a closed ReLU': withKernels({
    activatePullback: (out, activation, y, n) => {
      if (activation !== 'relu') sound.activatePullback(out, activation, y, n)
    },
  }),
  'takes a whole array for the entries to pull back': withKernels({
    activatePullback: (out, activation, y, n) => {
      sound.activatePullback(out, activation, y, n)
      if (out.length > n) out[n] *= 0.5
    },
  }),
  'applies the activation of the hidden layers to the last': withKernels({
    mlpForward: (values, spec, parameters, x, batch) => sound.mlpForward(values, { ...spec, outputActivation: spec.activation }, parameters, x, batch),
  }),
  'forgets the activation of the output on the way back': withKernels({
    mlpPullback: (gradParameters, gradX, spec, ...rest) => sound.mlpPullback(gradParameters, gradX, { ...spec, outputActivation: 'linear' }, ...rest),
  }),
  'adds a gradient to what was there': withKernels({
    mlpPullback: (gradParameters, ...rest) => {
      const stale = gradParameters.slice()
      sound.mlpPullback(gradParameters, ...rest)
      stale.forEach((value, i) => (gradParameters[i] += value))
    },
  }),
  'keeps the array that it was told to load': withKernels({
    residentMlp: (spec) => {
      let held = new Float64Array(0)
      return {
        load: (parameters) => {
          held = parameters as Float64Array<ArrayBuffer>
        },
        forward: (out, x, batch) => {
          const net = sound.residentMlp(spec)
          net.load(held)
          net.forward(out, x, batch)
        },
      }
    },
  }),
  'shares what is resident between networks': withKernels({
    residentMlp: (spec) => ({
      load: (parameters) => {
        heard = parameters.slice()
      },
      forward: (out, x, batch) => {
        const net = sound.residentMlp(spec)
        net.load(heard)
        net.forward(out, x, batch)
      },
    }),
  }),
  'gives every candidate the parameters of the first': withKernels({
    populationForward: (out, spec, parameters, x, population) => {
      const stride = parameters.length / population
      const same = parameters.map((_, i) => parameters[i % stride])
      sound.populationForward(out, spec, same, x, population)
    },
  }),
  'perturbs every candidate by the first scale': withKernels({
    perturbedForward: (out, spec, base, keys, scales, x) => sound.perturbedForward(out, spec, base, keys, scales.map(() => scales[0]), x),
  }),
  'starts every step of a sequence from the same state': withKernels({
    lstmForward: (trace, { parameters, x, start, shape }) => {
      const { steps, batch, inputs, hidden } = shape
      const [width, rows] = [batch * hidden, batch * inputs]
      for (let t = 0; t < steps; t++) {
        const [h, c] = [start.h.slice(0, width), start.c.slice(0, width)]
        const gates = trace.gates.subarray(4 * t * width, 4 * (t + 1) * width)
        sound.lstmStep(h, c, parameters, 0, x.subarray(t * rows, (t + 1) * rows), gates, batch, inputs, hidden)
        trace.h.set(h, t * width)
        trace.c.set(c, t * width)
      }
    },
  }),
  'leaves the gradient by the last cell state out': withKernels({
    lstmPullback: (gradients, run, trace, gradH, gradCLast) => sound.lstmPullback(gradients, run, trace, gradH, gradCLast.map(() => 0)),
  }),
  'sums a gradient through time forwards': withKernels({
    lstmPullback: (gradients, run, trace, gradH, gradCLast) => {
      sound.lstmPullback(gradients, run, trace, gradH, gradCLast)
      const { inputs, hidden } = run.shape
      const from = 4 * hidden * (inputs + hidden)
      // what another order of summation does to a bias: the last bit
      for (let row = 0; row < 4 * hidden; row++) gradients.parameters[from + row] *= 1 + 2 ** -52
    },
  }),
  'writes the cell state where the hidden state belongs': withKernels({
    residentLstm: (inputs, hidden) => {
      const cell = sound.residentLstm(inputs, hidden)
      return {
        load: cell.load,
        step: (h, c, x) => {
          cell.step(h, c, x)
          h.set(c.subarray(0, hidden))
        },
      }
    },
  }),
  'corrects no bias of its moments': withKernels({
    adam: (parameters, first, second, gradient, step) => sound.adam(parameters, first, second, gradient, { ...step, firstPower: 0, secondPower: 0 }),
  }),
  'puts epsilon outside the root in any case': withKernels({
    rmsprop: (parameters, second, gradient, step) => sound.rmsprop(parameters, second, gradient, { ...step, epsilonInside: false }),
  }),
  'forgets the momentum': withKernels({
    sgd: (parameters, momentum, gradient, step) => sound.sgd(parameters, momentum, gradient, { ...step, first: true }),
  }),
} satisfies Record<string, Backend>
