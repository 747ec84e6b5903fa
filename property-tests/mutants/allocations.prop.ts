/** The watch over allocations notices every environment that allocates on purpose, names the place, and clears the thrifty one. */
import { expect, test } from 'vitest'
import { stepAllocation } from '../laws/allocation.ts'
import { thrifty, wasteful } from './allocations.ts'

test.each(wasteful)('%s per step is noticed', (_, open) => {
  // the least of so many bursts: no burst may miss it
  const { objects, places } = stepAllocation(open(), { bursts: 12, within: -1 })
  expect(objects).toBeGreaterThan(0.05)
  expect(places[0]).toMatch(/\.ts:\d+\): /)
})

test('no allocation is seen where there is none', () => {
  expect(stepAllocation(thrifty()).objects).toBeLessThan(0.02)
})
