/** Navigation in the plane: its contract, its goals, and steps worked out by hand. */
import { expect, test } from 'vitest'
import { drawnGoal, navigation } from '../../../envs/tasks/navigation.ts'
import { checkEnv } from '../../../src/core/check-env.ts'
import { foldIn, rootKey } from '../../../src/core/rng.ts'

const key = rootKey('navigation')

test('keeps the contract of environments', async () => {
  for (const options of [{}, { goalX: -0.5, goalY: 0.5, timeLimit: 30 }]) {
    const env = await navigation.open(options)
    const findings = checkEnv(env, key, { steps: 60, snapshots: 3, limitSteps: 101 })
    env.close()
    expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([])
  }
})

test('moves by the clipped action, pays the squared distance after the move, and ends at the goal', async () => {
  const env = await navigation.open({ goalX: 0.1, goalY: -0.05 })
  const live = env.live()
  const obs = new Float64Array(2)
  live.reset(key, obs)
  expect([...obs]).toEqual([0, 0])
  live.step(key, Float64Array.of(0.4, 0.02), obs)
  expect([[...obs], live.terminated]).toEqual([[0.1, 0.02], false])
  expect(live.reward).toBeCloseTo(-0.0049, 15)
  live.step(key, Float64Array.of(-0.005, -0.065), obs)
  expect(live.reward).toBeCloseTo(-(0.005 * 0.005 + 0.005 * 0.005), 15)
  expect([live.terminated, live.truncated]).toEqual([true, false])
})

test('goals fill the square of ±0.5 evenly', () => {
  const goals = Array.from({ length: 2000 }, (_, i) => drawnGoal(foldIn(key, i)))
  for (const axis of ['goalX', 'goalY']) {
    const values = goals.map((goal) => goal[axis] as number)
    // U(−0.5, 0.5): the mean has standard error 0.0065; allow four. The ends are met within 1 %.
    expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length)).toBeLessThan(0.026)
    expect(Math.min(...values)).toBeGreaterThan(-0.5)
    expect(Math.min(...values)).toBeLessThan(-0.49)
    expect(Math.max(...values)).toBeLessThan(0.5)
    expect(Math.max(...values)).toBeGreaterThan(0.49)
  }
  // uncorrelated: the correlation of 2000 independent pairs has standard error 0.022; allow four
  const product = goals.reduce((sum, goal) => sum + 12 * (goal.goalX as number) * (goal.goalY as number), 0) / goals.length
  expect(Math.abs(product)).toBeLessThan(0.09)
})
