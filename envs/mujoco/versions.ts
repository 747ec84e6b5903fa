/**
 * The earlier versions of the robots, -v4 and -v2, each as the switches in which it differs from -v5.
 *
 * - **-v4** ran on engines 2.1.1 to 3.4: exact capsules, contact margins by maximum.
 * - **-v2** is what most papers used, on mujoco-py and engine 2.0: legacy capsules and, since nothing filled them, contact forces
 *   of zero, so that most inputs of Ant and Humanoid are constant and nothing is charged for contacts.
 *
 * Every switch is an option, so that mixtures can be named too: Ant-v2 with `contactForces: "live"` is what engine 1.5 gave;
 * Ant-v4 with `includeCfrcExtInObservation: true` and `contactCostWeight: 5e-4` is Gym's `use_contact_forces=True`.
 *
 * *Source:* openai/gym 0.15.7 and 0.17.2 (-v2), Gymnasium 0.26 to 0.29 (-v4); MuJoCo changelog 2.1.1, 2.2.1, 3.5.0.
 * *Deviations:* 1. options that these versions did not have can be set. 2. what else changed in the engine changes last digits only.
 * 3. -v2 and -v4 ended a diverged episode by their own checks; here every robot reports it (`unstable`).
 */
import type { EnvEntry } from '../../src/core/env.ts'
import { robotEntry } from './robot-simulator.ts'
import type { Robot, RobotOptions } from './robot.ts'
import { ant } from './robots/ant.ts'
import { halfCheetah } from './robots/half-cheetah.ts'
import { hopper } from './robots/hopper.ts'
import { humanoid } from './robots/humanoid.ts'
import { humanoidStandup } from './robots/humanoid-standup.ts'
import { invertedDoublePendulum } from './robots/inverted-double-pendulum.ts'
import { invertedPendulum } from './robots/inverted-pendulum.ts'
import { pusher } from './robots/pusher.ts'
import { reacher } from './robots/reacher.ts'
import { swimmer } from './robots/swimmer.ts'
import { walker2d } from './robots/walker-2d.ts'

/** `robot` under another version's id and defaults. */
const version = <O extends RobotOptions>(robot: Robot<O>, name: 'v2' | 'v4', defaults: O): EnvEntry => {
  const id = robot.id.replace('v5', name)
  return robotEntry({ ...robot, id, source: robot.source.replace(`Gymnasium ${robot.id}`, `Gym ${id}`), options: defaults })
}

/** -v4 and -v2 of `robot`: `earlier` are the switches of both, `v4` and `v2` those of one. */
const versions = <O extends RobotOptions>(
  robot: Robot<O>,
  { earlier = {}, v4 = {}, v2 = {} }: Readonly<{ earlier?: Partial<O>; v4?: Partial<O>; v2?: Partial<O> }> = {},
): readonly EnvEntry[] => {
  const common: O = { ...robot.options, margins: 'max', ...earlier }
  return [version(robot, 'v4', { ...common, ...v4 }), version(robot, 'v2', { ...common, inertials: 'legacyCapsule', ...v2 })]
}

const paidToTheEnd = { terminalBonus: true }
const deadContacts = { contactForces: 'zero' } as const

export const earlierEntries: readonly EnvEntry[] = [
  versions(halfCheetah),
  versions(hopper, { earlier: paidToTheEnd }),
  versions(swimmer),
  versions(invertedPendulum, { earlier: paidToTheEnd }),
  versions(walker2d, { earlier: { ...paidToTheEnd, rightFootFriction: 0.9 } }),
  versions(ant, {
    earlier: { ...paidToTheEnd, includeWorldInObservation: true },
    v4: { includeCfrcExtInObservation: false, contactCostWeight: 0 },
    v2: deadContacts,
  }),
  versions(humanoid, { earlier: { ...paidToTheEnd, includeWorldInObservation: true }, v2: { ...deadContacts, clampControlCost: true } }),
  versions(humanoidStandup, { earlier: { includeWorldInObservation: true }, v2: { ...deadContacts, clampControlCost: true } }),
  versions(invertedDoublePendulum, { earlier: { ...paidToTheEnd, includePoleTorquesInObservation: true } }),
  versions(reacher, { earlier: { rewardBeforeStep: true, includeHeightInObservation: true } }),
  versions(pusher, { earlier: { rewardBeforeStep: true, object: 'sphereAndCylinder' } }),
].flat()
