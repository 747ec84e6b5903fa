/**
 * The one memory of the compiled kernels: blocks that stay, and behind them scratch that holds nothing from one call to the next.
 *
 *     [ constants | blocks that stay … | scratch of the running call … ]
 *
 * Positions and lengths are counted in doubles. A block is free again when the object that tells its position has been collected; scratch
 * is given out from the front by every call anew. The memory only grows, by which all views of it become stale: ask `numbers()` again.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { SimdExports } from './exports.ts'

const BYTES = 8
const PAGE = 65536 / BYTES
/** Blocks and scratch begin at a cache line. */
const LINE = 8

const rounded = (doubles: number): number => (doubles + LINE - 1) & -LINE

export type Arena = Readonly<{
  kernels: SimdExports
  /** The memory as doubles; valid until the next `open`, `take` or `keep`. */
  numbers(): Float64Array
  /** The memory as 32-bit words, two at each position of a double. */
  words(): Uint32Array
  /** Begins a call: all scratch is free. */
  open(): void
  /** Scratch for `doubles` numbers, and for 8 more behind them that nobody else uses; returns its position, at a cache line. */
  take(doubles: number): number
  /** A block of `doubles` numbers that stays as long as the returned object can be reached: whoever uses the block asks it for `at` each time. */
  keep(doubles: number): Kept
}>

/** Where a block that stays begins. */
export type Kept = Readonly<{ at: number }>

type Block = Readonly<{ at: number; doubles: number }>

/** The arena of an instance of the module. */
export const arenaOf = (kernels: SimdExports): Arena => {
  const { memory } = kernels
  let numbers = new Float64Array(memory.buffer)
  let words = new Uint32Array(memory.buffer)
  let floor = rounded(kernels.firstFree() / BYTES)
  let top = floor
  /** In the order of their positions; no two touch, and none touches `floor`. */
  let free: readonly Block[] = []

  /** Sees to it that positions below `end` exist. Grows by half at least, so that growing stays rare. */
  const reach = (end: number): void => {
    if (end <= numbers.length) return
    memory.grow(Math.ceil((Math.max(end, 1.5 * numbers.length) - numbers.length) / PAGE))
    numbers = new Float64Array(memory.buffer)
    words = new Uint32Array(memory.buffer)
  }

  /** Makes a block free, and one with the free blocks that it touches; what is free at the end becomes scratch. */
  const release = (block: Block): void => {
    const merged: Block[] = []
    for (const next of [...free, block].sort((one, other) => one.at - other.at)) {
      const last = merged.at(-1)
      if (last !== undefined && last.at + last.doubles === next.at) merged[merged.length - 1] = { at: last.at, doubles: last.doubles + next.doubles }
      else merged.push(next)
    }
    const last = merged.at(-1)
    if (last !== undefined && last.at + last.doubles === floor) {
      merged.pop()
      floor = last.at
    }
    free = merged
  }

  const collected = new FinalizationRegistry(release)

  /** The position of a block: the front of the first free one that is large enough, or new memory. */
  const place = (doubles: number): number => {
    const fitting = free.find((block) => block.doubles >= doubles)
    if (fitting === undefined) {
      floor += doubles
      return floor - doubles
    }
    free = free.flatMap((block) => {
      if (block !== fitting) return [block]
      return block.doubles === doubles ? [] : [{ at: block.at + doubles, doubles: block.doubles - doubles }]
    })
    return fitting.at
  }

  return {
    kernels,
    numbers: () => numbers,
    words: () => words,
    open: () => {
      top = floor
    },
    take: (doubles) => {
      const at = top
      top += rounded(doubles + LINE)
      reach(top)
      return at
    },
    keep: (doubles) => {
      const length = rounded(doubles + LINE)
      const at = place(length)
      reach(floor)
      const kept = { at }
      collected.register(kept, { at, doubles: length })
      return kept
    },
  }
}
