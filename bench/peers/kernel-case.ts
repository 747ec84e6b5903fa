/**
 * A computation that we and others do on the same data, for the bench.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { Backend } from '../../src/core/backend.ts'
import type { Json } from '../../src/core/env.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import type { Target } from '../system/figure.ts'

/** An array as peers get it: row-major float64. */
export type CaseArray = Readonly<{ values: Float64Array; shape: readonly number[] }>

/** Our side: `run` computes once; `answer` computes once from the data alone and gives the first numbers of what came out. */
export type Ours = Readonly<{ run(): void; answer(): ArrayLike<number> }>

/**
 * `kind` and `parameters` tell a peer what to compute. `peers` are the libraries by name, each with the target for the time of ours
 * over theirs, if there is one; `limit` says what bounds it. Where answers are `comparable` they must agree before anything is timed; random numbers do not.
 */
export type KernelCase = Readonly<{
  title: string
  kind: string
  parameters: Readonly<Record<string, Json>>
  arrays: Readonly<Record<string, CaseArray>>
  comparable: boolean
  limit?: string
  peers: Readonly<Record<string, Target | null>>
  ours(backend: Backend): Ours
}>

/** Standard normal numbers times `scale`, another stream for every `name`. */
export const randomArray = (name: string, shape: readonly number[], scale = 1): CaseArray => {
  const stream = Array.from(name).reduce((sum, letter) => (31 * sum + (letter.codePointAt(0) ?? 0)) % 1_000_003, 7)
  const values = normals(foldIn(rootKey('kernel peers'), stream), shape.reduce((size, extent) => size * extent, 1))
  return { values: values.map((value) => scale * value), shape }
}
