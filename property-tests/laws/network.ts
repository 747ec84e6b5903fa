/**
 * Laws of networks: the fully connected net, the LSTM layer, the meta network.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones.
 */
import { deepStrictEqual, ok } from 'node:assert/strict'
import type { Activation, Backend } from '../../src/core/backend.ts'
import { sigmoid, tanh } from '../../src/core/dmath.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import type { Lstm, LstmSpec } from '../../src/nn/lstm.ts'
import type { MetaNetwork, MetaNetworkSpec } from '../../src/nn/meta-network.ts'
import type { Mlp, MlpSpec } from '../../src/nn/mlp.ts'
import { agreesWithDifferences } from './central-differences.ts'

export type Law<Subject> = Readonly<{ name: string; check: (subject: Subject) => void }>

/** `make` builds the network; `backend` holds the kernels that it must agree with. */
export type MlpSubject = Readonly<{ make: (spec: MlpSpec) => Mlp; backend: Backend }>
export type LstmSubject = Readonly<{ make: (spec: LstmSpec) => Lstm }>
export type MetaNetworkSubject = Readonly<{ make: (spec: MetaNetworkSpec) => MetaNetwork }>

const root = rootKey('network laws')
const draw = (index: number, n: number, scale = 1): Float64Array => normals(foldIn(root, index), n).map((value) => scale * value)
const weighted = (weights: Float64Array, values: Float64Array): number => weights.reduce((sum, w, i) => sum + w * values[i], 0)
const rowOf = (values: Float64Array, row: number, width: number): Float64Array => values.slice(row * width, (row + 1) * width)

const specs: readonly MlpSpec[] = (['tanh', 'sigmoid', 'linear', 'relu'] as const satisfies readonly Activation[]).flatMap((activation) => [
  { sizes: [3, 5, 4, 2], activation, outputActivation: 'linear' },
  { sizes: [2, 7, 3], activation, outputActivation: 'tanh' },
  { sizes: [4, 1], activation, outputActivation: 'sigmoid' },
])

/** A network with parameters, a batch of 3 and a direction in which its output is measured. */
const mlpCase = (make: MlpSubject['make'], spec: MlpSpec) => {
  const net = make(spec)
  const batch = 3
  const upstream = draw(2, batch * spec.sizes[spec.sizes.length - 1])
  return { net, batch, upstream, parameters: draw(0, net.size, 0.7), x: draw(1, batch * spec.sizes[0]) }
}

export const mlpLaws: readonly Law<MlpSubject>[] = [
  {
    name: 'the output is that of the backend kernels, layer by layer, bit for bit',
    check: ({ make, backend }) => {
      for (const spec of specs) {
        const { net, batch, parameters, x } = mlpCase(make, spec)
        let values = x
        let offset = 0
        spec.sizes.slice(1).forEach((outputs, layer) => {
          const inputs = spec.sizes[layer]
          const out = new Float64Array(batch * outputs)
          backend.kernels.affine(out, parameters, offset, values, batch, inputs, outputs)
          backend.kernels.activate(out, layer === spec.sizes.length - 2 ? spec.outputActivation : spec.activation, out.length)
          values = out
          offset += outputs * (inputs + 1)
        })
        deepStrictEqual(net.forward(parameters, x, batch), values)
        deepStrictEqual(net.forwardWithPullback(parameters, x, batch).y, values)
        deepStrictEqual(offset, net.size)
      }
    },
  },
  {
    name: 'gradients agree with central differences',
    check: ({ make }) => {
      for (const spec of specs) {
        const { net, batch, parameters, x, upstream } = mlpCase(make, spec)
        const gradients = net.forwardWithPullback(parameters, x, batch).pullback(upstream)
        agreesWithDifferences(`${spec.activation} by parameters`, (p) => weighted(upstream, net.forward(p, x, batch)), parameters, gradients.parameters)
        agreesWithDifferences(`${spec.activation} by input`, (input) => weighted(upstream, net.forward(parameters, input, batch)), x, gradients.x)
      }
    },
  },
  {
    name: 'the gradient by the parameters alone is that of the whole pullback, bit for bit',
    check: ({ make }) => {
      for (const spec of specs) {
        const { net, batch, parameters, x, upstream } = mlpCase(make, spec)
        const { pullback, parameterPullback } = net.forwardWithPullback(parameters, x, batch)
        deepStrictEqual(parameterPullback(upstream), pullback(upstream).parameters)
      }
    },
  },
  {
    name: 'a direction pushed forward is the slope of the output along it, and the adjoint of the pullback',
    check: ({ make }) => {
      for (const spec of specs) {
        const { net, batch, parameters, x, upstream } = mlpCase(make, spec)
        const direction = draw(3, net.size)
        const { pushforward, parameterPullback } = net.forwardWithPullback(parameters, x, batch)
        const slopes = pushforward(direction)
        const along = (t: Float64Array): Float64Array => net.forward(parameters.map((value, i) => value + t[0] * direction[i]), x, batch)
        slopes.forEach((slope, i) => agreesWithDifferences(`${spec.activation}, output ${i}`, (t) => along(t)[i], new Float64Array(1), Float64Array.of(slope)))
        const [there, back] = [weighted(upstream, slopes), weighted(parameterPullback(upstream), direction)]
        ok(Math.abs(there - back) < 1e-13, `⟨upstream, J v⟩ = ${there}, ⟨Jᵀ upstream, v⟩ = ${back}`) // some sixty terms of order 1
      }
    },
  },
  {
    name: 'rows of a batch do not see each other',
    check: ({ make }) => {
      for (const spec of specs) {
        const { net, batch, parameters, x } = mlpCase(make, spec)
        const outputs = spec.sizes[spec.sizes.length - 1]
        const together = net.forward(parameters, x, batch)
        for (let b = 0; b < batch; b++) deepStrictEqual(net.forward(parameters, rowOf(x, b, spec.sizes[0]), 1), rowOf(together, b, outputs))
      }
    },
  },
  {
    name: 'inputs are left unchanged and a pullback may be called again',
    check: ({ make }) => {
      const { net, batch, parameters, x, upstream } = mlpCase(make, specs[0])
      const before = structuredClone({ parameters, x, upstream })
      const { pullback, pushforward } = net.forwardWithPullback(parameters, x, batch)
      deepStrictEqual(pullback(upstream), pullback(upstream))
      deepStrictEqual(pushforward(parameters), pushforward(parameters))
      deepStrictEqual({ parameters, x, upstream }, before)
    },
  },
]

const lstmSpecs: readonly LstmSpec[] = [
  { inputs: 1, hidden: 1 },
  { inputs: 3, hidden: 4 },
]

/** A layer with parameters, a sequence of 4 for a batch of 2, and directions in which its answers are measured. */
const lstmCase = (make: LstmSubject['make'], spec: LstmSpec) => {
  const layer = make(spec)
  const [batch, steps] = [2, 4]
  const state = { h: draw(11, batch * spec.hidden), c: draw(12, batch * spec.hidden) }
  const upstream = { h: draw(14, steps * batch * spec.hidden), c: draw(15, batch * spec.hidden) }
  return { layer, batch, steps, state, upstream, parameters: draw(10, layer.size, 0.7), x: draw(13, steps * batch * spec.inputs) }
}

/** The textbook's step for one row, with the gates read from the vector by name. */
const plainStep = (spec: LstmSpec, layer: Lstm, parameters: Float64Array, h: Float64Array, c: Float64Array, x: Float64Array) => {
  const { inputs, hidden } = spec
  const [wIh, wHh, bIh, bHh] = layer.layout.map((entry) => entry.offset)
  const gate = (index: number, unit: number): number => {
    const row = index * hidden + unit
    let sum = parameters[bIh + row] + parameters[bHh + row]
    for (let k = 0; k < inputs; k++) sum += parameters[wIh + row * inputs + k] * x[k]
    for (let k = 0; k < hidden; k++) sum += parameters[wHh + row * hidden + k] * h[k]
    return sum
  }
  const cell = c.map((value, unit) => sigmoid(gate(1, unit)) * value + sigmoid(gate(0, unit)) * tanh(gate(2, unit)))
  return { c: cell, h: cell.map((value, unit) => sigmoid(gate(3, unit)) * tanh(value)) }
}

export const lstmLaws: readonly Law<LstmSubject>[] = [
  {
    name: 'one step is the formula, gates in the order i, f, g, o',
    check: ({ make }) => {
      for (const spec of lstmSpecs) {
        const { layer, batch, parameters, state, x } = lstmCase(make, spec)
        const after = layer.step(parameters, state, x.slice(0, batch * spec.inputs), batch)
        for (let b = 0; b < batch; b++) {
          const plain = plainStep(spec, layer, parameters, rowOf(state.h, b, spec.hidden), rowOf(state.c, b, spec.hidden), rowOf(x, b, spec.inputs))
          // values of order 1 summed in another order: a few units of 2.2e-16
          for (const part of ['h', 'c'] as const) {
            rowOf(after[part], b, spec.hidden).forEach((value, k) => {
              ok(Math.abs(value - plain[part][k]) <= 1e-14, `${part} ${value}, expected ${plain[part][k]}`)
            })
          }
        }
      }
    },
  },
  {
    name: 'a sequence is its steps one after the other, and the trace tells of each, bit for bit',
    check: ({ make }) => {
      for (const spec of lstmSpecs) {
        const { layer, batch, steps, parameters, state, x } = lstmCase(make, spec)
        const width = batch * spec.hidden
        const { trace } = layer.sequenceWithPullback(parameters, state, x, batch)
        let now = state
        for (let t = 0; t < steps; t++) {
          now = layer.step(parameters, now, rowOf(x, t, batch * spec.inputs), batch)
          deepStrictEqual({ h: rowOf(trace.h, t, width), c: rowOf(trace.c, t, width) }, { h: now.h, c: now.c })
        }
        deepStrictEqual(layer.sequence(parameters, state, x, batch), now)
      }
    },
  },
  {
    name: 'gradients agree with central differences',
    check: ({ make }) => {
      for (const spec of lstmSpecs) {
        const { layer, batch, parameters, state, x, upstream } = lstmCase(make, spec)
        const width = batch * spec.hidden
        const measure = (p: Float64Array, start: typeof state, input: Float64Array): number => {
          const { trace } = layer.sequenceWithPullback(p, start, input, batch)
          return weighted(upstream.h, trace.h) + weighted(upstream.c, trace.c.slice(-width))
        }
        const gradients = layer.sequenceWithPullback(parameters, state, x, batch).pullback(upstream.h, upstream.c)
        agreesWithDifferences('by parameters', (p) => measure(p, state, x), parameters, gradients.parameters)
        agreesWithDifferences('by inputs', (input) => measure(parameters, state, input), x, gradients.x)
        agreesWithDifferences('by h0', (h) => measure(parameters, { ...state, h }, x), state.h, gradients.h0)
        agreesWithDifferences('by c0', (c) => measure(parameters, { ...state, c }, x), state.c, gradients.c0)
      }
    },
  },
  {
    name: 'inputs are left unchanged and a pullback may be called again',
    check: ({ make }) => {
      const { layer, batch, parameters, state, x, upstream } = lstmCase(make, lstmSpecs[1])
      const before = structuredClone({ parameters, state, x, upstream })
      layer.sequence(parameters, state, x, batch)
      const { pullback } = layer.sequenceWithPullback(parameters, state, x, batch)
      deepStrictEqual(pullback(upstream.h, upstream.c), pullback(upstream.h, upstream.c))
      deepStrictEqual({ parameters, state, x, upstream }, before)
    },
  },
]

const metaSpec: MetaNetworkSpec = { inputs: 3, hidden: 4, readout: 2, outputs: 2, between: 'tanh', passes: 1, low: [0.02, 0.016], high: [0.08, 0.024] }

export const metaNetworkLaws: readonly Law<MetaNetworkSubject>[] = [
  {
    name: 'answers lie in their ranges, whatever the parameters',
    check: ({ make }) => {
      const net = make(metaSpec)
      for (const scale of [0.1, 1, 30]) {
        const { y } = net.forward(draw(20, net.size, scale), draw(21, 5 * metaSpec.inputs))
        y.forEach((value, k) => ok(value >= metaSpec.low[k] && value <= metaSpec.high[k], `${value} outside [${metaSpec.low[k]}, ${metaSpec.high[k]}]`))
      }
    },
  },
  {
    name: 'two passes are one pass over the history written twice',
    check: ({ make }) => {
      const [once, twice] = [make(metaSpec), make({ ...metaSpec, passes: 2 })]
      const parameters = draw(20, once.size)
      const history = draw(21, 5 * metaSpec.inputs)
      deepStrictEqual(twice.forward(parameters, history), once.forward(parameters, Float64Array.of(...history, ...history)))
    },
  },
  {
    name: 'every row of the history and every parameter matters',
    check: ({ make }) => {
      const net = make(metaSpec)
      const parameters = draw(20, net.size, 0.5)
      const { pullback } = net.forwardWithPullback(parameters, draw(21, 5 * metaSpec.inputs))
      const gradients = pullback(Float64Array.of(1, 1))
      ok(gradients.parameters.every((slope) => slope !== 0), 'a parameter without influence')
      ok(gradients.history.every((slope) => slope !== 0), 'an input without influence')
    },
  },
  {
    name: 'gradients agree with central differences',
    check: ({ make }) => {
      for (const spec of [metaSpec, { ...metaSpec, between: 'linear', passes: 2, low: [-1, 0], high: [1, 4] } as const]) {
        const net = make(spec)
        const parameters = draw(20, net.size, 0.7)
        const history = draw(21, 4 * spec.inputs)
        const upstream = Float64Array.of(40, -30)
        const measure = (p: Float64Array, x: Float64Array): number => weighted(upstream, net.forward(p, x).y)
        const gradients = net.forwardWithPullback(parameters, history).pullback(upstream)
        agreesWithDifferences('by parameters', (p) => measure(p, history), parameters, gradients.parameters)
        agreesWithDifferences('by history', (x) => measure(parameters, x), history, gradients.history)
      }
    },
  },
]
