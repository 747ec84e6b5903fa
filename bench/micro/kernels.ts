/**
 * Kernels alone: a backend against the reference, side by side in one process.
 *
 * *Source:* house goals for kernels. *Deviations:* none.
 */
import { reference } from '../../backends/reference/index.ts'
import { openSimd } from '../../backends/simd/index.ts'
import type { Backend } from '../../src/core/backend.ts'
import type { KernelCase } from '../../src/cli/kernel-case.ts'
import type { Measured, Section, Target, Unit } from '../system/figure.ts'
import { measured, untargeted } from '../system/figure.ts'
import { cpuMsOf, warmUp } from '../system/processor-time.ts'
import { largeProducts, otherCalls } from './kernel-sizes.ts'

/** Odd, so that the median is a round that was measured. */
const ROUNDS = 11
const BURST_MS = 10
const WARM_UP_MS = 60

/** Small calls are the reference's own loops on both sides; their ratio is 1 within what rounds differ. */
const neverSlower: Target = { atLeast: 0.95 }
const farFaster: Target = { atLeast: 4 }

/** How often `run` fits into a burst. */
const countFor = (run: () => void): number => {
  let count = 1
  const burst = (): void => {
    for (let i = 0; i < count; i++) run()
  }
  while (cpuMsOf(burst) < BURST_MS && count < 2 ** 24) count *= 2
  return count
}

/** Nanoseconds of one call on each side, round by round, in turn. */
const times = (each: KernelCase, sides: readonly Backend[]): readonly (readonly number[])[] => {
  const runs = sides.map(({ kernels }) => each.prepare(kernels).run)
  runs.forEach((run) => warmUp(run, WARM_UP_MS))
  const counts = runs.map(countFor)
  const found: number[][] = sides.map(() => [])
  for (let round = 0; round < ROUNDS; round++) {
    for (let turn = 0; turn < sides.length; turn++) {
      const side = (turn + round) % sides.length
      const [run, count] = [runs[side], counts[side]]
      const ms = cpuMsOf(() => {
        for (let i = 0; i < count; i++) run()
      })
      found[side].push((1e6 * ms) / count)
    }
  }
  return found
}

/** What a backend does in its time: operations, numbers, or the time itself. */
const rate = ({ operations, numbers }: KernelCase, nanoseconds: readonly number[]): Readonly<{ unit: Unit; rounds: readonly number[] }> => {
  if (operations > 0) return { unit: 'GFLOP/s', rounds: nanoseconds.map((ns) => operations / ns) }
  if (numbers > 0) return { unit: 'M/s', rounds: nanoseconds.map((ns) => (1000 * numbers) / ns) }
  return { unit: 'ns', rounds: nanoseconds }
}

const compare = (cases: readonly KernelCase[], backend: Backend, target: Target, only: string): readonly Measured[] =>
  cases
    .filter(({ kernel, size }) => `${kernel} ${size}`.includes(only))
    .flatMap((each) => {
      const what = `${each.kernel}, ${each.size}`
      const [slow, fast] = times(each, [reference, backend])
      const { unit, rounds } = rate(each, fast)
      return [measured({ what: `${what}: reference / ${backend.name}`, unit: 'ratio', rounds: slow.map((ns, i) => ns / fast[i]), target }), untargeted(`${what}: ${backend.name}`, unit, rounds)]
    })

/** Times `backend` (simd by default) against the reference, the calls whose name contains `only`. */
export const kernelsAlone = async (only = '', open: () => Promise<Backend> = openSimd): Promise<Section> => {
  const backend = await open()
  return {
    title: `Kernels of ${backend.name} against the reference`,
    remarks: [
      'Processor time, both sides in turn in one process; above 1 the backend is faster. Products of matrices of 64 and above are to be 4 times as fast; nothing is to be slower',
      'at any size (0.95 where both sides are the same loops and differ by what rounds differ).',
    ],
    figures: [...compare(largeProducts(), backend, farFaster, only), ...compare(otherCalls(), backend, neverSlower, only)],
  }
}
