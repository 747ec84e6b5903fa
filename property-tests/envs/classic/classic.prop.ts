/**
 * Classic control: the laws of environments, mirror symmetry and conservation of energy.
 *
 * *Source:* house rule 9; symmetries and energies of the equations in the environments' headers. *Deviations:* none.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { energy, rungeKutta } from '../../../envs/classic/acrobot.ts'
import { balance } from '../../../envs/classic/cart-pole.ts'
import { classicEntries } from '../../../envs/classic/index.ts'
import { slide } from '../../../envs/classic/mountain-car.ts'
import { normaliseAngle, pendulum } from '../../../envs/classic/pendulum.ts'
import { checkEnv } from '../../../src/core/check-env.ts'
import type { Env } from '../../../src/core/env.ts'
import type { EpisodeState } from '../../../src/core/pure-env.ts'
import { rootKey } from '../../../src/core/rng.ts'
import { asLine, entryLaws, envLaws } from '../../laws/env.ts'

const seeded = { seed: 42, numRuns: 200 }
const between = (low: number, high: number) => fc.double({ min: low, max: high, noNaN: true })
const key = rootKey('classic properties')
const moveOn = rungeKutta()

for (const entry of classicEntries) {
  envLaws(entry.id, () => entry.open({}))
  envLaws(`${entry.id} with a short time limit`, () => entry.open({ timeLimit: 9 }))
  entryLaws(entry)

  test(`${entry.id}: with a short time limit every law is exercised`, async () => {
    expect(checkEnv(await entry.open({ timeLimit: 9 }), key).map(asLine)).toEqual([])
  })

  test(`${entry.id}: time limits that are no positive integer are refused`, async () => {
    await expect(entry.open({ timeLimit: 0 })).rejects.toThrow(RangeError)
    await expect(entry.open({ timeLimit: 2.5 })).rejects.toThrow(RangeError)
  })
}

/** The largest difference of two vectors, relative to 1 + the size of the entries. */
const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]) / (1 + Math.abs(x))))

describe('mirror symmetry', () => {
  // sine is odd and cosine is even bit for bit, so mirrored steps agree exactly but for −0
  test('pendulum', async () => {
    const env = (await pendulum.open({})) as Env<EpisodeState<Float64Array>>
    const at = (angle: number, speed: number) => ({ inner: Float64Array.of(angle, speed), elapsed: 0, terminated: false })
    fc.assert(
      fc.property(between(-3, 3), between(-8, 8), between(-3, 3), (angle, speed, torque) => {
        const one = env.step(key, at(angle, speed), Float64Array.of(torque))
        const other = env.step(key, at(-angle, -speed), Float64Array.of(-torque))
        expect(distance(one.state.inner, other.state.inner.map((x) => -x))).toBe(0)
        // moving an angle into [−π, π) adds and subtracts π: one rounding more on one side
        expect(Math.abs(one.reward - other.reward)).toBeLessThan(1e-13)
      }),
      seeded,
    )
  })

  test('cart and pole', () => {
    fc.assert(
      fc.property(fc.array(between(-1, 1), { minLength: 4, maxLength: 4 }), fc.constantFrom(-10, 10), (state, force) => {
        const [one, other] = [Float64Array.from(state), Float64Array.from(state, (x) => -x)]
        balance(one, force)
        balance(other, -force)
        expect(distance(one, other.map((x) => -x))).toBe(0)
      }),
      seeded,
    )
  })

  test('acrobot', () => {
    const phase = fc.tuple(between(-3, 3), between(-3, 3), between(-6, 6), between(-6, 6))
    fc.assert(
      fc.property(phase, fc.constantFrom(-1, 0, 1), ([a, b, c, d], torque) => {
        const [one, other] = [Float64Array.of(a, b, c, d), Float64Array.of(-a, -b, -c, -d)]
        moveOn(one, torque, 0.2)
        moveOn(other, -torque, 0.2)
        // the equations shift angles by π/2, which rounds differently on the two sides; 0.2 s amplify it a little
        expect(distance(one, other.map((x) => -x))).toBeLessThan(1e-11)
      }),
      seeded,
    )
  })
})

describe('energy', () => {
  test('a coasting mountain car keeps v²/2 + (0.0025/3) sin 3x but for an error of order v', () => {
    const total = (state: Float64Array): number => (state[1] * state[1]) / 2 + (0.0025 / 3) * Math.sin(3 * state[0])
    fc.assert(
      fc.property(between(-1, 0.4), between(-0.03, 0.03), (x, v) => {
        const next = Float64Array.of(x, v)
        slide(next, 0)
        // semi-implicit Euler with h = 1: |ΔE| ≤ (a² + |v'|² max|a'|)/2 with a ≤ 0.0025, a' ≤ 0.0075
        expect(Math.abs(total(next) - total(Float64Array.of(x, v)))).toBeLessThan((0.0025 * 0.0025 + 0.0075 * 0.04 * 0.04) / 2)
      }),
      seeded,
    )
  })

  test('a free acrobot keeps its energy to the fourth order of the step', () => {
    const phase = fc.tuple(between(-3, 3), between(-3, 3), between(-1, 1), between(-1, 1))
    fc.assert(
      fc.property(phase, (start) => {
        const drift = (h: number): number => {
          const steps = Math.round(0.2 / h)
          const state = Float64Array.from(start)
          for (let i = 0; i < steps; i++) moveOn(state, 0, h)
          return Math.abs(energy(state) - energy(Float64Array.from(start)))
        }
        // halving the step of a fourth-order method divides the error by 16; 8 leaves room, 1e-10 is the rounding floor
        expect(drift(0.0125)).toBeLessThan(drift(0.025) / 8 + 1e-10)
        expect(drift(0.2)).toBeLessThan(0.02)
      }),
      seeded,
    )
  })

  test('angles are moved by whole turns into [−π, π)', () => {
    fc.assert(
      fc.property(between(-50, 50), (angle) => {
        const moved = normaliseAngle(angle)
        expect(moved).toBeGreaterThanOrEqual(-Math.PI)
        expect(moved).toBeLessThan(Math.PI + 1e-12)
        const turns = (angle - moved) / (2 * Math.PI)
        expect(Math.abs(turns - Math.round(turns))).toBeLessThan(1e-12)
      }),
      seeded,
    )
  })
})
