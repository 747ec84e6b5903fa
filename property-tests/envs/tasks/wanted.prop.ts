/** Pictures of tasks show the velocity that is wanted. */
import { describe, expect, test } from 'vitest'
import { envEntries } from '../../../envs/index.ts'
import type { Shape } from '../../../src/core/picture.ts'
import { foldIn, rootKey } from '../../../src/core/rng.ts'

const key = rootKey('wanted')

describe('the velocity that a task wants', () => {
  const arrows = async (id: string, options: Record<string, number>) => {
    const entry = envEntries.find((candidate) => candidate.id === id)
    if (entry === undefined) throw new Error(`no environment ${id}`)
    const env = await entry.open(options)
    const { state } = env.reset(foldIn(key, 0))
    const { views } = env.picture?.(state) ?? { views: [] }
    expect(views.length).toBeGreaterThan(0)
    env.close()
    return views.map(({ shapes }) => shapes.filter(({ tone }) => tone === 'goal'))
  }
  /** From where to where an arrow points, along x. */
  const spanOf = ([shaft, head]: readonly Shape[]): number => {
    if (shaft.kind !== 'line' || head.kind !== 'polygon') throw new Error('no arrow')
    return head.points[1][0] - shaft.points[0][0]
  }

  test.each(['cheetah-vel', 'cheetah-vel-gymnasium', 'ant-vel', 'ant-vel-gymnasium'])('%s: an arrow of half a second, a dot for standing still', async (id) => {
    for (const view of await arrows(id, { goal: 1.2 })) expect(spanOf(view)).toBeCloseTo(0.6, 12)
    for (const view of await arrows(id, { goal: 0 })) expect(view.map(({ kind }) => kind)).toEqual(['circle'])
  })

  test.each(['cheetah-dir', 'cheetah-dir-gymnasium', 'ant-dir', 'ant-dir-gymnasium'])('%s: an arrow in the direction', async (id) => {
    for (const direction of [1, -1]) for (const view of await arrows(id, { direction })) expect(spanOf(view)).toBeCloseTo(0.5 * direction, 12)
  })

  test('is none where a task names none', async () => {
    expect((await arrows('HalfCheetah-v5', {})).flat()).toEqual([])
  })
})
