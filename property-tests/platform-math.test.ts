import { describe, expect, it } from 'vitest'
import { withPlatformMathForbidden, withPlatformMathForbiddenUntilSettled } from './platform-math.ts'

describe('the ban on platform mathematics', () => {
  it.each([
    ['Math.exp', () => Math.exp(1)],
    ['Math.pow', () => Math.pow(2, 0.5)],
    ['Math.hypot', () => Math.hypot(1, 2)],
    ['Math.random', () => Math.random()],
    ['Date.now', () => Date.now()],
    ['performance.now', () => performance.now()],
  ])('%s throws inside and works again outside', (name, call) => {
    expect(() => withPlatformMathForbidden(call)).toThrow(`${name} was called`)
    expect(Number.isFinite(call())).toBe(true)
  })

  it('leaves what every engine computes alike', () => {
    expect(withPlatformMathForbidden(() => Math.sqrt(Math.abs(-4)) + Math.floor(1.5) + Math.imul(2, 3) + Math.PI)).toBe(9 + Math.PI)
  })

  it('lasts until an asynchronous computation settles', async () => {
    const late = async () => {
      await Promise.resolve()
      return Math.tanh(1)
    }
    await expect(withPlatformMathForbiddenUntilSettled(late)).rejects.toThrow('Math.tanh was called')
    expect(Math.tanh(0)).toBe(0)
  })
})
