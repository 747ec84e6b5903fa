/**
 * Calls of the layer kernels and of the optimisers.
 */
import type { Activation } from '../../src/core/backend.ts'
import { tanh } from '../../src/core/dmath.ts'
import { build, guarded, joined, logistic, numbers, sum, withGuards, type Call } from './backend-data.ts'

const affineCall = (batch: number, inputs: number, outputs: number, offset: number): Call => {
  const label = `affine ${batch} x ${inputs} -> ${outputs} at ${offset}`
  const parameters = numbers(label, offset + outputs * (inputs + 1) + 2)
  const x = numbers(`${label}, x`, batch * inputs)
  return {
    kernel: 'affine',
    label,
    inputs: [parameters, x],
    run: (kernels, stale) => {
      const out = guarded(batch * outputs, stale)
      kernels.affine(out, parameters, offset, x, batch, inputs, outputs)
      return out
    },
    definition: () =>
      withGuards(
        build(batch * outputs, (at) => {
          const [b, o] = [Math.floor(at / outputs), at % outputs]
          return parameters[offset + outputs * inputs + o] + sum(inputs, (i) => parameters[offset + o * inputs + i] * x[b * inputs + i])
        }),
      ),
  }
}

const activateCall = (activation: Activation, n: number): Call => {
  const x = build(n, (i) => (i - n / 2) / 4)
  const rules: Readonly<Record<Activation, (x: number) => number>> = { linear: (v) => v, tanh, relu: (v) => Math.max(0, v), sigmoid: logistic }
  return {
    kernel: 'activate',
    label: `activate ${activation} ${n}`,
    inputs: [],
    run: (kernels) => {
      const out = withGuards(x)
      kernels.activate(out, activation, n)
      return out
    },
    definition: () => withGuards(x.map(rules[activation])),
  }
}


const pullbackCalls = (batch: number, inputs: number, outputs: number, offset: number): readonly Call[] => {
  const label = `${batch} x ${inputs} -> ${outputs} at ${offset}`
  const parameters = numbers(label, offset + outputs * (inputs + 1) + 2)
  const x = numbers(`${label}, x`, batch * inputs)
  const gradY = numbers(`${label}, gradient`, batch * outputs)
  const before = numbers(`${label}, before`, offset + outputs * (inputs + 1) + 5)
  const biasAt = offset + outputs * inputs + 3
  return [
    {
      kernel: 'affineInputPullback',
      label: `input pullback ${label}`,
      inputs: [parameters, gradY],
      run: (kernels, stale) => {
        const out = guarded(batch * inputs, stale)
        kernels.affineInputPullback(out, parameters, offset, gradY, batch, inputs, outputs)
        return out
      },
      definition: () =>
        withGuards(
          build(batch * inputs, (at) => sum(outputs, (o) => gradY[Math.floor(at / inputs) * outputs + o] * parameters[offset + o * inputs + (at % inputs)])),
        ),
    },
    {
      kernel: 'affineParameterPullback',
      label: `parameter pullback ${label}`,
      inputs: [x, gradY],
      run: (kernels) => {
        const out = withGuards(before)
        kernels.affineParameterPullback(out, offset, biasAt, x, gradY, batch, inputs, outputs)
        return out
      },
      definition: () => {
        const out = withGuards(before)
        for (let o = 0; o < outputs; o++) {
          out[biasAt + o] += sum(batch, (b) => gradY[b * outputs + o])
          for (let i = 0; i < inputs; i++) out[offset + o * inputs + i] += sum(batch, (b) => gradY[b * outputs + o] * x[b * inputs + i])
        }
        return out
      },
    },
  ]
}

const activatePullbackCall = (activation: Activation, n: number): Call => {
  const y = build(n, (i) => (activation === 'relu' ? Math.max(0, i - n / 2) : (i + 1) / (n + 2)))
  const gradient = numbers(`${activation} ${n}`, n)
  const rules: Readonly<Record<Activation, (y: number) => number>> = { linear: () => 1, tanh: (v) => (1 - v) * (1 + v), relu: (v) => (v > 0 ? 1 : 0), sigmoid: (v) => v - v * v }
  return {
    kernel: 'activatePullback',
    label: `pullback of ${activation} ${n}`,
    inputs: [y],
    run: (kernels) => {
      const out = withGuards(gradient)
      kernels.activatePullback(out, activation, y, n)
      return out
    },
    definition: () => withGuards(gradient.map((g, i) => g * rules[activation](y[i]))),
  }
}

/** Every optimiser from a state in the middle of a run. */
const optimiserCalls = (n: number): readonly Call[] => {
  const [parameters, first, gradient] = ['parameters', 'first', 'gradient'].map((label) => numbers(`optimiser ${n} ${label}`, n))
  const second = numbers(`optimiser ${n} second`, n).map((value) => value * value)
  const decayed = (weightDecay: number): Float64Array => gradient.map((g, i) => g + weightDecay * parameters[i])
  const adamStep = { learningRate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1, firstPower: 0.729, secondPower: 0.970299 }
  const rmspropStep = { learningRate: 0.01, decay: 0.9, epsilon: 1e-5, weightDecay: 0.1 }
  const sgdStep = { learningRate: 0.1, momentum: 0.9, dampening: 0.1, weightDecay: 0.1 }
  const adam: Call = {
    kernel: 'adam',
    label: `adam ${n}`,
    inputs: [gradient],
    run: (kernels) => {
      const [p, m, v] = [parameters.slice(), first.slice(), second.slice()]
      kernels.adam(p, m, v, gradient, adamStep)
      return joined(p, m, v)
    },
    definition: () => {
      const g = decayed(adamStep.weightDecay)
      const m = first.map((value, i) => 0.9 * value + 0.1 * g[i])
      const v = second.map((value, i) => 0.99 * value + 0.01 * g[i] * g[i])
      const p = parameters.map((value, i) => value - (0.01 * m[i]) / 0.271 / (Math.sqrt(v[i] / 0.029701) + 1e-8))
      return joined(p, m, v)
    },
  }
  const rmsprop = [true, false].map((epsilonInside): Call => ({
    kernel: 'rmsprop',
    label: `rmsprop ${n}, epsilon ${epsilonInside ? 'inside' : 'outside'}`,
    inputs: [gradient],
    run: (kernels) => {
      const [p, s] = [parameters.slice(), second.slice()]
      kernels.rmsprop(p, s, gradient, { ...rmspropStep, epsilonInside })
      return joined(p, s)
    },
    definition: () => {
      const g = decayed(rmspropStep.weightDecay)
      const s = second.map((value, i) => 0.9 * value + 0.1 * g[i] * g[i])
      const p = parameters.map((value, i) => value - (0.01 * g[i]) / (epsilonInside ? Math.sqrt(s[i] + 1e-5) : Math.sqrt(s[i]) + 1e-5))
      return joined(p, s)
    },
  }))
  const sgd = [{ nesterov: true, first: false }, { nesterov: false, first: false }, { nesterov: false, first: true }].map((options): Call => ({
    kernel: 'sgd',
    label: `sgd ${n} ${JSON.stringify(options)}`,
    inputs: [gradient],
    run: (kernels) => {
      const [p, b] = [parameters.slice(), first.slice()]
      kernels.sgd(p, b, gradient, { ...sgdStep, ...options })
      return joined(p, b)
    },
    definition: () => {
      const g = decayed(sgdStep.weightDecay)
      const b = first.map((value, i) => (options.first ? g[i] : 0.9 * value + 0.9 * g[i]))
      const p = parameters.map((value, i) => value - 0.1 * (options.nesterov ? g[i] + 0.9 * b[i] : b[i]))
      return joined(p, b)
    },
  }))
  const plain: Call = {
    kernel: 'sgd',
    label: `sgd ${n} without momentum`,
    inputs: [gradient],
    run: (kernels) => {
      const p = parameters.slice()
      kernels.sgd(p, new Float64Array(0), gradient, { ...sgdStep, momentum: 0, nesterov: false, first: false })
      return p
    },
    definition: () => parameters.map((value, i) => value - 0.1 * decayed(sgdStep.weightDecay)[i]),
  }
  return [adam, ...rmsprop, ...sgd, plain]
}

const activations = ['linear', 'tanh', 'relu', 'sigmoid'] as const

/** Sizes with and without remainders of the blocks that fast backends work in, and larger ones against the reference only. */
export const layerCalls: readonly Call[] = [
  affineCall(1, 1, 1, 0), affineCall(3, 7, 4, 5), affineCall(2, 17, 6, 1), affineCall(1, 64, 9, 0), affineCall(2, 0, 3, 2), affineCall(0, 3, 2, 0),
  affineCall(6, 5, 8, 3), affineCall(9, 4, 3, 0), { ...affineCall(71, 300, 37, 3), definition: null },
  ...pullbackCalls(1, 1, 1, 0), ...pullbackCalls(3, 7, 4, 5), ...pullbackCalls(6, 8, 5, 1), ...pullbackCalls(9, 3, 10, 2), ...pullbackCalls(0, 3, 2, 0),
  ...pullbackCalls(71, 37, 300, 3).map((call) => ({ ...call, definition: null })), ...pullbackCalls(300, 9, 70, 0).map((call) => ({ ...call, definition: null })),
  ...activations.map((activation) => activateCall(activation, 41)), activateCall('tanh', 0), ...activations.map((activation) => activateCall(activation, 300)),
  ...activations.map((activation) => activatePullbackCall(activation, 41)),
  ...optimiserCalls(1), ...optimiserCalls(21),
]
