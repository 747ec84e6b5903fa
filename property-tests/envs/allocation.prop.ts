/** No step of any environment allocates: garbage collection never interrupts a rollout for the sake of an environment. */
import { describe, expect, test } from 'vitest'
import { box2dEntries } from '../../envs/box2d/index.ts'
import { classicEntries } from '../../envs/classic/index.ts'
import { mujocoEntries } from '../../envs/mujoco/index.ts'
import { taskEntries } from '../../envs/tasks/index.ts'
import { stepAllocation } from '../laws/allocation.ts'

describe('a step allocates nothing', () => {
  test.each([...mujocoEntries, ...taskEntries, ...classicEntries].map((entry) => [entry.id, entry] as const))('%s', async (_, entry) => {
    const env = await entry.open({})
    const { objects, places } = stepAllocation(env, { within: 0.04 })
    env.close()
    // one object per step would be 1; the runtime itself sometimes makes one or two, when it optimises a function or grows a table
    expect(objects, places.join(', ')).toBeLessThan(0.05)
  })
})

describe('a step allocates nothing but for contacts that begin, and in planck', () => {
  test.each(box2dEntries.map((entry) => [entry.id, entry] as const))('%s', async (_, entry) => {
    const env = await entry.open({})
    const ours = stepAllocation(env, { steps: 120, within: 1.9, isOurs: (url) => !url.includes('/planck/') })
    env.close()
    // a robot that stumbles over a course meets a new piece of ground now and then; each costs some twenty objects in our files, once
    expect(ours.objects, ours.places.join(', ')).toBeLessThan(2)
  })
})
