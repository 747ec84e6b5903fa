/**
 * What Humanoid and HumanoidStandup share: joints, drives, the table of observations and how it is filled.
 *
 * *Source:* Gymnasium, `Humanoid-v5` and `HumanoidStandup-v5`. *Deviations:* none.
 */
import type { Quantity } from '../../src/core/env.ts'
import type { Views } from './engine.ts'
import { append, motor, observed, sumOfClippedSquares, sumOfSquares, type ContactForces } from './robot.ts'
import { contactForceTable, freeBodyTable, inertiaTable, velocityTable } from './spatial-tables.ts'

const legJoints = (side: string): readonly string[] => [`${side} hip about x`, `${side} hip about z`, `${side} hip about y`, `${side} knee`]
const armJoints = (side: string): readonly string[] => [`first axis of the ${side} shoulder`, `second axis of the ${side} shoulder`, `${side} elbow`]
const limbJoints = [...legJoints('right'), ...legJoints('left'), ...armJoints('right'), ...armJoints('left')]
const waist = (axis: string): string => `abdomen about ${axis}`

const joints = [...['z', 'y', 'x'].map(waist), ...limbJoints]
const legBodies = (side: string): readonly string[] => [`${side} thigh`, `${side} shin`, `${side} foot`]
const armBodies = (side: string): readonly string[] => [`${side} upper arm`, `${side} lower arm`]
const bodies = ['torso', 'lower waist', 'pelvis', ...legBodies('right'), ...legBodies('left'), ...armBodies('right'), ...armBodies('left')]

/** Largest command of a drive. */
const largestCommand = 0.4

/** The drives take the abdomen in another order than the joints do. */
export const humanoidActions: readonly Quantity[] = [...['y', 'z', 'x'].map(waist), ...limbJoints].map((name) => motor(name, largestCommand))

/** Options of both tasks with Gymnasium's defaults: which parts are observed, and how earlier versions differed. */
export const humanoidOptions = {
  excludeCurrentPositionsFromObservation: true,
  includeCinertInObservation: true,
  includeCvelInObservation: true,
  includeQfrcActuatorInObservation: true,
  includeCfrcExtInObservation: true,
  /** Observe the constant zeros too, as before v5: the world's rows, and the drive torques of the free joint. */
  includeWorldInObservation: false,
  contactForces: 'live' as ContactForces,
  /** Charge the control cost for the action clipped to the drives' range, as engines before 2.2.1 did by clipping it in place. */
  clampControlCost: false,
}

// Entries of the world, or of the free joint, at the start of each of the engine's arrays; they are constant zero.
const inertiasOfWorld = 10
const velocitiesOfWorld = 6
const forcesOfWorld = 6
const forcesOfFreeJoint = 6

const driveTorques = joints.map((name) => observed(`drive torque at the ${name}`, 'N m'))
const freeJointForces = [
  ...['x', 'y', 'z'].map((axis) => observed(`${axis} drive force on the torso`, 'N')),
  ...['x', 'y', 'z'].map((axis) => observed(`${axis} drive torque on the torso`, 'N m')),
]

/** The table of observations and the function that fills it. */
export const humanoidObservations = (
  chosen: typeof humanoidOptions,
): Readonly<{ observations: readonly Quantity[]; observe(views: Views, obs: Float64Array): void }> => {
  const world = chosen.includeWorldInObservation
  const rows = world ? ['world', ...bodies] : bodies
  const hidden = chosen.excludeCurrentPositionsFromObservation ? 2 : 0
  const { includeCinertInObservation, includeCvelInObservation, includeQfrcActuatorInObservation, includeCfrcExtInObservation } = chosen
  return {
    observations: [
      ...freeBodyTable('torso', joints, hidden),
      ...(includeCinertInObservation ? inertiaTable(rows) : []),
      ...(includeCvelInObservation ? velocityTable(rows) : []),
      ...(includeQfrcActuatorInObservation ? [...(world ? freeJointForces : []), ...driveTorques] : []),
      ...(includeCfrcExtInObservation ? contactForceTable(rows) : []),
    ],
    observe({ qpos, qvel, cinert, cvel, qfrcActuator, cfrcExt }, obs) {
      let at = append(obs, append(obs, 0, qpos, hidden), qvel)
      if (includeCinertInObservation) at = append(obs, at, cinert, world ? 0 : inertiasOfWorld)
      if (includeCvelInObservation) at = append(obs, at, cvel, world ? 0 : velocitiesOfWorld)
      if (includeQfrcActuatorInObservation) at = append(obs, at, qfrcActuator, world ? 0 : forcesOfFreeJoint)
      if (includeCfrcExtInObservation) append(obs, at, cfrcExt, world ? 0 : forcesOfWorld)
    },
  }
}

/** Σ aᵢ² that the control cost charges. */
export const humanoidEffort = (action: Float64Array, clamped: boolean): number =>
  clamped ? sumOfClippedSquares(action, largestCommand) : sumOfSquares(action)

/** clip(weight · Σ forces², low, high), the cost of hitting things. */
export const impactCost = (cfrcExt: Float64Array, weight: number, low: number, high: number): number =>
  Math.max(low, Math.min(high, weight * sumOfSquares(cfrcExt)))
