/**
 * Laws of what a backend offers for whole pieces of work: the numbers of `reference` within what the backend declares, now or later.
 *
 * *Source:* house rule 9; the contract is in `src/core/backend.ts`. *Deviations:* none.
 */
import { reference } from '../../backends/reference/index.ts'
import type { Activation, Backend, Compute, CovarianceName, Kernels, MlpSpec } from '../../src/core/backend.ts'
import { computeOf } from '../../src/core/compute.ts'
import type { Later } from '../../src/core/later.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'

/** A named function that throws on violation. */
export type ComputeLaw = Readonly<{ name: string; check: (backend: Backend) => Promise<void> }>

/** One piece of work: `run` fills its results with `stale` first; `inputs` are arrays that it may only read. */
type Piece = Readonly<{ kernel: keyof Kernels; label: string; inputs: readonly Float64Array[]; run: (compute: Compute, stale: number) => Promise<readonly Float64Array[]> }>

const numbers = (label: string, n: number): Float64Array => normals(rootKey(`compute laws, ${label}`), n)
const filled = (n: number, stale: number): Float64Array => new Float64Array(n).fill(stale)
const sizeOf = ({ sizes }: MlpSpec): number => sizes.slice(1).reduce((sum, outputs, l) => sum + outputs * (sizes[l] + 1), 0)
const specOf = (sizes: readonly number[], activation: Activation, outputActivation: Activation): MlpSpec => ({ sizes, activation, outputActivation })

const specs: readonly MlpSpec[] = [
  specOf([3, 5, 2], 'tanh', 'linear'),
  specOf([17, 64, 64, 6], 'tanh', 'tanh'),
  specOf([4, 9, 1], 'relu', 'sigmoid'),
  specOf([6, 3], 'linear', 'linear'),
  specOf([8, 8, 8, 8], 'tanh', 'tanh'), // layers of one shape: one reads what the caller gave, the others what a layer gave
]

/** Parameters of a size at which activations are neither linear nor saturated. */
const parametersOf = (spec: MlpSpec, label: string, extra = 0): Float64Array => numbers(label, sizeOf(spec) + extra).map((value) => 0.3 * value)

const networkPieces = (spec: MlpSpec, batch: number): readonly Piece[] => {
  const { sizes } = spec
  const label = `${sizes.join('-')} ${spec.activation} ${spec.outputActivation}, batch ${batch}`
  const parameters = parametersOf(spec, label)
  const x = numbers(`${label}, x`, batch * sizes[0])
  const slopes = numbers(`${label}, slopes`, batch * sizes[sizes.length - 1])
  const width = sizes.slice(1).reduce((sum, units) => sum + units, 0)
  const values = filled(batch * width, 0)
  reference.kernels.mlpForward(values, spec, parameters, x, batch)
  return [
    {
      kernel: 'mlpForward',
      label: `forward ${label}`,
      inputs: [parameters, x],
      run: async (compute, stale) => {
        const out = filled(values.length, stale)
        await compute.mlpForward(out, spec, parameters, x, batch)
        return [out]
      },
    },
    ...[true, false].map((withInput): Piece => ({
      kernel: 'mlpPullback',
      label: `pullback ${label}${withInput ? ', to the input' : ''}`,
      inputs: [parameters, x, values, slopes],
      run: async (compute, stale) => {
        const [gradient, gradX] = [filled(parameters.length, stale), withInput ? filled(x.length, stale) : null]
        await compute.mlpPullback(gradient, gradX, spec, parameters, x, values, slopes, batch)
        return gradX === null ? [gradient] : [gradient, gradX]
      },
    })),
  ]
}

/** Networks of a population, asked twice, with numbers behind each that are not theirs. */
const populationPiece = (spec: MlpSpec, population: number, extra: number): Piece => {
  const { sizes } = spec
  const label = `population of ${population}, ${sizes.join('-')}, ${extra} more`
  const parameters = Float64Array.from(Array.from({ length: population }, (_, n) => [...parametersOf(spec, `${label}, ${n}`, extra)]).flat())
  const rows = [numbers(`${label}, x`, population * sizes[0]), numbers(`${label}, next x`, population * sizes[0])]
  return {
    kernel: 'populationForward',
    label,
    inputs: [parameters, ...rows],
    run: async (compute, stale) => {
      const networks = await compute.residentPopulation(spec, parameters, population)
      const outs: Float64Array[] = []
      for (const x of rows) {
        const out = filled(population * sizes[sizes.length - 1], stale)
        await networks.forward(out, x)
        outs.push(out)
      }
      networks.release()
      return outs
    },
  }
}

const noisePiece = (count: number, size: number): Piece => {
  const keys = Array.from({ length: count }, (_, j) => foldIn(rootKey('noise pieces'), j))
  const weights = numbers(`weights ${count}`, count)
  return {
    kernel: 'weightedNoise',
    label: `sum of ${count} noise vectors of ${size}`,
    inputs: [weights],
    run: async (compute, stale) => {
      const out = filled(size, stale)
      await compute.weightedNoise(out, keys, weights)
      return [out]
    },
  }
}

/** Rows with entries of size `spread`: far apart, covariances are products of large and tiny numbers. */
const rowPieces = (rowsA: number, rowsB: number, dimensions: number, spread = 1): readonly Piece[] => {
  const label = `${rowsA} x ${rowsB} in ${dimensions}, spread ${spread}`
  const [a, b] = [numbers(`${label}, a`, rowsA * dimensions), numbers(`${label}, b`, rowsB * dimensions)].map((rows) => rows.map((value) => spread * value))
  const inverseScale = Float64Array.from({ length: dimensions }, (_, d) => 0.2 + 0.1 * d)
  const piece = (kernel: 'squaredDistances' | 'covariance', what: string, work: (compute: Compute, out: Float64Array) => Later<void>): Piece => ({
    kernel,
    label: `${what} ${label}`,
    inputs: [a, b, inverseScale],
    run: async (compute, stale) => {
      const out = filled(rowsA * rowsB, stale)
      await work(compute, out)
      return [out]
    },
  })
  return [
    piece('squaredDistances', 'distances', (compute, out) => compute.squaredDistances(out, a, b, inverseScale, rowsA, rowsB, dimensions)),
    ...(['matern12', 'matern32', 'matern52', 'rbf'] as const).map((name: CovarianceName) =>
      piece('covariance', name, (compute, out) => compute.covariance(out, name, a, b, inverseScale, 3.5, rowsA, rowsB)),
    ),
  ]
}

const pieces: readonly Piece[] = [
  ...specs.flatMap((spec) => [1, 5, 70].flatMap((batch) => networkPieces(spec, batch))),
  ...specs.flatMap((spec) => [populationPiece(spec, 1, 0), populationPiece(spec, 7, 3), populationPiece(spec, 70, 0)]),
  noisePiece(0, 4),
  noisePiece(3, 1),
  noisePiece(40, 3001),
  ...[rowPieces(1, 1, 1), rowPieces(5, 3, 2), rowPieces(64, 70, 12), rowPieces(40, 40, 5, 12)].flat(),
]

/** Throws unless `actual` is `expected` within `relative` times its largest entry; 0 asks for the same bits. */
const compare = (label: string, actual: readonly Float64Array[], expected: readonly Float64Array[], relative: number): void =>
  expected.forEach((values, part) => {
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    values.forEach((value, i) => {
      const got = actual[part][i]
      const same = relative === 0 ? Object.is(got, value) : Math.abs(got - value) <= relative * scale
      if (!same) throw new Error(`${label}, entry ${i}: ${got} instead of ${value}`)
    })
  })

/** Throws unless the pieces of work that are `chosen` by their labels have the numbers of reference, within what the backend declares. */
export const agreesWithReference = async (backend: Backend, chosen: (label: string) => boolean): Promise<void> => {
  const exact = computeOf(reference)
  for (const { kernel, label, run } of pieces) {
    if (chosen(label)) compare(label, await run(computeOf(backend), 0), await run(exact, 0), backend.tolerance[kernel])
  }
}

export const computeLaws: readonly ComputeLaw[] = [
  {
    name: 'every piece of work has the numbers of reference, within what the backend declares',
    check: (backend) => agreesWithReference(backend, () => true),
  },
  {
    name: 'what it answers does not depend on earlier work, nor on what the results held, and leaves its inputs unchanged',
    check: async (backend) => {
      const compute = computeOf(backend)
      const before = pieces.map(({ inputs }) => inputs.map((input) => input.slice()))
      const first: (readonly Float64Array[])[] = []
      for (const { run } of pieces) first.push(await run(compute, 0))
      for (const [i, { label, run }] of [...pieces.entries()].reverse()) compare(`${label}, again`, await run(compute, Number.NaN), first[i], 0)
      pieces.forEach(({ label, inputs }, i) => compare(`${label}, inputs`, inputs, before[i], 0))
    },
  },
  {
    name: 'the device is used, and only there is anything counted',
    check: async (backend) => {
      const launches = (): number => Object.values(backend.device?.launches() ?? {}).reduce((sum, count) => sum + count, 0)
      const counts: number[] = [launches()]
      for (const { run } of pieces.filter(({ label }) => !label.startsWith('sum of 0'))) {
        await run(computeOf(backend), 0)
        counts.push(launches())
      }
      const grows = counts.slice(1).every((count, i) => (backend.device === undefined ? count === 0 : count > counts[i]))
      if (!grows) throw new Error(`launches after each piece of work: ${counts.join(', ')}`)
    },
  },
]
