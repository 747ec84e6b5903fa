/**
 * A call of a kernel at a size of one's choice, on the same data for every backend: what `doctor` checks and times, and the bench too.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { Kernels } from '../core/backend.ts'
import { foldIn, normals, rootKey } from '../core/rng.ts'

/** One backend's side of a case: `run` computes once, `written` is what it writes. */
export type KernelCall = Readonly<{ run(): void; written: readonly ArrayLike<number>[] }>

/**
 * `operations` counts the multiplications and additions of one call, 0 where they say nothing of the work; `numbers` the random numbers
 * that it makes.
 */
export type KernelCase = Readonly<{ kernel: keyof Kernels; size: string; operations: number; numbers: number; prepare(kernels: Kernels): KernelCall }>

/** Randomness of all cases. */
export const caseKey = rootKey('kernel cases')

/** n normal numbers times `scale`, another stream for every `use`. */
export const draw = (use: number, n: number, scale = 1): Float64Array => normals(foldIn(caseKey, use), n).map((value) => scale * value)

export const zeros = (n: number): Float64Array => new Float64Array(n)

/** A case that makes no random numbers. */
export const makeCase = (kernel: keyof Kernels, size: string, operations: number, prepare: KernelCase['prepare']): KernelCase =>
  ({ kernel, size, operations, numbers: 0, prepare })
