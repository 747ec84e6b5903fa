/** The laws of environments notice every robot that is broken on purpose, and accept the same robot unbroken. */
import { expect, test } from 'vitest'
import { openRobot } from '../../envs/mujoco/robot-simulator.ts'
import { halfCheetah } from '../../envs/mujoco/robots/half-cheetah.ts'
import { checkEnv } from '../../src/core/check-env.ts'
import { rootKey } from '../../src/core/rng.ts'
import { simulatedEnv } from '../../src/core/simulated-env.ts'
import { brokenRobots } from './robots.ts'

const options = { steps: 40, limitSteps: 0 }

test.each(brokenRobots)('a robot that %s breaks the law "%s"', async (_, law, broken) => {
  const findings = checkEnv(broken(await openRobot(halfCheetah)), rootKey('mutants'), options)
  expect(findings.filter((finding) => finding.severity === 'error').map((finding) => finding.law)).toContain(law)
})

test('the unbroken robot keeps them all', async () => {
  const { spec, simulator } = await openRobot(halfCheetah)
  const findings = checkEnv(simulatedEnv({ spec, simulator }), rootKey('mutants'), options)
  expect(findings.filter((finding) => finding.severity !== 'note')).toEqual([])
})
