import { beforeAll, describe, expect, test } from 'vitest'
import type { ExperimentEvent } from '../../src/experiment/experiment.ts'
import type { DeclaredRange } from '../../src/plot/schedules.ts'
import { lineages } from '../../src/plot/lineages.ts'
import { openRasteriser } from '../../src/shell/rasteriser.ts'
import { figureComplaints } from '../laws/figure.ts'
import { traceOf } from '../outer/learner-runs.ts'

const tune = { sigma: { low: 0.02, high: 0.5, scale: 'log' }, learningRate: { low: 0.001, high: 0.5, scale: 'log' } } as const
const ranges: ReadonlyMap<string, DeclaredRange> = new Map(Object.entries(tune))
const words = { title: 'The population of <pbt> & co', valueLabel: 'fitness' }

const runOf = async (outer: object): Promise<readonly ExperimentEvent[]> => {
  const task = { kind: 'problem', problem: { id: 'noisy-sphere', options: { dimension: 5 } } }
  return (await traceOf({ task, learner: { kind: 'vanilla-es', popsize: 6 }, outer, budget: { steps: 40 } })).events
}

const countOf = (svg: string, label: string): number => [...svg.matchAll(/aria-label="([^"]*)"/g)].filter(([, found]) => found === label).length

describe('a figure of lineages', () => {
  beforeAll(async () => {
    await openRasteriser() // the laws read figures with its renderer
  })

  test('shows every member, every takeover and the best lineage of each quantity, and obeys the laws of figures', async () => {
    const events = await runOf({ kind: 'pbt', members: 4, readyEvery: 35, tune })
    const svg = lineages(events, ranges, words) ?? ''
    expect(figureComplaints(svg)).toEqual([])
    const copies = events.flatMap((event) => (event.type === 'members' ? event.changes.filter(({ copyFrom }) => copyFrom !== null) : []))
    expect(copies.length).toBeGreaterThan(4)
    expect(countOf(svg, 'goes on with')).toBe(3 * copies.length) // return, sigma, learning rate
    for (const member of [0, 1, 2, 3]) expect(countOf(svg, `member ${member}`)).toBe(3)
    expect(countOf(svg, 'lineage of the best')).toBe(3)
    expect(lineages(events, ranges, words)).toBe(svg)
  })

  test('is not drawn of one learner, and stands what is not a number', async () => {
    expect(lineages(await runOf({ kind: 'random', tune }), ranges, words)).toBeNull()
    expect(lineages([], ranges, words)).toBeNull()
    const events = (await runOf({ kind: 'pbt', members: 3, readyEvery: 35, tune })).map((event) =>
      event.type === 'step' && event.step % 3 === 0 ? { ...event, metrics: { ...event.metrics, policyReturn: event.member === 0 ? Infinity : Number.NaN, fitnessMean: Number.NaN } } : event,
    )
    expect(figureComplaints(lineages(events, new Map(), words) ?? '')).toEqual([])
  })
})
