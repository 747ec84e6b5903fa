/**
 * Networks with one flaw each, for the laws to catch.
 */
import type { Backend } from '../../src/core/backend.ts'
import { layoutSize } from '../../src/nn/layout.ts'
import { lstm, type Lstm, type LstmGradients, type LstmSpec } from '../../src/nn/lstm.ts'
import { metaNetwork, type MetaNetwork, type MetaNetworkSpec } from '../../src/nn/meta-network.ts'
import { mlp, mlpLayout, type Mlp, type MlpPass, type MlpSpec } from '../../src/nn/mlp.ts'

const withKernels = (backend: Backend, kernels: Partial<Backend['kernels']>): Backend => ({ ...backend, kernels: { ...backend.kernels, ...kernels } })

/** A backend whose networks forget the bias of their last layer. */
const biasless = (backend: Backend): Backend =>
  withKernels(backend, {
    mlpForward: (values, spec, parameters, x, batch) => {
      const outputs = spec.sizes[spec.sizes.length - 1]
      const size = layoutSize(mlpLayout(spec.sizes))
      backend.kernels.mlpForward(values, spec, parameters.slice(0, size).fill(0, size - outputs), x, batch)
    },
  })

/** A backend whose LSTM reads the gates in the order f, i, g, o. */
const swappedGates = (backend: Backend): Backend => {
  const swap = (parameters: Float64Array, inputs: number, hidden: number): Float64Array => {
    const swapped = parameters.slice()
    let at = 0
    for (const width of [inputs, hidden, 1, 1]) {
      const block = hidden * width
      swapped.copyWithin(at, at + block, at + 2 * block)
      swapped.set(parameters.subarray(at, at + block), at + block)
      at += 4 * block
    }
    return swapped
  }
  const { lstmStep, lstmForward } = backend.kernels
  return withKernels(backend, {
    lstmStep: (h, c, parameters, offset, x, scratch, batch, inputs, hidden) =>
      lstmStep(h, c, swap(parameters.subarray(offset), inputs, hidden), 0, x, scratch, batch, inputs, hidden),
    lstmForward: (trace, run) => lstmForward(trace, { ...run, parameters: swap(run.parameters, run.shape.inputs, run.shape.hidden) }),
  })
}

/** A network whose way back is changed. */
const pullingNet = (net: Mlp, change: (pass: MlpPass, parameters: Float64Array, x: Float64Array, batch: number) => Partial<MlpPass>): Mlp => ({
  ...net,
  forwardWithPullback: (parameters, x, batch) => {
    const pass = net.forwardWithPullback(parameters, x, batch)
    return { ...pass, ...change(pass, parameters, x, batch) }
  },
})

export const mlpMutants = {
  'drops the bias': (backend: Backend) => (spec: MlpSpec) => mlp(spec, biasless(backend)),
  'takes 1 for the derivative of tanh': (backend: Backend) => (spec: MlpSpec): Mlp => {
    const undamped = mlp({ ...spec, activation: spec.activation === 'tanh' ? 'linear' : spec.activation }, backend)
    return pullingNet(mlp(spec, backend), (_pass, ...call) => ({ pullback: undamped.forwardWithPullback(...call).pullback }))
  },
  'pushes a direction past the layers above the one that it moves': (backend: Backend) => (spec: MlpSpec): Mlp => {
    const sound = mlp(spec, backend)
    const flat = mlp(spec, withKernels(backend, { product: (out) => out.fill(0) }))
    return pullingNet(sound, (_pass, ...call) => ({ pushforward: flat.forwardWithPullback(...call).pushforward }))
  },
  'has no gradient by the last bias': (backend: Backend) => (spec: MlpSpec): Mlp => {
    const sound = mlp(spec, backend)
    return pullingNet(sound, ({ pullback }) => ({
      pullback: (gradY) => {
        const gradients = pullback(gradY)
        return { ...gradients, parameters: gradients.parameters.map((slope, i) => (i === sound.size - 1 ? 0 : slope)) }
      },
    }))
  },
  'has another gradient by the parameters where that by the input is not wanted': (backend: Backend) => (spec: MlpSpec): Mlp =>
    pullingNet(mlp(spec, backend), ({ parameterPullback }) => ({ parameterPullback: (gradY) => parameterPullback(gradY).map((slope) => 2 * slope) })),
  'lets the first row of a batch leak into the others': (backend: Backend) => (spec: MlpSpec): Mlp => {
    const sound = mlp(spec, backend)
    return { ...sound, forward: (parameters, x, batch) => sound.forward(parameters, x, batch).map((value) => value + (batch > 1 ? x[0] : 0)) }
  },
  'scales the gradient it was given': (backend: Backend) => (spec: MlpSpec): Mlp =>
    pullingNet(mlp(spec, backend), ({ pullback }) => ({
      pullback: (gradY) => {
        const gradients = pullback(gradY)
        gradY.fill(0)
        return gradients
      },
    })),
} as const

const pulling = (layer: Lstm, change: (gradients: LstmGradients) => LstmGradients): Lstm => ({
  ...layer,
  sequenceWithPullback: (parameters, state, x, batch) => {
    const { trace, pullback } = layer.sequenceWithPullback(parameters, state, x, batch)
    return { trace, pullback: (gradH, gradC) => change(pullback(gradH, gradC)) }
  },
})

export const lstmMutants = {
  'swaps input and forget gate': (backend: Backend) => (spec: LstmSpec) => lstm(spec, swappedGates(backend)),
  'forgets the state between steps': (backend: Backend) => (spec: LstmSpec): Lstm => {
    const sound = lstm(spec, backend)
    return { ...sound, sequence: (parameters, state, x, batch) => sound.step(parameters, state, x.slice(-batch * spec.inputs), batch) }
  },
  'has no gradient by the second bias': (backend: Backend) => (spec: LstmSpec) => {
    const sound = lstm(spec, backend)
    const second = sound.layout[3].offset
    return pulling(sound, (gradients) => ({ ...gradients, parameters: gradients.parameters.map((slope, i) => (i >= second ? 0 : slope)) }))
  },
  'cuts the gradient at the start': (backend: Backend) => (spec: LstmSpec) =>
    pulling(lstm(spec, backend), (gradients) => ({ ...gradients, c0: gradients.c0.map(() => 0) })),
  'writes into the state it was given': (backend: Backend) => (spec: LstmSpec): Lstm => {
    const sound = lstm(spec, backend)
    return {
      ...sound,
      sequence: (parameters, state, x, batch) => {
        const after = sound.sequence(parameters, state, x, batch)
        state.h.set(after.h)
        return after
      },
    }
  },
} as const

export const metaNetworkMutants = {
  'reads the history once, whatever the passes': (backend: Backend) => (spec: MetaNetworkSpec) => metaNetwork({ ...spec, passes: 1 }, backend),
  'answers beyond its range': (backend: Backend) => (spec: MetaNetworkSpec): MetaNetwork => {
    const sound = metaNetwork(spec, backend)
    return { ...sound, forward: (parameters, history) => ({ ...sound.forward(parameters, history), y: sound.forward(parameters, history).z }) }
  },
  'sees the last row only': (backend: Backend) => (spec: MetaNetworkSpec): MetaNetwork => {
    const sound = metaNetwork(spec, backend)
    return {
      ...sound,
      forwardWithPullback: (parameters, history) => {
        const { answer, pullback } = sound.forwardWithPullback(parameters, history.slice(-spec.inputs))
        return {
          answer,
          pullback: (gradY) => {
            const gradients = pullback(gradY)
            const grad = new Float64Array(history.length)
            grad.set(gradients.history, history.length - spec.inputs)
            return { ...gradients, history: grad }
          },
        }
      },
    }
  },
  'forgets the width of the range in its gradient': (backend: Backend) => (spec: MetaNetworkSpec): MetaNetwork => {
    const sound = metaNetwork(spec, backend)
    return {
      ...sound,
      forwardWithPullback: (parameters, history) => {
        const { answer, pullback } = sound.forwardWithPullback(parameters, history)
        return { answer, pullback: (gradY) => pullback(gradY.map((slope, k) => slope / (spec.high[k] - spec.low[k]))) }
      },
    }
  },
} as const
