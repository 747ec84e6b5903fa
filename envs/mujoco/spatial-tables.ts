/**
 * Tables of the observations that robots with a free body share: its pose and velocity, its joints, and what the engine knows of
 * each body (inertia, velocity, contact force). All rows per body leave the world out.
 *
 * *Source:* Gymnasium's MuJoCo environments, v5; the engine's `cinert`, `cvel`, `qfrc_actuator` and `cfrc_ext`.
 * *Deviations:* none.
 */
import type { Quantity } from '../../src/core/env.ts'
import { observed } from './robot.ts'

const axes = ['x', 'y', 'z']

/** Position, quaternion and joint angles, then velocities in the same order; without the first `hidden` positions. */
export const freeBodyTable = (body: string, joints: readonly string[], hidden: number): readonly Quantity[] =>
  [
    ...axes.map((axis) => observed(`${axis} position of the ${body}`, 'm')),
    ...['w', 'x', 'y', 'z'].map((part) => observed(`${part} of the orientation quaternion of the ${body}`, '1')),
    ...joints.map((name) => observed(`angle of the ${name}`, 'rad')),
    ...axes.map((axis) => observed(`${axis} velocity of the ${body}`, 'm/s')),
    ...axes.map((axis) => observed(`${axis} angular velocity of the ${body}`, 'rad/s')),
    ...joints.map((name) => observed(`angular velocity of the ${name}`, 'rad/s')),
  ].slice(hidden)

/** Per body: torque and force from contacts, about the centre of mass of the whole, clipped to [low, high]. */
export const contactForceTable = (bodies: readonly string[], low = -Infinity, high = Infinity): readonly Quantity[] =>
  bodies.flatMap((body) => [
    ...axes.map((axis) => ({ name: `${axis} contact torque on the ${body}`, unit: 'N m', low, high })),
    ...axes.map((axis) => ({ name: `${axis} contact force on the ${body}`, unit: 'N', low, high })),
  ])

/** Per body: inertia about the centre of mass of the whole (six entries), mass times offset (three), mass. */
export const inertiaTable = (bodies: readonly string[]): readonly Quantity[] =>
  bodies.flatMap((body) => [
    ...['xx', 'yy', 'zz', 'xy', 'xz', 'yz'].map((entry) => observed(`${entry} inertia of the ${body}`, 'kg m²')),
    ...axes.map((axis) => observed(`${axis} mass moment of the ${body}`, 'kg m')),
    observed(`mass of the ${body}`, 'kg'),
  ])

/** Per body: angular, then linear velocity about the centre of mass of the whole. */
export const velocityTable = (bodies: readonly string[]): readonly Quantity[] =>
  bodies.flatMap((body) => [
    ...axes.map((axis) => observed(`${axis} angular velocity of the ${body} about the centre of mass`, 'rad/s')),
    ...axes.map((axis) => observed(`${axis} velocity of the ${body} at the centre of mass`, 'm/s')),
  ])
