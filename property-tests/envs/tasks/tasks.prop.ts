/** The distributions of tasks: laws, draws, that tasks change rewards and nothing else, and the robots below them. */
import { describe, expect, test } from 'vitest'
import { mujocoEntries } from '../../../envs/mujoco/index.ts'
import { openRobot } from '../../../envs/mujoco/robot-simulator.ts'
import { ant } from '../../../envs/mujoco/robots/ant.ts'
import { gymnasiumRunner } from '../../../envs/tasks/gymnasium-runner.ts'
import { taskEntries, taskFamilies } from '../../../envs/tasks/index.ts'
import { rllabAnt } from '../../../envs/tasks/rllab-ant.ts'
import { velocityGoal } from '../../../envs/tasks/running-goal.ts'
import { checkEnv } from '../../../src/core/check-env.ts'
import type { EnvOptions } from '../../../src/core/env-options.ts'
import type { EnvEntry, Info } from '../../../src/core/env.ts'
import { foldIn, rootKey } from '../../../src/core/rng.ts'
import { sample, sizeOf } from '../../../src/core/space.ts'
import { entryLaws } from '../../laws/env.ts'
import { taskFamilyLaws } from '../../laws/task-family.ts'
import { withPlatformMathForbidden } from '../../platform-math.ts'

const key = rootKey('tasks')
const entryOf = (id: string): EnvEntry => [...taskEntries, ...mujocoEntries].find((entry) => entry.id === id)!

describe.each(taskFamilies.map((family) => [family.id, family] as const))('%s', (id, family) => {
  test.each(taskFamilyLaws)('$name', ({ check }) => check({ family, entries: taskEntries }))

  entryLaws(entryOf(id))
})

const running = taskFamilies.filter(({ id }) => id !== 'navigation')

describe.each(running.map((family) => [family.id, family] as const))('running: %s', (id, family) => {
  const entry = entryOf(id)
  const fastest = id.startsWith('ant') ? 3 : 2

  test('keeps the contract of environments', async () => {
    const env = await family.open(family.sample(key))
    const findings = checkEnv(env, key, { steps: 40, snapshots: 3, limitSteps: id.startsWith('cheetah') ? 201 : 0 })
    withPlatformMathForbidden(() => env.step(key, env.reset(key).state, sample(key, env.spec.actionSpace)))
    env.close()
    expect(findings.filter((finding) => finding.severity !== 'note')).toEqual([])
    expect(env.spec.timeLimit).toBe(200)
  })

  test('draws what the source says', () => {
    const draws = Array.from({ length: 2000 }, (_, i) => family.sample(foldIn(key, i)))
    if (id.includes('-vel')) {
      const goals = draws.map(({ goal }) => goal as number)
      const mean = goals.reduce((sum, goal) => sum + goal, 0) / goals.length
      // U(0, fastest): the mean has standard error 0.0065 of the width; allow four. The ends are met within 1 %.
      expect(Math.abs(mean - fastest / 2)).toBeLessThan(0.026 * fastest)
      expect(Math.min(...goals)).toBeGreaterThan(0)
      expect(Math.min(...goals)).toBeLessThan(0.01 * fastest)
      expect(Math.max(...goals)).toBeLessThan(fastest)
      expect(Math.max(...goals)).toBeGreaterThan(0.99 * fastest)
    } else {
      const forward = draws.filter(({ direction }) => direction === 1).length
      expect(draws.filter(({ direction }) => direction === -1)).toHaveLength(2000 - forward)
      // A fair coin: standard deviation 22; allow four.
      expect(Math.abs(forward - 1000)).toBeLessThan(90)
    }
  })

  test('the task changes the reward of the task and nothing else: it is not observed', async () => {
    const options: readonly EnvOptions[] = id.includes('-vel') ? [{ goal: 0.3 }, { goal: 1.7 }] : [{ direction: 1 }, { direction: -1 }]
    const [a, b] = await Promise.all(options.map((each) => steps(entry, each)))
    expect(b.map((row) => row.obs)).toEqual(a.map((row) => row.obs))
    a.forEach((row, t) => {
      const others = (info: Info): Info => ({ ...info, rewardTask: 0 })
      expect(others(b[t].info)).toEqual(others(row.info))
      const speed = row.info.xVelocity
      const expected = id.includes('-vel') ? [-Math.abs(speed - 0.3), -Math.abs(speed - 1.7)] : [speed, -speed]
      expect([row.info.rewardTask, b[t].info.rewardTask]).toEqual(expected)
      expect(row.reward).toBe(Object.entries(row.info).reduce((sum, [name, value]) => (name.startsWith('reward') ? sum + value : sum), 0))
    })
  })
})

/** Some steps of one environment, with random actions up to twice as large as its box. */
const steps = async (entry: EnvEntry, options: EnvOptions) => {
  const env = await entry.open(options)
  const live = env.live()
  const obs = new Float64Array(sizeOf(env.spec.observationSpace))
  live.reset(key, obs)
  const rows = Array.from({ length: 20 }, (_, t) => {
    live.step(key, sample(foldIn(key, t), env.spec.actionSpace).map((x) => 2 * x), obs)
    return { obs: obs.slice(), info: live.info(), reward: live.reward }
  })
  env.close()
  return rows
}

test('tasks that do not exist are refused', async () => {
  await expect(entryOf('cheetah-dir').open({ direction: 0 })).rejects.toThrow('cheetah-dir: option "direction" must be 1 or -1, received 0')
  await expect(entryOf('ant-dir-gymnasium').open({ direction: 2 })).rejects.toThrow('ant-dir-gymnasium: option "direction" must be 1 or -1, received 2')
  await expect(entryOf('ant-vel').open({ goal: null })).rejects.toThrow('option "goal" must be a number')
})

test("rllab's robots clip commands and charge for what is left", async () => {
  const { spec, simulator } = await openRobot(rllabAnt(velocityGoal))
  const robot = simulator()
  const obs = new Float64Array(spec.observations.length)
  robot.reset(key, obs)
  robot.step(key, new Float64Array(8).fill(7), obs)
  expect([...robot.simulation.views.ctrl]).toEqual(new Array(8).fill(150))
  // 0.005 Σ 1; the sum of eight equal terms rounds by less than 1e-15.
  expect(Math.abs(robot.info().rewardCtrl + 0.04)).toBeLessThan(1e-15)
  robot.close()
})

test("rllab's ant is paid its bonus to the end, which comes at its usual heights", async () => {
  for (const [height, ends] of [[0.55, false], [1.2, true]] as const) {
    const { spec, simulator } = await openRobot(rllabAnt(velocityGoal))
    const robot = simulator()
    robot.inject([0, 0, height, 1, 0, 0, 0, 0, 1, 0, -1, 0, -1, 0, 1], new Float64Array(14), new Float64Array(spec.observations.length))
    robot.step(key, new Float64Array(8), new Float64Array(spec.observations.length))
    expect([robot.terminated, robot.info().rewardSurvive]).toEqual([ends, 1.05])
    robot.close()
  }
})

test("the tasks on Gymnasium's robots move as these do", async () => {
  for (const [task, robot] of [['cheetah-vel-gymnasium', 'HalfCheetah-v5'], ['ant-dir-gymnasium', 'Ant-v5']]) {
    const [withTask, plain] = await Promise.all([task, robot].map((id) => steps(entryOf(id), {})))
    expect(withTask.map((row) => [row.obs, row.info.xVelocity])).toEqual(plain.map((row) => [row.obs, row.info.xVelocity]))
  }
})

test('a robot that does not run forward cannot be given such a task', async () => {
  const still = { ...ant, task: (...given: Parameters<typeof ant.task>) => ({ ...ant.task(...given), facts: [] }) }
  await expect(openRobot(gymnasiumRunner('still', still, velocityGoal, {}))).rejects.toThrow('does not run forward')
})
