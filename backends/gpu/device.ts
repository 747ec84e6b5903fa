/**
 * Matrices and programs on a device of gpu.js.
 *
 * A program computes each entry of its result from whole matrices. It is compiled for the mode that was asked for; if gpu.js falls back to
 * another one, that is an error. It is compiled once per set of constants and sizes: with sizes that may change, gpu.js 2.24 takes the width of
 * the result for that of every argument in mode `cpu`, and wrong entries in `webgl`. What a program wrote stays where it is until it is
 * read or freed.
 *
 * *Source:* gpu.js 2.24, its README. *Deviations:* none.
 */
import type { Launches } from '../../src/core/backend.ts'
import type { Later, Work } from '../../src/core/later.ts'
import { inTime, wait } from '../../src/core/later.ts'
import type { GpuJs, GpuKernel, Resident } from './gpu-js.ts'
import type { GpuMode } from './modes.ts'
import { modeFacts } from './modes.ts'

/** A program as gpu.js reads it: a function of matrices, `this.thread.x` its column, `this.thread.y` its row, with integer constants. */
export type Program = Readonly<{ name: string; source: string }>

/** Rows of `width` 32-bit floats, on the host or on the device. */
export interface Matrix {
  readonly rows: number
  readonly width: number
  /** Whether it lies on the device. */
  readonly resident: boolean
  /** The argument that gpu.js takes for it. */
  operand(): unknown
  read(): Later<readonly Float32Array[]>
  free(): void
}

export interface GpuDevice {
  /** A matrix of these values, row by row. */
  matrix(values: Float32Array, rows: number, width: number): Matrix
  /** `matrix` where the device computes, so that it need not be moved again. */
  keep(matrix: Matrix): Later<Matrix>
  /** The matrix that `program` computes. */
  run(program: Program, constants: Readonly<Record<string, number>>, rows: number, width: number, args: readonly Matrix[]): Later<Matrix>
  launches(): Launches
  close(): Promise<void>
}

/** Above this number of entries, indices of 32-bit floats would no longer be exact on every device. */
const MOST_ENTRIES = 16_777_216

/**
 * Programs kept compiled on the host, those used last. In mode `webasm` each has a memory of its own, and a page has room for about a hundred
 * of them; a generation in lockstep needs three layers in some ten sizes. On a device all are kept: what they wrote may still be used.
 */
const MOST_ON_HOST = 48

/** Moves a matrix to the device. */
const copy: Program = { name: 'copy', source: 'function(values) { return values[this.thread.y][this.thread.x] }' }

const flat = (rows: readonly Float32Array[], width: number): Float32Array => {
  const values = new Float32Array(rows.length * width)
  rows.forEach((row, i) => values.set(row, i * width))
  return values
}

type Call = Readonly<{ program: Program; constants: Readonly<Record<string, number>>; args: readonly Matrix[] }>

/** A device of `library` in this mode, which must exist here. */
export const gpuDevice = (library: GpuJs, mode: GpuMode): GpuDevice => {
  const { GPU, input } = library
  const { named, kernels: kernelClass, later, resident } = modeFacts[mode]
  const gpu = new GPU({ mode: named })
  const kernels = new Map<string, GpuKernel>()
  const counts: Record<string, number> = {}

  const matrix: GpuDevice['matrix'] = (values, rows, width) => {
    if (rows * width > MOST_ENTRIES) throw new RangeError(`gpu: a matrix of ${rows} x ${width} entries, at most ${MOST_ENTRIES} are possible: use more groups`)
    const argument = input(values, [width, rows])
    const read = () => Array.from({ length: rows }, (_, i) => values.subarray(i * width, (i + 1) * width))
    return { rows, width, resident: false, operand: () => argument, read, free: () => undefined }
  }

  /** The matrix of what a program answered: something that stays on the device, or rows. */
  const answered = (result: unknown, rows: number, width: number): Matrix => {
    if (!resident) {
      const numbers = result as readonly Float32Array[]
      return { rows, width, resident, operand: () => input(flat(numbers, width), [width, rows]), read: () => numbers, free: () => undefined }
    }
    const texture = result as Resident
    return { rows, width, resident, operand: () => texture, read: () => texture.toArray() as Later<readonly Float32Array[]>, free: () => texture.delete?.() }
  }

  const kernelFor = ({ program: { name, source }, constants, args }: Call, output: readonly number[]): GpuKernel => {
    const key = JSON.stringify([name, constants, output, args.map((arg) => [arg.rows, arg.width, arg.resident])])
    const known = kernels.get(key)
    kernels.delete(key)
    const kernel =
      known ??
      gpu.createKernel(source, { output, constants, precision: 'single', optimizeFloatMemory: resident && !later, pipeline: resident, immutable: resident, asyncMode: later })
    kernels.set(key, kernel) // the newest last
    if (!resident && kernels.size > MOST_ON_HOST) {
      const [[oldest, unused]] = kernels
      kernels.delete(oldest)
      unused.destroy()
    }
    return kernel
  }

  function* running(call: Call, rows: number, width: number): Work<Matrix> {
    const { program, args } = call
    const kernel = kernelFor(call, [width, rows])
    const result = yield* wait(kernel(...args.map((arg) => arg.operand())))
    const { constructor, fallbackReason } = kernel.kernel
    if (constructor !== library[kernelClass]) throw new Error(`gpu: ${program.name} did not run in mode ${mode}: ${fallbackReason ?? 'gpu.js tells no reason'}`)
    counts[program.name] = (counts[program.name] ?? 0) + 1
    return answered(result, rows, width)
  }

  const run: GpuDevice['run'] = (program, constants, rows, width, args) => inTime(running({ program, constants, args }, rows, width))

  return {
    matrix,
    run,
    keep: (given) => (resident ? run(copy, {}, given.rows, given.width, [given]) : given),
    launches: () => ({ ...counts }),
    close: async () => {
      kernels.clear()
      await gpu.destroy()
    },
  }
}
