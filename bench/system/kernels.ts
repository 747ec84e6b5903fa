/**
 * Kernels of a backend alone: noise by the number, one policy and one LSTM step at the sizes that runs use.
 *
 * *Source:* none. *Deviations:* none.
 */
import { reference } from '../../backends/reference/index.ts'
import type { Backend } from '../../src/core/backend.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import type { Section } from './figure.ts'
import { untargeted as figure } from './figure.ts'

const rounds = 9
/** A round is long enough that the clock's resolution does not matter. */
const ROUND_MS = 20

/** Nanoseconds of one call, per round. */
const nanoseconds = (work: (call: number) => void): readonly number[] => {
  let calls = 1
  const round = (): number => {
    const start = performance.now()
    for (let call = 0; call < calls; call++) work(call)
    return performance.now() - start
  }
  while (round() < ROUND_MS) calls *= 2
  return Array.from({ length: rounds }, () => (1e6 * round()) / calls)
}

/** Millions of numbers per second where a call makes `count`. */
const rate = (count: number, times: readonly number[]): readonly number[] => times.map((ns) => (1000 * count) / ns)

/** Measures the kernels of `backend`. */
export const kernelTimes = (backend: Backend = reference): Section => {
  const { kernels } = backend
  const key = rootKey('kernels')
  const P = 5708
  const base = normals(foldIn(key, 0), P)
  const out = new Float64Array(P)
  const keys = Array.from({ length: 100 }, (_, i) => foldIn(key, i))
  const weights = normals(foldIn(key, 1), 100)
  const x = normals(foldIn(key, 2), 64)
  const y = new Float64Array(64)
  const [I, H] = [40, 32]
  const lstm = normals(foldIn(key, 3), 4 * H * (I + H + 2)).map((value) => value / 10)
  const [h, c, scratch] = [new Float64Array(H), new Float64Array(H), new Float64Array(4 * H)]
  return {
    title: `Kernels of the backend ${backend.name}`,
    remarks: ['Noise in numbers per second, the rest in time per call.'],
    figures: [
      figure('normals', 'M/s', rate(P, nanoseconds((call) => kernels.normals(out, keys[call % 100], 0)))),
      figure('perturbed parameters', 'M/s', rate(P, nanoseconds((call) => kernels.perturb(out, base, keys[call % 100], 0.05)))),
      figure('weighted noise of 100 keys', 'M/s', rate(100 * P, nanoseconds(() => kernels.weightedNoise(out, keys, weights)))),
      figure('one key folded in', 'ns', nanoseconds((call) => foldIn(key, call))),
      figure('affine 64 × 64', 'ns', nanoseconds(() => kernels.affine(y, base, 0, x, 1, 64, 64))),
      figure('64 tanh', 'ns', nanoseconds(() => {
        y.set(x)
        kernels.activate(y, 'tanh', 64)
      })),
      figure(`LSTM step, ${I} inputs, width ${H}`, 'ns', nanoseconds(() => kernels.lstmStep(h, c, lstm, 0, x, scratch, 1, I, H))),
    ],
  }
}
