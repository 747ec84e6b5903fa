/**
 * A planck that other code loaded first computes with the platform's maths and is refused. In a file of its own, because a module
 * is loaded once per process.
 */
import { Rot } from 'planck'
import { expect, test } from 'vitest'
import { loadPlanck } from '../../../envs/box2d/load-planck.ts'
import { lunarLander } from '../../../envs/box2d/lunar-lander.ts'
import { sin } from '../../../src/core/dmath.ts'

const angles = Array.from({ length: 1000 }, (_, i) => 0.0137 * (i - 500))
// on a platform whose sine happened to equal ours there would be nothing to refuse
const same = angles.every((angle) => new Rot(angle).s === sin(angle))

test.skipIf(same)('a planck with the maths of the platform is refused', async () => {
  await expect(loadPlanck()).rejects.toThrow('planck was loaded before the Box2D environments')
  await expect(lunarLander.open({})).rejects.toThrow('planck was loaded before the Box2D environments')
})
