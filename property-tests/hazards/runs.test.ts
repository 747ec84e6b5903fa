/**
 * Every short run gives its golden digest while the platform's mathematics throws and arrays are sorted by another algorithm: it rests on neither.
 *
 * *Source:* house rule 5. *Deviations:* none.
 */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { openTraining } from '../../src/browser/training.ts'
import { openExecutor } from '../../src/cli/registry.ts'
import { parseEvents } from '../../src/run/events.ts'
import { inProcess } from '../../src/shell/in-process.ts'
import { readGolden } from '../engines/golden.ts'
import { root } from '../engines/script.ts'
import { shortRuns } from '../engines/short-runs.ts'
import { withPlatformMathForbiddenUntilSettled } from '../platform-math.ts'
import { withOtherSort } from './other-sort.ts'

const golden = readGolden(join(root, 'property-tests/engines/golden.json')).chains.runs

/** The chained digest of a run in this thread, as far as it is kept. */
const digestOf = async (config: unknown): Promise<string> => {
  const opened = await openTraining(config, { openHost: (setup) => inProcess(() => openExecutor(setup)) })
  if (E.isLeft(opened)) throw new Error(JSON.stringify(opened.left))
  const ended = await opened.right.train()
  if (E.isLeft(ended)) throw new Error(JSON.stringify(ended.left))
  const log = parseEvents(new TextEncoder().encode(opened.right.record().events))
  if (E.isLeft(log)) throw new Error(JSON.stringify(log.left))
  return log.right.mark.chain.slice(0, 16)
}

describe('a run rests neither on the mathematics nor on the sorting of its engine', () => {
  test.each(Object.entries(shortRuns))('%s', async (name, config) => {
    const sorts = await withOtherSort(async (count) => {
      expect(await withPlatformMathForbiddenUntilSettled(() => digestOf(config))).toBe(golden[name].split(' ').at(-1))
      return count.calls
    })
    if (config.learner !== null && (config.learner as { kind?: string }).kind === 'vanilla-es') expect(sorts).toBeGreaterThan(0)
  })
})

describe('the other way of sorting', () => {
  const sortedBy = (items: readonly number[], compare?: (a: number, b: number) => number): Promise<readonly number[]> =>
    withOtherSort(async () => [...items].sort(compare))

  test('sorts as engines do where a comparator is an order', async () => {
    const items = [3, -1, 10, 2, 3.5, 2, -0, 0]
    expect(await sortedBy(items, (a, b) => a - b)).toEqual([...items].sort((a, b) => a - b))
    expect(await sortedBy(items)).toEqual([...items].sort())
    const rows = items.map((value, at) => ({ value: Math.trunc(value), at }))
    const stable = await withOtherSort(async () => rows.toSorted((a, b) => a.value - b.value))
    expect(stable).toEqual(rows.toSorted((a, b) => a.value - b.value))
  })

  test.each([
    ['NaN', (a: number, b: number) => a - b, [1, NaN, 2], 'answers NaN'],
    ['a contradiction', (a: number, b: number) => (a > b ? 1 : -1), [1, NaN, 2], 'contradicts itself'],
    ['a circle', (a: number, b: number) => ((b - a + 3) % 3 === 1 ? -1 : a === b ? 0 : 1), [0, 1, 2], 'goes round'],
    ['a random answer', () => 1, [1, 2], 'contradicts itself'],
  ])('refuses %s', async (_name, compare, items, reason) => {
    await expect(sortedBy(items, compare)).rejects.toThrow(reason)
  })

  test('leaves the engine as it was', async () => {
    const { sort, toSorted } = Array.prototype
    await expect(withOtherSort(() => Promise.reject(new Error('in between')))).rejects.toThrow('in between')
    expect([Array.prototype.sort === sort, Array.prototype.toSorted === toSorted]).toEqual([true, true])
  })
})
