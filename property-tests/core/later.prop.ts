/** Work that may wait: the same result at once and in time, no promise where none is needed, errors where they arise. */
import { describe, expect, test } from 'vitest'
import type { Later, Work } from '../../src/core/later.ts'
import { atOnce, inTime, wait } from '../../src/core/later.ts'

const log: string[] = []

/** Adds what `ask` answers for 0 … n − 1, and tells when it ends. */
function* sumOf(n: number, ask: (i: number) => Later<number>): Work<number> {
  let sum = 0
  try {
    for (let i = 0; i < n; i++) sum += yield* wait(ask(i))
  } finally {
    log.push('ended')
  }
  return sum
}

const soon = (value: number): Promise<number> => new Promise((resolve) => setTimeout(() => resolve(value), 1))

describe('work', () => {
  test('answers at once where nothing is a promise, however long it is', () => {
    expect(atOnce(sumOf(100_000, (i) => i))).toBe(4_999_950_000)
    expect(inTime(sumOf(4, (i) => i))).toBe(6)
  })

  test('waits for promises wherever they come', async () => {
    for (const late of [[0], [3], [1, 2], [0, 1, 2, 3]]) {
      const answer = inTime(sumOf(4, (i) => (late.includes(i) ? soon(i) : i)))
      expect(answer).toBeInstanceOf(Promise)
      expect(await answer).toBe(6)
    }
  })

  test('ends in order when something fails, now or later', async () => {
    const failing = (i: number): Later<number> => {
      if (i === 2) throw new RangeError('two')
      return i
    }
    expect(() => inTime(sumOf(4, failing))).toThrow('two')
    await expect(inTime(sumOf(4, (i) => (i === 1 ? soon(1) : failing(i))))).rejects.toThrow('two')
    await expect(inTime(sumOf(4, (i) => (i === 2 ? Promise.reject(new RangeError('late')) : i)))).rejects.toThrow('late')
    expect(log.slice(-3)).toEqual(['ended', 'ended', 'ended'])
  })

  test('may go on after a rejection that it catches', async () => {
    function* stubborn(): Work<string> {
      try {
        yield* wait(Promise.reject(new Error('no')))
      } catch {
        return yield* wait(Promise.resolve('yes'))
      }
      return 'never'
    }
    expect(await inTime(stubborn())).toBe('yes')
  })

  test('is refused at once where it has to wait', () => {
    expect(() => atOnce(sumOf(2, soon))).toThrow(/answers later/)
  })
})
