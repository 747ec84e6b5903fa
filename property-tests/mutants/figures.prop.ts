import { beforeAll, describe, expect, it } from 'vitest'
import { learningCurves } from '../../src/plot/learning-curves.ts'
import { openRasteriser } from '../../src/shell/rasteriser.ts'
import { figureComplaints, figureLaws } from '../laws/figure.ts'
import { figureFaults } from './figures.ts'

const sound = learningCurves([
  {
    label: 'a',
    runs: [
      {
        seed: 1,
        points: [
          { envSteps: 10, value: 1 },
          { envSteps: 20, value: 2 },
        ],
      },
    ],
  },
])

describe('the laws of figures', () => {
  beforeAll(async () => {
    await openRasteriser()
  })

  it('have nothing against a sound one', () => expect(figureComplaints(sound)).toEqual([]))

  it.each(figureFaults)('catch one that $fault', ({ law, spoil }) => {
    const spoiled = spoil(sound)
    expect(spoiled).not.toBe(sound)
    expect(figureLaws.find(({ name }) => name === law)?.complaint(spoiled)).not.toBeNull()
  })

  it('are each needed', () => expect(new Set(figureFaults.map(({ law }) => law))).toEqual(new Set(figureLaws.map(({ name }) => name))))
})
