/**
 * Cases of the kernels of layers, networks and LSTM sequences.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { Activation, MlpSpec } from '../core/backend.ts'
import { foldIn } from '../core/rng.ts'
import { caseKey, draw, makeCase, zeros, type KernelCase } from './kernel-case.ts'

const parameterCount = (sizes: readonly number[]): number => sizes.slice(1).reduce((sum, outputs, layer) => sum + outputs * (sizes[layer] + 1), 0)
const unitCount = (sizes: readonly number[]): number => sizes.slice(1).reduce((sum, outputs) => sum + outputs, 0)
const cellSize = (inputs: number, hidden: number): number => 4 * hidden * (inputs + hidden + 2)

export const affineCase = (batch: number, inputs: number, outputs: number): KernelCase => {
  const [parameters, x] = [draw(0, outputs * (inputs + 1)), draw(1, batch * inputs)]
  return makeCase('affine', `${batch} × ${inputs} → ${outputs}`, 2 * batch * inputs * outputs, (kernels) => {
    const out = zeros(batch * outputs)
    return { run: () => kernels.affine(out, parameters, 0, x, batch, inputs, outputs), written: [out] }
  })
}

export const affineInputPullbackCase = (batch: number, inputs: number, outputs: number): KernelCase => {
  const [parameters, gradY] = [draw(0, outputs * (inputs + 1)), draw(1, batch * outputs)]
  return makeCase('affineInputPullback', `${batch} × ${inputs} ← ${outputs}`, 2 * batch * inputs * outputs, (kernels) => {
    const out = zeros(batch * inputs)
    return { run: () => kernels.affineInputPullback(out, parameters, 0, gradY, batch, inputs, outputs), written: [out] }
  })
}

export const affineParameterPullbackCase = (batch: number, inputs: number, outputs: number): KernelCase => {
  const [x, gradY] = [draw(0, batch * inputs), draw(1, batch * outputs)]
  return makeCase('affineParameterPullback', `${batch} × ${inputs} ← ${outputs}`, 2 * batch * inputs * outputs, (kernels) => {
    const out = zeros(outputs * (inputs + 1))
    const run = (): void => {
      out.fill(0)
      kernels.affineParameterPullback(out, 0, outputs * inputs, x, gradY, batch, inputs, outputs)
    }
    return { run, written: [out] }
  })
}

export const activateCase = (activation: Activation, n: number): KernelCase => {
  const x = draw(0, n)
  return makeCase('activate', `${n} ${activation}`, 0, (kernels) => {
    const out = zeros(n)
    const run = (): void => {
      out.set(x)
      kernels.activate(out, activation, n)
    }
    return { run, written: [out] }
  })
}

export const activatePullbackCase = (activation: Activation, n: number): KernelCase => {
  const [gradient, y] = [draw(0, n), draw(1, n, 0.3)]
  return makeCase('activatePullback', `${n} ${activation}`, 0, (kernels) => {
    const out = zeros(n)
    const run = (): void => {
      out.set(gradient)
      kernels.activatePullback(out, activation, y, n)
    }
    return { run, written: [out] }
  })
}

const tanhNet = (sizes: readonly number[]): MlpSpec => ({ sizes, activation: 'tanh', outputActivation: 'linear' })
const netSize = (sizes: readonly number[], rows: number): string => `${sizes.join('-')}, ${rows} row${rows === 1 ? '' : 's'}`

export const mlpForwardCase = (sizes: readonly number[], batch: number): KernelCase => {
  const spec = tanhNet(sizes)
  const count = parameterCount(sizes)
  const [parameters, x] = [draw(0, count, 0.1), draw(1, batch * sizes[0])]
  return makeCase('mlpForward', netSize(sizes, batch), 2 * batch * count, (kernels) => {
    const values = zeros(batch * unitCount(sizes))
    return { run: () => kernels.mlpForward(values, spec, parameters, x, batch), written: [values] }
  })
}

export const mlpPullbackCase = (sizes: readonly number[], batch: number): KernelCase => {
  const spec = tanhNet(sizes)
  const count = parameterCount(sizes)
  const [parameters, x, gradY] = [draw(0, count, 0.1), draw(1, batch * sizes[0]), draw(2, batch * sizes[sizes.length - 1])]
  return makeCase('mlpPullback', netSize(sizes, batch), 4 * batch * count, (kernels) => {
    const values = zeros(batch * unitCount(sizes))
    const [gradParameters, gradX] = [zeros(count), zeros(x.length)]
    kernels.mlpForward(values, spec, parameters, x, batch)
    return { run: () => kernels.mlpPullback(gradParameters, gradX, spec, parameters, x, values, gradY, batch), written: [gradParameters, gradX] }
  })
}

export const residentMlpCase = (sizes: readonly number[], batch: number): KernelCase => {
  const spec = tanhNet(sizes)
  const count = parameterCount(sizes)
  const [parameters, x] = [draw(0, count, 0.1), draw(1, batch * sizes[0])]
  return makeCase('residentMlp', netSize(sizes, batch), 2 * batch * count, (kernels) => {
    const out = zeros(batch * sizes[sizes.length - 1])
    const net = kernels.residentMlp(spec)
    net.load(parameters)
    return { run: () => net.forward(out, x, batch), written: [out] }
  })
}

export const populationForwardCase = (sizes: readonly number[], population: number): KernelCase => {
  const spec = tanhNet(sizes)
  const count = parameterCount(sizes)
  const [parameters, x] = [draw(0, population * count, 0.1), draw(1, population * sizes[0])]
  return makeCase('populationForward', netSize(sizes, population), 2 * population * count, (kernels) => {
    const out = zeros(population * sizes[sizes.length - 1])
    return { run: () => kernels.populationForward(out, spec, parameters, x, population), written: [out] }
  })
}

export const perturbedForwardCase = (sizes: readonly number[], population: number): KernelCase => {
  const spec = tanhNet(sizes)
  const [base, x, scales] = [draw(0, parameterCount(sizes), 0.1), draw(1, population * sizes[0]), draw(2, population, 0.05)]
  const keys = Array.from({ length: population }, (_, n) => foldIn(caseKey, n))
  return {
    kernel: 'perturbedForward',
    size: netSize(sizes, population),
    operations: 0,
    numbers: population * base.length,
    prepare: (kernels) => {
      const out = zeros(population * sizes[sizes.length - 1])
      return { run: () => kernels.perturbedForward(out, spec, base, keys, scales, x), written: [out] }
    },
  }
}

export const lstmStepCase = (batch: number, inputs: number, hidden: number): KernelCase => {
  const [parameters, x, h0, c0] = [draw(0, cellSize(inputs, hidden), 0.1), draw(1, batch * inputs), draw(2, batch * hidden), draw(3, batch * hidden)]
  return makeCase('lstmStep', `${batch} × ${inputs} → ${hidden}`, 2 * batch * parameters.length, (kernels) => {
    const [h, c, scratch] = [zeros(batch * hidden), zeros(batch * hidden), zeros(4 * batch * hidden)]
    const run = (): void => {
      h.set(h0)
      c.set(c0)
      kernels.lstmStep(h, c, parameters, 0, x, scratch, batch, inputs, hidden)
    }
    return { run, written: [h, c, scratch] }
  })
}

/** What a pass over sequences starts from, and room for what it leaves. */
const sequence = (steps: number, batch: number, inputs: number, hidden: number) => {
  const width = batch * hidden
  const parameters = draw(0, cellSize(inputs, hidden), 0.1)
  const run = { parameters, x: draw(1, steps * batch * inputs), start: { h: draw(2, width), c: draw(3, width) }, shape: { steps, batch, inputs, hidden } }
  return { run, width, trace: () => ({ h: zeros(steps * width), c: zeros(steps * width), gates: zeros(4 * steps * width) }) }
}

export const lstmForwardCase = (steps: number, batch: number, inputs: number, hidden: number): KernelCase => {
  const { run, trace } = sequence(steps, batch, inputs, hidden)
  return makeCase('lstmForward', `${steps} steps, ${batch} × ${inputs} → ${hidden}`, 2 * steps * batch * run.parameters.length, (kernels) => {
    const own = trace()
    return { run: () => kernels.lstmForward(own, run), written: Object.values(own) }
  })
}

export const lstmPullbackCase = (steps: number, batch: number, inputs: number, hidden: number): KernelCase => {
  const { run, trace, width } = sequence(steps, batch, inputs, hidden)
  const [gradH, gradC] = [draw(4, steps * width), draw(5, width)]
  return makeCase('lstmPullback', `${steps} steps, ${batch} × ${inputs} ← ${hidden}`, 4 * steps * batch * run.parameters.length, (kernels) => {
    const own = trace()
    const gradients = { parameters: zeros(run.parameters.length), x: zeros(run.x.length), h0: zeros(width), c0: zeros(width) }
    kernels.lstmForward(own, run)
    return { run: () => kernels.lstmPullback(gradients, run, own, gradH, gradC), written: Object.values(gradients) }
  })
}

export const residentLstmCase = (inputs: number, hidden: number): KernelCase => {
  const [parameters, x, h0, c0] = [draw(0, cellSize(inputs, hidden), 0.1), draw(1, inputs), draw(2, hidden), draw(3, hidden)]
  return makeCase('residentLstm', `${inputs} → ${hidden}, one row`, 2 * parameters.length, (kernels) => {
    const [h, c] = [zeros(hidden), zeros(hidden)]
    const cell = kernels.residentLstm(inputs, hidden)
    cell.load(parameters)
    const run = (): void => {
      h.set(h0)
      c.set(c0)
      cell.step(h, c, x)
    }
    return { run, written: [h, c] }
  })
}
