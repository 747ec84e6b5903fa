/**
 * The simd backend: WebAssembly with two doubles per instruction, bit for bit equal to the reference.
 *
 * It computes several outputs at a time and never splits a sum, uses no fused and no relaxed instruction, and imports nothing; small calls
 * go to the reference kernels. The module is opened asynchronously, since pages compile only small modules at once on their main thread.
 *
 * *Source:* WebAssembly 2.0, vector instructions; the kernels name their methods. *Deviations:* none.
 */
import type { Backend, BackendEntry, Kernels, Tolerances } from '../../src/core/backend.ts'
import { arenaOf } from './arena.ts'
import type { SimdExports } from './exports.ts'
import { layerKernels } from './layers.ts'
import { lstmKernels } from './lstm.ts'
import { lstmPullbackOf } from './lstm-pullback.ts'
import { matrixKernels } from './matrix.ts'
import { mlpKernels } from './mlp.ts'
import { moduleBase64 } from './module.ts'
import { noiseKernels } from './noise.ts'
import { optimiserKernels } from './optimisers.ts'
import { placeOf } from './place.ts'
import { rowKernels } from './rows.ts'

/** The bytes of the compiled kernels. */
export const moduleBytes = (): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(moduleBase64), (letter) => letter.charCodeAt(0))

/** `always` computes small calls here too, which costs time and serves tests. */
export type SimdOptions = Readonly<{ always: boolean }>

/** Opens the backend with a memory of its own; rejects with a `WebAssembly.CompileError` where vector instructions are not known. */
export const openSimd = async ({ always }: SimdOptions = { always: false }): Promise<Backend> => {
  const { instance } = await WebAssembly.instantiate(moduleBytes(), {})
  const place = placeOf(arenaOf(instance.exports as unknown as SimdExports), always)
  const kernels: Kernels = {
    ...layerKernels(place),
    ...mlpKernels(place),
    ...lstmKernels(place),
    lstmPullback: lstmPullbackOf(place),
    ...optimiserKernels(place),
    ...noiseKernels(place),
    ...rowKernels(place),
    ...matrixKernels(place),
  }
  const tolerance = Object.fromEntries(Object.keys(kernels).map((kernel) => [kernel, 0])) as Tolerances
  return { name: 'simd', dtype: 'f64', exact: true, tolerance, kernels }
}

let shared: Promise<Backend> | null = null

/**
 * The backend of this thread, opened at the first call. All that run in one thread share its memory: an engine reserves gigabytes of
 * addresses for each memory, however small, and a page has room for some hundred of them, whose garbage is not collected in time.
 */
const sharedSimd = (): Promise<Backend> => {
  shared ??= openSimd().catch((error: unknown) => {
    shared = null
    throw error
  })
  return shared
}

/** The backend as it stands in the registry. */
export const simd: BackendEntry = { name: 'simd', line: 'WebAssembly vectors, two doubles at a time; bit for bit the reference', exact: true, open: sharedSimd }
