/**
 * Masses (kg), centres (m) and moments of inertia about the bodies' origins (kg m²) to the digits that were read off the reference, and
 * that planck's own are wrong, so that setting them is needed.
 *
 * *Source:* Gymnasium 1.3.0 with Box2D 2.3.0 (`b2Body`'s mass data). *Deviations:* none.
 */
import type { Body } from 'planck'
import { expect, test } from 'vitest'
import { createWalker } from '../../../envs/box2d/bipedal-walker.ts'
import { loadPlanck } from '../../../envs/box2d/load-planck.ts'
import { createLander, type LanderOptions, lunarLander } from '../../../envs/box2d/lunar-lander.ts'

const planck = await loadPlanck()
const lander = createLander(planck, true, lunarLander.options as unknown as LanderOptions).world
const walker = createWalker(planck).world
const massData = (body: Body): number[] => [body.getMass(), body.getLocalCenter().x, body.getLocalCenter().y, body.getInertia()]

const published: readonly (readonly [string, readonly Body[], readonly string[]])[] = [
  ['hull of the lander', [lander.hull], ['4.81667', '0', '0.101307', '0.833315']],
  ['legs of the lander', lander.legs, ['0.0711111', '0', '0', '0.00179095']],
  ['hull of the walker', [walker.bodies[0]], ['5.42222', '-0.0200364', '-0.00564664', '2.00174']],
  ['upper legs of the walker', [walker.bodies[1], walker.bodies[3]], ['0.302222', '0', '0', '0.03414']],
  ['lower legs of the walker', [walker.bodies[2], walker.bodies[4]], ['0.241778', '0', '0', '0.026796']],
]

test.each(published)('%s', (_, bodies, texts) => {
  for (const body of bodies) {
    massData(body).forEach((value, i) => {
      const digits = texts[i].split('.')[1]?.length ?? 15
      // half a unit in the last digit, and what sums in float32 lose
      expect(Math.abs(value - Number(texts[i]))).toBeLessThanOrEqual(0.5 * Number(`1e-${digits}`) + 2e-8)
    })
  }
})

test('the masses that planck computes itself are others', async () => {
  const hull = new planck.World().createBody({ type: 'dynamic' })
  const fixture = lander.hull.getFixtureList()
  if (fixture === null) throw new Error('a hull without fixture')
  hull.createFixture({ shape: fixture.getShape(), density: 5 })
  expect(Math.abs(hull.getLocalCenter().y - lander.hull.getLocalCenter().y)).toBeGreaterThan(0.01)
})
