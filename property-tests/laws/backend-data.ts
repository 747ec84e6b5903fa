/**
 * What the laws of a backend compute with: one call of a kernel as data, numbers to call it with, and guards behind what it may write.
 */
import type { Kernels } from '../../src/core/backend.ts'
import { tanh } from '../../src/core/dmath.ts'
import { normals, rootKey } from '../../src/core/rng.ts'

/**
 * One call of a kernel. `run` fills what the kernel may overwrite with `stale`, calls it, and answers all it may write, each result
 * followed by guards; `definition` answers the results by the textbook formula, and is null for sizes at which that would take long:
 * there the reference stands for it. `inputs` are the arrays that it may only read.
 */
export type Call = Readonly<{
  kernel: keyof Kernels
  label: string
  inputs: readonly Float64Array[]
  run: (kernels: Kernels, stale: number) => Float64Array
  definition: (() => Float64Array) | null
}>

export const GUARDS: readonly number[] = [777, -777, 777]

/** n numbers, or a copy of some, with guards behind them. */
export const guarded = (n: number, fill: number | Float64Array): Float64Array => {
  const out = new Float64Array(n + GUARDS.length)
  if (typeof fill === 'number') out.fill(fill)
  else out.set(fill)
  out.set(GUARDS, n)
  return out
}
export const joined = (...parts: readonly ArrayLike<number>[]): Float64Array => Float64Array.from(parts.flatMap((part) => Array.from(part)))
export const withGuards = (values: ArrayLike<number>): Float64Array => guarded(values.length, Float64Array.from(values))

/** Numbers of ordinary size, different for every label. */
export const numbers = (label: string, n: number, scale = 1): Float64Array => normals(rootKey(`backend laws, ${label}`), n).map((value) => scale * value)
export const build = (n: number, entry: (i: number) => number): Float64Array => Float64Array.from({ length: n }, (_, i) => entry(i))
export const sum = (n: number, term: (i: number) => number): number => {
  let total = 0
  for (let i = 0; i < n; i++) total += term(i)
  return total
}
/** Logistic function by another formula than that of the kernels. */
export const logistic = (x: number): number => 0.5 + 0.5 * tanh(0.5 * x)
