/**
 * Robots that are broken on purpose, each in the way that one law of environments is there to notice.
 *
 * *Source:* house rule 9, mutants. *Deviations:* the deviations are the point.
 */
import type { OpenedRobot, RobotSimulator } from '../../envs/mujoco/robot-simulator.ts'
import type { Env } from '../../src/core/env.ts'
import { simulatedEnv, type Simulator } from '../../src/core/simulated-env.ts'

/** `inner` with some methods replaced; the fields stay those of `inner`. */
const altered = (inner: RobotSimulator, changes: Partial<Simulator>): Simulator => {
  const { reset, step, save, restore, info, close } = inner
  return Object.defineProperties({ reset, step, save, restore, info, close, ...changes } as Simulator, {
    reward: { get: () => inner.reward },
    terminated: { get: () => inner.terminated },
    unstable: { get: () => inner.unstable },
  })
}

const warmStart = (inner: RobotSimulator): Float64Array => inner.simulation.data.qacc_warmstart as Float64Array

/** The solver's warm start is lost on the way through a snapshot. */
const forgetsWarmStart = (inner: RobotSimulator): Simulator =>
  altered(inner, {
    restore(bytes) {
      inner.restore(bytes)
      warmStart(inner).fill(0)
    },
  })

/** What the task remembers (the position before the step) is lost on the way through a snapshot. */
const forgetsMemory = (inner: RobotSimulator): Simulator =>
  altered(inner, {
    save() {
      const bytes = inner.save()
      return bytes.fill(0, bytes.length - 8)
    },
  })

/** The solver's warm start of the last episode survives the reset. */
const staleReset = (inner: RobotSimulator): Simulator =>
  altered(inner, {
    reset(key, obs) {
      const before = warmStart(inner).slice()
      inner.reset(key, obs)
      warmStart(inner).set(before)
    },
  })

/** A step adds to the observation what the simulator has done in its life. */
const countsItsSteps = (inner: RobotSimulator): Simulator => {
  let steps = 0
  return altered(inner, {
    step(key, action, obs) {
      inner.step(key, action, obs)
      obs[0] += 1e-12 * steps++
    },
  })
}

const perFace =
  (mutate: (inner: RobotSimulator) => Simulator) =>
  ({ spec, simulator }: OpenedRobot): Env<Uint8Array> =>
    simulatedEnv({ spec, simulator: () => mutate(simulator()) })

/** All faces share one simulator. */
const sharedSimulator = ({ spec, simulator }: OpenedRobot): Env<Uint8Array> => {
  const only = simulator()
  return simulatedEnv({ spec, simulator: () => only })
}

/** Each broken environment with a law that must name it. */
export const brokenRobots = [
  ['forgets the warm start in a snapshot', 'live-equals-pure', perFace(forgetsWarmStart)],
  ['forgets what the task remembers in a snapshot', 'live-equals-pure', perFace(forgetsMemory)],
  ['keeps the warm start over a reset', 'repeatable', perFace(staleReset)],
  ['observes its own age', 'repeatable', perFace(countsItsSteps)],
  ['shares one simulator between its copies', 'copies-independent', sharedSimulator],
] as const
