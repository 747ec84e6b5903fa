/**
 * Pieces of work on several backends, timed side by side in one host, in Node or in a page.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { Backend, Compute, MlpSpec } from '../../src/core/backend.ts'
import { computeOf } from '../../src/core/compute.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'

/** Times of one piece of work on `backend` as shares of those on the first backend, one per round, and its milliseconds per call. */
export type Timed = Readonly<{ what: string; backend: string; ratios: readonly number[]; milliseconds: number }>

/** One call of a piece of work, made ready on a backend. */
type Case = Readonly<{ what: string; ready(compute: Compute): Promise<() => Promise<void>> }>

/** A round of calls takes about so long. */
const ROUND_MS = 60

const spec: MlpSpec = { sizes: [17, 64, 64, 6], activation: 'tanh', outputActivation: 'linear' }
const parameterCount = 17 * 64 + 64 + 64 * 64 + 64 + 64 * 6 + 6
const draw = (label: number, n: number): Float64Array => normals(foldIn(rootKey('gpu bench'), label), n).map((value) => 0.2 * value)

const population = (size: number): Case => ({
  what: `networks of ${size.toLocaleString('en')} candidates, 17-64-64-6, one observation each`,
  ready: async (compute) => {
    const networks = await compute.residentPopulation(spec, draw(size, size * parameterCount), size)
    const [x, out] = [draw(1, size * 17), new Float64Array(size * 6)]
    return async () => networks.forward(out, x)
  },
})

const minibatch = (batch: number): Case => ({
  what: `17-64-64-6 forward and back, batch ${batch.toLocaleString('en')}`,
  ready: async (compute) => {
    const [parameters, x, slopes] = [draw(2, parameterCount), draw(3, batch * 17), draw(4, batch * 6)]
    const [values, gradient] = [new Float64Array(batch * 134), new Float64Array(parameterCount)]
    return async () => {
      await compute.mlpForward(values, spec, parameters, x, batch)
      await compute.mlpPullback(gradient, null, spec, parameters, x, values, slopes, batch)
    }
  },
})

const kernelMatrix = (rows: number, dimensions: number): Case => ({
  what: `kernel matrix (Matérn 5/2) of ${rows} rows, ${dimensions} dimensions`,
  ready: async (compute) => {
    const [a, scale, out] = [draw(5, rows * dimensions), new Float64Array(dimensions).fill(1), new Float64Array(rows * rows)]
    return async () => compute.covariance(out, 'matern52', a, a, scale, 1, rows, rows)
  },
})

const searchGradient = (candidates: number): Case => ({
  what: `search gradient of ${candidates} candidates, ${parameterCount.toLocaleString('en')} parameters`,
  ready: async (compute) => {
    const keys = Array.from({ length: candidates }, (_, i) => foldIn(rootKey('candidates'), i))
    const [weights, out] = [draw(6, candidates), new Float64Array(parameterCount)]
    return async () => compute.weightedNoise(out, keys, weights)
  },
})

const cases: readonly Case[] = [population(40), population(1000), minibatch(64), minibatch(2048), kernelMatrix(500, 8), searchGradient(100)]

/** Milliseconds per call, over as many calls as fill a round. */
const timed = async (call: () => Promise<void>, calls: number): Promise<number> => {
  const start = performance.now()
  for (let i = 0; i < calls; i++) await call()
  return (performance.now() - start) / calls
}

/** Times every case on all `backends` in turn, round by round; the first is what the others are compared with. */
export const timeBackends = async (backends: readonly Backend[], rounds: number): Promise<readonly Timed[]> => {
  const results: Timed[] = []
  for (const { what, ready } of cases) {
    const entries = await Promise.all(
      backends.map(async (backend) => {
        const call = await ready(computeOf(backend))
        await call()
        const once = await timed(call, 1)
        return { name: backend.name, call, calls: Math.max(1, Math.min(1000, Math.floor(ROUND_MS / once))), times: [] as number[] }
      }),
    )
    for (let round = 0; round < rounds; round++) for (const { call, calls, times } of entries) times.push(await timed(call, calls))
    for (const { name, times } of entries) {
      const ratios = times.map((time, round) => time / entries[0].times[round])
      results.push({ what, backend: name, ratios, milliseconds: Math.min(...times) })
    }
  }
  return results
}
