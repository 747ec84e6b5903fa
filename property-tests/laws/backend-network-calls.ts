/**
 * Calls of the kernels over whole networks and LSTM sequences.
 */
import type { Activation, LstmShape, MlpSpec } from '../../src/core/backend.ts'
import { tanh } from '../../src/core/dmath.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import { build, guarded, GUARDS, joined, logistic, numbers, sum, withGuards, type Call } from './backend-data.ts'
import { dualDot, dualGradient, dualLogistic, dualRelu, dualTanh, plus, times, type Dual } from './dual.ts'

const lstmCall = (batch: number, inputs: number, hidden: number, offset: number): Call => {
  const label = `lstm ${batch} x ${inputs} -> ${hidden} at ${offset}`
  const gates = 4 * hidden
  const parameters = numbers(label, offset + gates * (inputs + hidden + 2) + 2)
  const x = numbers(`${label}, x`, batch * inputs)
  const h = numbers(`${label}, h`, batch * hidden)
  const c = numbers(`${label}, c`, batch * hidden)
  const recurrentAt = offset + gates * inputs
  const biasAt = recurrentAt + gates * hidden
  const gate = (b: number, row: number): number =>
    parameters[biasAt + row] +
    parameters[biasAt + gates + row] +
    sum(inputs, (i) => parameters[offset + row * inputs + i] * x[b * inputs + i]) +
    sum(hidden, (j) => parameters[recurrentAt + row * hidden + j] * h[b * hidden + j])
  const nextC = (at: number): number => {
    const [b, j] = [Math.floor(at / hidden), at % hidden]
    return logistic(gate(b, hidden + j)) * c[at] + logistic(gate(b, j)) * tanh(gate(b, 2 * hidden + j))
  }
  const nextH = (at: number): number => logistic(gate(Math.floor(at / hidden), 3 * hidden + (at % hidden))) * tanh(nextC(at))
  return {
    kernel: 'lstmStep',
    label,
    inputs: [parameters, x],
    run: (kernels, stale) => {
      const [outH, outC, scratch] = [withGuards(h), withGuards(c), guarded(4 * batch * hidden, stale)]
      kernels.lstmStep(outH, outC, parameters, offset, x, scratch, batch, inputs, hidden)
      return joined(outH, outC, scratch.subarray(4 * batch * hidden))
    },
    definition: () => joined(withGuards(build(batch * hidden, nextH)), withGuards(build(batch * hidden, nextC)), Float64Array.from(GUARDS)),
  }
}

const rules: Readonly<Record<Activation, (x: number) => number>> = { linear: (v) => v, tanh, relu: (v) => Math.max(0, v), sigmoid: logistic }
const dualRules: Readonly<Record<Activation, (x: Dual) => Dual>> = { linear: (v) => v, tanh: dualTanh, relu: dualRelu, sigmoid: dualLogistic }

const parameterCount = ({ sizes }: MlpSpec): number => sum(sizes.length - 1, (layer) => sizes[layer + 1] * (sizes[layer] + 1))
const activationOf = (spec: MlpSpec, layer: number): Activation => (layer === spec.sizes.length - 2 ? spec.outputActivation : spec.activation)

/** Outputs of every layer for one input. */
const layersOf = (spec: MlpSpec, parameters: Float64Array, x: Float64Array): readonly Float64Array[] => {
  const outputs: Float64Array[] = []
  let input = x
  let offset = 0
  spec.sizes.slice(1).forEach((width, layer) => {
    const inputs = spec.sizes[layer]
    const [from, at] = [input, offset]
    input = build(width, (o) =>
      rules[activationOf(spec, layer)](parameters[at + width * inputs + o] + sum(inputs, (i) => parameters[at + o * inputs + i] * from[i])),
    )
    offset += width * (inputs + 1)
    outputs.push(input)
  })
  return outputs
}

const answer = (spec: MlpSpec, parameters: Float64Array, x: Float64Array): Float64Array => layersOf(spec, parameters, x)[spec.sizes.length - 2]

/** Σ_b gradY_b · y_b over dual numbers. */
const dualLoss = (spec: MlpSpec, batch: number, gradY: Float64Array) => ([parameters, x]: readonly (readonly Dual[])[]): Dual => {
  let total: Dual = [0, 0]
  for (let b = 0; b < batch; b++) {
    let input: readonly Dual[] = x.slice(b * spec.sizes[0], (b + 1) * spec.sizes[0])
    let offset = 0
    spec.sizes.slice(1).forEach((width, layer) => {
      const inputs = spec.sizes[layer]
      const [from, at] = [input, offset]
      input = Array.from({ length: width }, (_, o) =>
        dualRules[activationOf(spec, layer)](plus(parameters[at + width * inputs + o], dualDot(inputs, (i) => parameters[at + o * inputs + i], (i) => from[i]))),
      )
      offset += width * (inputs + 1)
    })
    input.forEach((y, o) => {
      total = plus(total, times([gradY[b * input.length + o], 0], y))
    })
  }
  return total
}

const mlpCalls = (spec: MlpSpec, batch: number): readonly Call[] => {
  const { sizes } = spec
  const label = `net ${sizes.join('-')} ${spec.activation} ${spec.outputActivation}, batch ${batch}`
  const size = parameterCount(spec)
  const [inputs, outputs] = [sizes[0], sizes[sizes.length - 1]]
  const width = sum(sizes.length - 1, (layer) => sizes[layer + 1])
  const parameters = numbers(label, size + 3, 0.6)
  const many = numbers(`${label}, many`, batch * (size + 2), 0.6)
  const x = numbers(`${label}, x`, batch * inputs)
  const gradY = numbers(`${label}, gradient`, batch * outputs)
  const keys = Array.from({ length: batch }, (_, n) => foldIn(rootKey(label), n))
  const scales = numbers(`${label}, scales`, batch, 0.1)
  const rowOf = (b: number): Float64Array => x.slice(b * inputs, (b + 1) * inputs)
  const eachRow = (f: (b: number) => Float64Array): Float64Array => withGuards(joined(...Array.from({ length: batch }, (_, b) => f(b))))
  const trace = (): Float64Array => {
    const rows = Array.from({ length: batch }, (_, b) => layersOf(spec, parameters, rowOf(b)))
    return joined(...sizes.slice(1).flatMap((_, layer) => rows.map((row) => row[layer])))
  }
  const pullback = (wantX: boolean): Call => ({
    kernel: 'mlpPullback',
    label: `pullback of ${label}${wantX ? '' : ', parameters only'}`,
    inputs: [parameters, x, gradY],
    run: (kernels, stale) => {
      const values = withGuards(trace())
      const gradParameters = guarded(size, stale)
      const gradX = guarded(batch * inputs, stale)
      kernels.mlpPullback(gradParameters, wantX ? gradX : null, spec, parameters, x, values, gradY, batch)
      return wantX ? joined(gradParameters, gradX) : gradParameters
    },
    definition: () => {
      const [byParameters, byX] = dualGradient(dualLoss(spec, batch, gradY), [parameters.slice(0, size), x])
      return wantX ? joined(withGuards(byParameters), withGuards(byX)) : withGuards(byParameters)
    },
  })
  return [
    {
      kernel: 'mlpForward',
      label,
      inputs: [parameters, x],
      run: (kernels, stale) => {
        const values = guarded(batch * width, stale)
        kernels.mlpForward(values, spec, parameters, x, batch)
        return values
      },
      definition: () => withGuards(trace()),
    },
    pullback(true),
    pullback(false),
    {
      kernel: 'residentMlp',
      label: `resident ${label}`,
      inputs: [parameters, x],
      run: (kernels, stale) => {
        const net = kernels.residentMlp(spec)
        const out = guarded(batch * outputs, stale)
        const passing = parameters.slice()
        net.load(many)
        net.forward(out, x, batch)
        net.load(passing)
        passing.fill(Number.NaN)
        net.forward(out, x, batch)
        return out
      },
      definition: () => eachRow((b) => answer(spec, parameters, rowOf(b))),
    },
    {
      kernel: 'populationForward',
      label: `population of ${label}`,
      inputs: [many, x],
      run: (kernels, stale) => {
        const out = guarded(batch * outputs, stale)
        kernels.populationForward(out, spec, many, x, batch)
        return out
      },
      definition: () => eachRow((b) => answer(spec, many.slice(b * (size + 2)), rowOf(b))),
    },
    {
      kernel: 'perturbedForward',
      label: `perturbed ${label}`,
      inputs: [parameters, scales, x],
      run: (kernels, stale) => {
        const out = guarded(batch * outputs, stale)
        kernels.perturbedForward(out, spec, parameters, keys, scales, x)
        return out
      },
      definition: () =>
        eachRow((b) => {
          const noise = normals(keys[b], size)
          return answer(spec, noise.map((value, i) => parameters[i] + scales[b] * value), rowOf(b))
        }),
    },
  ]
}

type DualState = Readonly<{ h: readonly Dual[]; c: readonly Dual[] }>

/** One step of one row over dual numbers. */
const dualStep = (parameters: readonly Dual[], { h, c }: DualState, x: readonly Dual[]): DualState => {
  const [inputs, hidden] = [x.length, h.length]
  const gates = 4 * hidden
  const recurrentAt = gates * inputs
  const biasAt = recurrentAt + gates * hidden
  const gate = (row: number): Dual =>
    plus(
      plus(parameters[biasAt + row], parameters[biasAt + gates + row]),
      plus(dualDot(inputs, (i) => parameters[row * inputs + i], (i) => x[i]), dualDot(hidden, (j) => parameters[recurrentAt + row * hidden + j], (j) => h[j])),
    )
  const next = c.map((cell, j) => plus(times(dualLogistic(gate(hidden + j)), cell), times(dualLogistic(gate(j)), dualTanh(gate(2 * hidden + j)))))
  return { h: next.map((cell, j) => times(dualLogistic(gate(3 * hidden + j)), dualTanh(cell))), c: next }
}

const sequenceCalls = (shape: LstmShape): readonly Call[] => {
  const { steps, batch, inputs, hidden } = shape
  const label = `lstm of ${steps} steps, ${batch} x ${inputs} -> ${hidden}`
  const size = 4 * hidden * (inputs + hidden + 2)
  const width = batch * hidden
  const parameters = numbers(label, size + 2, 0.5)
  const x = numbers(`${label}, x`, steps * batch * inputs)
  const start = { h: numbers(`${label}, h`, width), c: numbers(`${label}, c`, width) }
  const gradH = numbers(`${label}, gradient by h`, steps * width)
  const gradC = numbers(`${label}, gradient by c`, width)
  const run = { parameters, x, start, shape }
  const inputs0 = [parameters, x, start.h, start.c, gradH, gradC]

  const constant = (values: Float64Array): readonly Dual[] => Array.from(values, (value): Dual => [value, 0])
  /** States after every step, rows of the batch one behind the other. */
  const states = ([p, xs, h0, c0]: readonly (readonly Dual[])[]): readonly (readonly DualState[])[] => {
    let rows = Array.from({ length: batch }, (_, b): DualState => ({ h: h0.slice(b * hidden, (b + 1) * hidden), c: c0.slice(b * hidden, (b + 1) * hidden) }))
    return Array.from({ length: steps }, (_, t) => {
      rows = rows.map((state, b) => dualStep(p, state, xs.slice((t * batch + b) * inputs, (t * batch + b + 1) * inputs)))
      return rows
    })
  }
  const arrays = [parameters.slice(0, size), x, start.h, start.c]
  const valuesOf = (part: 'h' | 'c'): Float64Array =>
    Float64Array.from(states(arrays.map(constant)).flatMap((rows) => rows.flatMap((row) => row[part].map(([value]) => value))))
  const weighted = (values: readonly Dual[], weights: Float64Array): Dual => dualDot(values.length, (i) => values[i], (i): Dual => [weights[i], 0])
  const loss = (duals: readonly (readonly Dual[])[]): Dual => {
    const all = states(duals)
    return plus(weighted(all.flatMap((rows) => rows.flatMap((row) => row.h)), gradH), weighted(all[steps - 1].flatMap((row) => row.c), gradC))
  }
  const emptyTrace = (stale: number) => ({ h: guarded(steps * width, stale), c: guarded(steps * width, stale), gates: guarded(4 * steps * width, stale) })

  return [
    {
      kernel: 'lstmForward',
      label,
      inputs: inputs0,
      run: (kernels, stale) => {
        const trace = emptyTrace(stale)
        kernels.lstmForward(trace, run)
        return joined(trace.h, trace.c, trace.gates.subarray(4 * steps * width))
      },
      definition: () => joined(withGuards(valuesOf('h')), withGuards(valuesOf('c')), GUARDS),
    },
    {
      kernel: 'lstmPullback',
      label: `pullback of ${label}`,
      inputs: inputs0,
      run: (kernels, stale) => {
        const trace = emptyTrace(0)
        kernels.lstmForward(trace, run)
        const gradients = { parameters: guarded(size, stale), x: guarded(x.length, stale), h0: guarded(width, stale), c0: guarded(width, stale) }
        kernels.lstmPullback(gradients, run, trace, gradH, gradC)
        return joined(gradients.parameters, gradients.x, gradients.h0, gradients.c0)
      },
      definition: () => joined(...dualGradient(loss, arrays).map(withGuards)),
    },
    {
      kernel: 'residentLstm',
      label: `resident ${label}`,
      inputs: inputs0,
      run: (kernels) => {
        const cell = kernels.residentLstm(inputs, hidden)
        const [h, c] = [withGuards(start.h.slice(0, hidden)), withGuards(start.c.slice(0, hidden))]
        const passing = parameters.slice()
        cell.load(passing)
        passing.fill(Number.NaN)
        for (let t = 0; t < steps; t++) cell.step(h, c, x.slice(t * batch * inputs, (t * batch + 1) * inputs))
        return joined(h, c)
      },
      definition: () => {
        const last = (part: 'h' | 'c'): Float64Array => valuesOf(part).slice((steps - 1) * width, (steps - 1) * width + hidden)
        return joined(withGuards(last('h')), withGuards(last('c')))
      },
    },
  ]
}

const againstReference = (calls: readonly Call[]): readonly Call[] => calls.map((call) => ({ ...call, definition: null }))

/** Sizes with and without remainders of the blocks that fast backends work in, and larger ones against the reference only. */
export const networkCalls: readonly Call[] = [
  ...mlpCalls({ sizes: [3, 5, 4, 2], activation: 'tanh', outputActivation: 'linear' }, 3),
  ...mlpCalls({ sizes: [2, 9, 1], activation: 'sigmoid', outputActivation: 'tanh' }, 1),
  ...mlpCalls({ sizes: [4, 8, 3], activation: 'relu', outputActivation: 'sigmoid' }, 6),
  ...mlpCalls({ sizes: [1, 1], activation: 'linear', outputActivation: 'linear' }, 2),
  ...againstReference(mlpCalls({ sizes: [17, 64, 64, 6], activation: 'tanh', outputActivation: 'linear' }, 66)),
  ...againstReference(mlpCalls({ sizes: [5, 270, 18], activation: 'relu', outputActivation: 'tanh' }, 18)),
  lstmCall(1, 1, 1, 0), lstmCall(3, 5, 4, 7), lstmCall(2, 2, 6, 1), { ...lstmCall(9, 20, 34, 3), definition: null },
  ...sequenceCalls({ steps: 1, batch: 1, inputs: 1, hidden: 1 }),
  ...sequenceCalls({ steps: 3, batch: 2, inputs: 2, hidden: 3 }),
  ...sequenceCalls({ steps: 2, batch: 5, inputs: 3, hidden: 4 }),
  ...againstReference(sequenceCalls({ steps: 6, batch: 1, inputs: 40, hidden: 64 })),
  ...againstReference(sequenceCalls({ steps: 4, batch: 7, inputs: 11, hidden: 18 })),
]
