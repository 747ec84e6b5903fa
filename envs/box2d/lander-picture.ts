/**
 * What the lunar lander looks like: the ground with the pad between its flags, the craft, and a flame at each engine that fired.
 *
 * *Source:* Gymnasium `LunarLander-v3` (window, places of flags and nozzles). *Deviations:* 1. flames instead of particles.
 */
import { windowAround } from '../../src/core/picture-frame.ts'
import type { Picture, Point, Shape } from '../../src/core/picture.ts'
import type { LanderWorld } from './lander-world.ts'
import { flagAt, partShape, placeOn } from './part-outline.ts'
import { scale, width } from './robot-parts.ts'

/** Throttles 0 … 1 of the last step, and the side (−1 or 1) to which the side engines pushed. */
export type Thrust = Readonly<{ main: number; side: number; direction: number }>

const window = { left: 0, right: width, bottom: 0, top: 14.6 }
/** Of the ground's points, those at the ends of the pad. */
const padEnds = [4, 6]

const flames = ({ hull }: LanderWorld, { main, side, direction }: Thrust): readonly Shape[] => {
  const place = placeOn(hull)
  const flame = (...points: readonly Point[]): Shape => ({ kind: 'polygon', points: points.map(([x, y]) => place(x / scale, y / scale)), tone: 'thrust' })
  const at = -direction * 15
  return [
    ...(main > 0 ? [flame([-7, -10], [7, -10], [0, -12 - 30 * main])] : []),
    ...(side > 0 ? [flame([at, 17], [at, 9], [at - direction * (4 + 14 * side), 13])] : []),
  ]
}

/** Draws a world and the `thrust` of the step that led to it. */
export const landerPicture = (world: LanderWorld, thrust: Thrust): Picture => {
  const { hull, legs, surface } = world
  const centre = placeOn(hull)(0, 0)
  const shapes: readonly Shape[] = [
    ...flames(world, thrust),
    // a leg turns around the centre of the hull, as if held by a strut
    ...legs.flatMap((leg): readonly Shape[] => [{ kind: 'line', points: [centre, placeOn(leg)(0, 0)], tone: 'limb' }, partShape(leg, 'limb')]),
    partShape(hull, 'body'),
  ]
  const bounds = windowAround(window, shapes)
  const ground: Shape = { kind: 'polygon', points: [[0, bounds.bottom], ...surface.map(({ x, y }): Point => [x, y]), [width, bounds.bottom]], tone: 'ground' }
  const flags = padEnds.flatMap((i) => flagAt([surface[i].x, surface[i].y]))
  return { views: [{ title: '', bounds, ruler: null, scenery: [ground, ...flags], shapes }] }
}
