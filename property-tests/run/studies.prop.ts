import { beforeAll, describe, expect, it } from 'vitest'
import { envEntries } from '../../envs/index.ts'
import type { Json } from '../../src/core/env.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import { studyReport } from '../../src/plot/study-report.ts'
import { resolveConfig } from '../../src/run/config.ts'
import type { ExperimentEvent } from '../../src/experiment/experiment.ts'
import type { Curve } from '../../src/run/curve.ts'
import { curveOfBest } from '../../src/run/curve.ts'
import { epgtStudies } from '../../src/run/studies/epgt.ts'
import type { ArmRuns, Study, StudyArena } from '../../src/run/studies/study.ts'
import { cellsOf, extentOf, findingsOf } from '../../src/run/studies/study.ts'
import { openRasteriser } from '../../src/shell/rasteriser.ts'
import { figureComplaints } from '../laws/figure.ts'
import { registry } from './config-samples.ts'

beforeAll(async () => {
  await openRasteriser()
})

const arenas = epgtStudies.flatMap((study) => study.arenas.map((arena) => [study.name, arena.name, study, arena] as const))

describe.each(arenas)('%s, %s', (_study, _arena, study, arena) => {
  it('has sound configs, each in a place of its own', () => {
    const cells = cellsOf(study, arena, extentOf(arena, null, 2))
    cells.forEach(({ config, label }) => {
      const resolved = resolveConfig(config, { ...registry, envs: envEntries })
      expect([label, resolved._tag === 'Left' ? resolved.left : []]).toEqual([label, []])
    })
    expect(new Set(cells.map(({ place }) => place)).size).toBe(cells.length)
    const steps = Math.round(arena.envSteps * arena.reduced.share)
    cells.forEach(({ config, arm: label }) => {
      const { members = 1 } = arena.arms.find((each) => each.label === label) ?? {}
      expect(config.budget).toEqual({ envSteps: steps * members })
    })
  })

  it('claims something of arms that it has, and has every arm once', () => {
    const labels = arena.arms.map(({ label }) => label)
    expect(new Set(labels).size).toBe(labels.length)
    expect(arena.claims.length).toBeGreaterThan(0)
    arena.claims.forEach(({ better, than }) => expect([labels.includes(better), labels.includes(than)]).toEqual([true, true]))
  })

  it('lets ε fall over half of the run, or a twentieth where that is asked, however long the run is', () => {
    const settings = cellsOf(study, arena, { envSteps: 1000, seeds: 1 }).map(({ config }) => config.outer as Readonly<Record<string, Json>>)
    const epgt = settings.filter(({ kind }) => kind === 'epgt')
    expect(epgt.length).toBeGreaterThan(0)
    epgt.forEach(({ epsilon }) => expect([{ envSteps: 500 }, { envSteps: 50 }]).toContainEqual(epsilon))
  })
})

/** A finished run that ends around `level`. */
const madeUp = (seed: number, level: number): ArmRuns['runs'][number] => {
  const envSteps = Float64Array.from({ length: 40 }, (_, i) => 500 * (i + 1))
  const noise = normals(foldIn(rootKey('study'), seed), 40)
  const nothing = new Float64Array(40).fill(Number.NaN)
  const curve: Curve = {
    step: envSteps.map((_, i) => i),
    envSteps,
    meanReturn: envSteps.map((_, i) => level * (i / 39) + noise[i]),
    fitness: { min: nothing, q25: nothing, median: nothing, q75: nothing, max: nothing },
    hyper: { learningRate: envSteps.map((_, i) => 1e-3 * (1 + (i % 3))) },
    spent: { learner: 20_000, outer: 0, total: 20_000 },
    metaUpdates: 100,
    done: true,
  }
  return { seed, curve, digest: `digest-${seed}` }
}

describe('the curve of a population', () => {
  const step = (member: number, at: number, policyReturn: number): ExperimentEvent => {
    const envSteps = { learner: at, outer: 0, total: at }
    return { type: 'step', step: at, member, proposed: {}, applied: {}, metrics: { policyReturn }, outer: {}, envSteps, episodes: 1, unstable: 0 }
  }
  it('is that of the member which ended highest; a member without a return is no candidate', () => {
    const events = [0, 1, 2].flatMap((at) => [step(0, at, Number.NaN), step(1, at, 5), step(2, at, at === 2 ? 20 : 0), step(3, at, 5)])
    expect(Array.from(curveOfBest(events).meanReturn)).toEqual([0, 0, 20])
    expect(Array.from(curveOfBest(events.slice(0, 2)).meanReturn)).toEqual([5])
    expect(curveOfBest([]).step.length).toBe(0)
  })
})

const study = epgtStudies.find(({ name }) => name === 'epgt-fig4') as Study
const [arena] = study.arenas as readonly [StudyArena]
const arm = (label: string, level: number, seeds: number): ArmRuns => ({ label, runs: Array.from({ length: seeds }, (_, i) => madeUp(i + 1, level)) })
const whole = { envSteps: arena.envSteps, seeds: arena.seeds }
const findingOf = (arms: readonly ArmRuns[], than: string, extent = whole) => findingsOf(arena, extent, arms).find(({ claim }) => claim.than === than)

describe('a claim', () => {
  const arms = [arm('EPGT', 50, 5), arm('random mapping', 0, 5), arm('K_w 1', 100, 5), arm('K_w 5', 50, 5)]
  it('is held, not held or undecided by the runs', () => {
    expect(findingOf(arms, 'random mapping')?.finding).toBe('held')
    expect(findingOf(arms, 'K_w 1')?.finding).toBe('not held')
    expect(findingOf(arms, 'K_w 5')?.finding).toBe('undecided')
  })
  it('is undecided by itself below the seeds of the paper or half of its env steps', () => {
    expect(findingOf([arm('EPGT', 50, 4), arm('K_w 1', 100, 5)], 'K_w 1')).toMatchObject({ finding: 'undecided', reason: "4 of the paper's 5 seeds" })
    const short = findingOf(arms, 'K_w 1', { ...whole, envSteps: 9_999 })
    expect(short).toMatchObject({ finding: 'undecided', reason: "9999 of the paper's 20000 env steps" })
    expect(findingOf(arms, 'K_w 1', { ...whole, envSteps: 10_000 })?.finding).toBe('not held')
  })
  it('of an arm that was not run is not spoken of', () => {
    expect(findingOf(arms, 'N_order 0')).toBeUndefined()
  })
})

describe('the report of a study', () => {
  const arms = [arm('EPGT', 50, 5), arm('fixed 7e-4', 20, 5)]
  const report = studyReport(study, [{ arena, extent: whole, arms }], '`bilevel reproduce epgt-fig4`')
  it('says in every figure how much of the paper it shows, and draws soundly', () => {
    expect(report.figures.map(({ name }) => name)).toEqual(['epgt-fig4-mountain-car', 'epgt-fig4-mountain-car-learningRate'])
    report.figures.forEach(({ svg }) => expect(figureComplaints(svg)).toEqual([]))
    expect(report.figures[0].svg).toContain('all of the paper&#39;s')
    report.figures.forEach(({ name }) => expect(report.page).toContain(`(${name}.svg)`))
    const reduced = studyReport(study, [{ arena, extent: { envSteps: 2000, seeds: 2 }, arms }], 'it')
    expect(reduced.page).toContain("2000 env steps (10\u00A0% of the paper's 20\u00A0k), 2 of 5 seeds.")
  })
  it('names what was not run and what is out of reach', () => {
    expect(report.page).toContain('Not run: random mapping, K_w 1, K_w 5, N_order 0, N_order 4.')
    expect(report.page).toContain('Fig. 4b (K_w on Alien)')
    expect(studyReport(study, [{ arena, extent: whole, arms: [] }], 'it').page).toContain('Not run: MountainCarContinuous.')
  })
  it('keeps the numbers: digests, final returns, findings', () => {
    expect(JSON.parse(JSON.stringify(report.record))).toMatchObject({
      study: 'epgt-fig4',
      arenas: [{ arena: 'mountain-car', arms: [{ label: 'EPGT', runs: [{ seed: 1, digest: 'digest-1' }, {}, {}, {}, {}] }, {}], findings: [{ finding: 'held' }] }],
    })
  })
})
