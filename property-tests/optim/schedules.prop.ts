import { describe, expect, it } from 'vitest'
import type { ScheduleChoice } from '../../src/optim/schedules.ts'
import { scheduleOf } from '../../src/optim/schedules.ts'

const valuesOf = (choice: ScheduleChoice, steps: number): readonly number[] => {
  const schedule = scheduleOf(choice)
  let state = schedule.init()
  return Array.from({ length: steps }, () => {
    const [value, next] = schedule.next(structuredClone(state))
    state = next
    return value
  })
}

describe('schedules', () => {
  it('constant', () => expect(valuesOf({ kind: 'constant', value: 0.3 }, 3)).toEqual([0.3, 0.3, 0.3]))
  it('linear reaches its end and stays there', () =>
    expect(valuesOf({ kind: 'linear', from: 1, to: 0.5, steps: 4 }, 7)).toEqual([1, 0.875, 0.75, 0.625, 0.5, 0.5, 0.5]))
  it('linear ends exactly on what was given', () => expect(valuesOf({ kind: 'linear', from: 0.3, to: 0.1, steps: 3 }, 4)[3]).toBe(0.1))
  it('exponential down to its floor', () =>
    expect(valuesOf({ kind: 'exponential', from: 2, factor: 0.5, floor: 0.3 }, 5)).toEqual([2, 1, 0.5, 0.3, 0.3]))
  it('refuses what has no meaning', () => {
    expect(() => scheduleOf({ kind: 'linear', from: 1, to: 0, steps: 0 })).toThrow(RangeError)
    expect(() => scheduleOf({ kind: 'exponential', from: 1, factor: 0, floor: 0 })).toThrow(RangeError)
  })
})
