/**
 * Distributions of tasks, and each of their environments as an entry of the registry, so that a config can name a single task.
 *
 * *Source:* Finn, Abbeel and Levine 2017, arXiv 1703.03400, section 5.3. *Deviations:* none.
 */
import type { EnvEntry } from '../../src/core/env.ts'
import { uniform } from '../../src/core/rng.ts'
import { entryFamily, type TaskFamily } from '../../src/core/task-family.ts'
import { robotEntry } from '../mujoco/robot-simulator.ts'
import { ant } from '../mujoco/robots/ant.ts'
import { halfCheetah } from '../mujoco/robots/half-cheetah.ts'
import { gymnasiumRunner } from './gymnasium-runner.ts'
import { drawnGoal, navigation } from './navigation.ts'
import { rllabAnt } from './rllab-ant.ts'
import { rllabCheetah } from './rllab-cheetah.ts'
import { directionGoal, velocityGoal, type RunningGoal } from './running-goal.ts'

/** Largest speeds that are asked for, in m/s. */
const fastestCheetah = 2
const fastestAnt = 3

const family = (entry: EnvEntry, goal: RunningGoal, fastest: number): Readonly<{ entry: EnvEntry; family: TaskFamily }> =>
  ({ entry, family: entryFamily(entry, (key) => goal.draw(uniform(key), fastest)) })

const families = [velocityGoal, directionGoal].flatMap((goal) => [
  family(robotEntry(rllabCheetah(goal)), goal, fastestCheetah),
  family(robotEntry(rllabAnt(goal)), goal, fastestAnt),
  family(robotEntry(gymnasiumRunner('cheetah', halfCheetah, goal, { ctrlCostWeight: 0.05 })), goal, fastestCheetah),
  family(robotEntry(gymnasiumRunner('ant', ant, goal, { ctrlCostWeight: 0.005, healthyReward: goal.antBonus, terminalBonus: true })), goal, fastestAnt),
])

export const taskEntries: readonly EnvEntry[] = [...families.map((each) => each.entry), navigation]

export const taskFamilies: readonly TaskFamily[] = [...families.map((each) => each.family), entryFamily(navigation, drawnGoal)]
