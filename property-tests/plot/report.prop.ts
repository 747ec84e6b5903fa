import { beforeAll, describe, expect, it } from 'vitest'
import { parseHTML } from 'linkedom'
import { renderReport } from '../../src/plot/report.ts'
import { orderRuns } from '../../src/plot/run-groups.ts'
import { timeSpentOf } from '../../src/plot/time-spent.ts'
import type { FilmFile } from '../../src/run/film-file.ts'
import type { RunRecord } from '../../src/run/record.ts'
import { openRasteriser } from '../../src/shell/rasteriser.ts'
import { figureComplaints } from '../laws/figure.ts'
import { madeUp, type MadeUp, tuning } from './records.ts'

beforeAll(async () => {
  await openRasteriser()
})

type Page = Readonly<{ text: string; headline: string; cautions: readonly string[]; tables: readonly (readonly (readonly string[])[])[] }>

const pageOf = (html: string): Page => {
  const { document } = parseHTML(html)
  const words = (selector: string): readonly string[] =>
    [...document.querySelectorAll(selector)].map((element) => (element.textContent ?? '').replaceAll('\u00A0', ' '))
  return {
    text: (document.body.textContent ?? '').replaceAll('\u00A0', ' '),
    headline: words('.lead').join(' '),
    cautions: words('.cautions li'),
    tables: [...document.querySelectorAll('table')].map((table) =>
      [...table.querySelectorAll('tr')].map((row) =>
        [...row.querySelectorAll('th,td')].map((cell) => (cell.textContent ?? '').replaceAll('\u00A0', ' ')),
      ),
    ),
  }
}

const moving = (step: number) => ({ sigma: 0.08 - step * 0.001, learningRate: 0.001 * (step + 1) })
const pm = (seed: number, more: object = {}): RunRecord =>
  madeUp({ label: 'bierl-pm', place: `pm${seed}`, seed, outer: tuning, hyper: moving, level: 200, metaUpdates: 30, ...more })
const fixed = (seed: number, more: object = {}): RunRecord => madeUp({ label: 'fixed', place: `pm${seed}/compare/fixed`, seed, ...more })

const namesOf = (records: readonly RunRecord[]): readonly string[] => renderReport(records).figures.map(({ name }) => name)

describe('the report of a run and its comparison', () => {
  const report = renderReport([pm(1, { place: '.', name: 'quickstart' }), fixed(1, { place: 'compare/fixed' })])
  const page = pageOf(report.html)

  it('says first what was reached, after how many env steps', () => {
    expect(page.headline).toMatch(
      /^On Swimmer-v5, bierl-pm reached a return of \d+(\.\d+)? after 50 k env steps, 10 k of them spent by the outer level; fixed reached \d+(\.\d+)? after 40 k \(mean of the last 10 returns\)\.$/,
    )
    expect(page.cautions).toEqual(['One seed shows nothing about methods: compare several seeds (bilevel report DIR...).'])
  })

  it('has every figure, each a sound one, in the page and as a file', () => {
    expect(report.figures.map(({ name }) => name)).toEqual(['return', 'schedule', 'fitness', 'env-steps', 'time', 'speed'])
    for (const { name, svg } of report.figures) expect([name, ...figureComplaints(svg)]).toEqual([name])
    expect(parseHTML(report.html).document.querySelectorAll('figure > svg')).toHaveLength(6)
  })

  it('needs nothing but itself', () => {
    expect(report.html).not.toMatch(/https?:|\/\/[\w-]+\.\w/)
    expect(report.html).not.toMatch(/<script|<link|<img|<iframe|@import|url\(/i)
  })

  it('says how to make the runs again, and by which digests to know them', () => {
    expect(page.text).toContain("npx bilevel train 'made up.yaml' --seed 1")
    expect(page.text).toContain('npx bilevel train manifest.json')
    expect(page.text).toContain('npx bilevel verify .')
    expect(page.text).toContain(pm(1, { place: '.', name: 'quickstart' }).log.mark.chain)
    expect(page.text).toMatch(/learningRate: 0\.02\n/)
  })

  it('accounts for env steps and time', () => {
    expect(page.tables[0]).toEqual([
      ['run', 'seed', 'learner steps', 'env steps', 'of these outer level', 'final return (last 10)', 'best return', 'meta updates', 'state'],
      ['bierl-pm', '1', '40', '50 k', '10 k', expect.any(String), expect.any(String), '30', 'done'],
      ['fixed', '1', '40', '40 k', '0', expect.any(String), expect.any(String), '–', 'done'],
    ])
    expect(page.tables[1][1]).toEqual(['bierl-pm', '1', '80 s', '90 %', '5 %', '1 %', '4 %', '500', '2', '200 MiB', '1', '0'])
  })

  it('is the same bytes twice', () => {
    expect(renderReport([pm(1, { place: '.', name: 'quickstart' }), fixed(1, { place: 'compare/fixed' })])).toEqual(report)
  })

  it('draws both hyperparameters, and what was tried', () => {
    const svg = report.figures.find(({ name }) => name === 'schedule')?.svg ?? ''
    expect(svg).toContain('>sigma</text>')
    expect(svg).toContain('>learningRate</text>')
    expect(svg.match(/aria-label="declared range"/g)).toHaveLength(2)
    expect(svg).toContain('aria-label="tried"')
    expect(page.text).toContain('What was proposed was applied at all 80 recorded steps.')
  })
})

describe('the report of runs whose policies were filmed', () => {
  const stillLife = { views: [{ title: '', bounds: { left: 0, right: 2, bottom: 0, top: 1 }, ruler: null, scenery: [], shapes: [] }] }
  const filmOf = (episodeReturn: number): FilmFile => ({
    step: 40,
    codeVersion: '0.1.0',
    film: {
      frames: [0, 50, 100].map((step) => ({ step, returnSoFar: (step * episodeReturn) / 100, picture: stillLife })),
      envSteps: 100,
      episodeReturn,
      terminated: false,
      truncated: true,
      unstable: false,
    },
  })
  const figureOf = (...runs: readonly MadeUp[]) => renderReport(runs.map(madeUp)).figures.find(({ name }) => name === 'film')?.svg

  it('shows a strip of each, sound and inside the page', () => {
    const runs = [{ label: 'one', film: filmOf(7) }, { label: 'other', place: 'compare/other', sigma: 0.1, film: filmOf(9) }]
    const report = renderReport(runs.map(madeUp))
    expect(report.figures.map(({ name }) => name).slice(0, 2)).toEqual(['return', 'film'])
    for (const { name, svg } of report.figures) expect([name, ...figureComplaints(svg)]).toEqual([name])
    expect(report.html).toContain('One episode of the final policy')
    expect(report.html).toContain('return 7 in 100 env steps, until the time limit')
    expect(report.html).toContain('return 9 in 100 env steps, until the time limit')
  })

  it('says that a run which goes on has not shown its final policy yet', () => {
    expect(figureOf({ label: 'open', done: false, film: filmOf(7) })).toContain('One episode of the policy after 40 steps')
  })

  it('has no strip where nothing was filmed', () => {
    expect(figureOf({ label: 'blind' })).toBeUndefined()
    expect(figureOf({ label: 'empty', film: { ...filmOf(0), film: { ...filmOf(0).film, frames: [] } } })).toBeUndefined()
  })
})

describe('the report of several seeds', () => {
  const five = [1, 2, 3, 4, 5]
  const report = renderReport(five.flatMap((seed) => [pm(seed), fixed(seed)]))
  const page = pageOf(report.html)

  it('groups runs that differ in the seed alone, and gives intervals', () => {
    expect(page.headline).toMatch(/bierl-pm reached a return of [\d.]+ \[[\d.]+, [\d.]+\] after 50 k env steps.*interquartile mean/)
    expect(page.cautions).toEqual([])
    expect(report.figures[0].svg).toContain('interquartile mean of bierl-pm')
    expect(report.figures[0].svg).toContain('fixed (5 seeds)')
  })

  it('gives a verdict where the evidence allows one', () => {
    expect(page.tables[0][0]).toEqual(['bierl-pm against', 'final return, IQM', 'P(bierl-pm higher)', 'verdict', 'why'])
    expect(page.tables[0][1]).toEqual(['fixed', expect.stringMatching(/^[\d.]+ \[[\d.]+, [\d.]+\]$/), '1 [1, 1]', 'better', '–'])
  })

  it('warns of fewer than five seeds, and is undecided', () => {
    const few = pageOf(renderReport([1, 2, 3].flatMap((seed) => [pm(seed), fixed(seed)])).html)
    expect(few.cautions[0]).toMatch(/^Fewer than 5 seeds: bierl-pm has 3 seeds, fixed has 3 seeds\./)
    expect(few.tables[0][1][3]).toBe('undecided')
  })

  it('counts a seed once, however often it was run', () => {
    const ordered = orderRuns([pm(1), pm(2, { done: false, steps: 10, place: 'cut' }), pm(2), pm('2' as unknown as number, { place: 'again' })])
    expect(ordered.tasks[0].groups.map(({ runs }) => runs.map(({ record }) => record.place))).toEqual([['pm1', 'pm2']])
    expect(ordered.repeated).toEqual(['cut', 'again'])
  })

  it('names equal labels by what sets them apart', () => {
    const { tasks } = orderRuns([0.02, 0.05, 0.08].flatMap((sigma) => [fixed(1, { sigma }), fixed(2, { sigma })]))
    expect(tasks[0].groups.map(({ label, runs }) => [label, runs.length])).toEqual([
      ['fixed sigma 0.02', 2],
      ['fixed sigma 0.05', 2],
      ['fixed sigma 0.08', 2],
    ])
  })

  it('does not mix tasks, nor versions of the program without saying so', () => {
    const records = [fixed(1), fixed(1, { env: 'Hopper-v5', place: 'hopper', codeVersion: '2.0.0', exact: false })]
    expect(namesOf(records)).toEqual(expect.arrayContaining(['1-swimmer-v5-return', '2-hopper-v5-return']))
    const { cautions } = pageOf(renderReport(records).html)
    expect(cautions.some((text) => text.includes('several versions'))).toBe(true)
    expect(cautions.some((text) => text.includes('not exact'))).toBe(true)
  })

  it('serves fifty runs', () => {
    const many = renderReport(
      Array.from({ length: 50 }, (_, i) => fixed(i % 5, { place: `run${i}`, sigma: 0.01 + 0.01 * Math.floor(i / 5), steps: 12 })),
    )
    for (const { name, svg } of many.figures) expect([name, ...figureComplaints(svg)]).toEqual([name])
    expect(pageOf(many.html).headline).toContain('the most of 10')
  })
})

describe('the report of something less than a whole run', () => {
  it('says how far an interrupted run came', () => {
    const page = pageOf(renderReport([pm(1, { steps: 10, done: false })]).html)
    expect(page.tables[0][1].at(-1)).toBe('stopped at 25 %')
    expect(page.cautions).toEqual(['1 of 1 run is not done.'])
  })

  it('serves a run that has not begun', () => {
    const { html, figures } = renderReport([pm(1, { steps: 0, done: false })])
    expect(figures).toEqual([])
    expect(pageOf(html).headline).toContain('bierl-pm has no return yet')
    expect(pageOf(html).tables[0][1].at(-1)).toBe('not begun')
  })

  it('does without telemetry', () => {
    const { html, figures } = renderReport([pm(1, { telemetry: false })])
    expect(figures.map(({ name }) => name)).toEqual(['return', 'schedule', 'fitness', 'env-steps'])
    expect(html).toContain('No telemetry was found')
  })

  it('passes over telemetry that is not what it should be', () => {
    expect(
      timeSpentOf([null, 3, 'x', {}, { type: 'step' }, { type: 'step', step: 1, seconds: 'long', share: 7, envSteps: Number.NaN }]),
    ).toMatchObject({ total: 0, seconds: [0, 0, 0, 0] })
    expect(timeSpentOf([{ type: 'session' }])).toBeNull()
    const broken: RunRecord = { ...pm(1), telemetry: [{ type: 'step', step: -4, seconds: -1, share: { evaluation: 9 } }, { type: 'step' }] }
    for (const { name, svg } of renderReport([broken]).figures) expect([name, ...figureComplaints(svg)]).toEqual([name])
  })

  it('draws one step, and a run whose returns are no numbers', () => {
    for (const more of [{ steps: 1 }, { gap: [0, 40] }, { gap: [10, 20] }]) {
      for (const { name, svg } of renderReport([pm(1, more), fixed(1, more)]).figures) expect([name, ...figureComplaints(svg)]).toEqual([name])
    }
  })
})

describe('what a user wrote', () => {
  it('stays text, wherever it appears', () => {
    const evil = '<script>alert("1")</script>&\'x'
    const { html } = renderReport([
      madeUp({
        label: evil,
        place: evil,
        name: evil,
        seed: evil,
        env: evil,
        outer: { kind: evil, tune: { [evil]: { low: 0, high: 1 } } },
        codeVersion: evil,
        hyper: () => ({ [evil]: 0.5 }),
      }),
    ])
    expect(html).not.toContain('<script')
    const { document } = parseHTML(html)
    expect(document.querySelectorAll('script')).toHaveLength(0)
    expect(document.querySelector('h1')?.textContent).toContain(evil)
  })
})

describe('the caption of returns', () => {
  /** `record` with other metrics in its steps. */
  const telling = (record: RunRecord, change: (metrics: Readonly<Record<string, number>>) => Readonly<Record<string, number>>): RunRecord => ({
    ...record,
    log: { ...record.log, events: record.log.events.map((event) => (event.type === 'step' ? { ...event, metrics: change(event.metrics) } : event)) },
  })
  const textOf = (records: readonly RunRecord[]): string => pageOf(renderReport(records).html).text

  it('says whose returns they are, by what the learner tells', () => {
    expect(textOf([fixed(1)])).toContain('Return of the unperturbed policy, measured before each update.')
    expect(textOf([telling(fixed(1), (metrics) => ({ ...metrics, policyReturn: Number.NaN }))])).toContain('Return of the population')
    const gradient = telling(madeUp({ label: 'ppo', place: 'ppo', seed: 2 }), ({ policyReturn }) => ({ policyReturn }))
    expect(textOf([gradient])).toContain('Return of the last episodes of training, exploration included.')
    expect(textOf([telling(fixed(1), (metrics) => ({ ...metrics, exploredReturn: 1 }))])).toContain('Return of the adapted policies, at the tasks of each step.')
    expect(textOf([fixed(1), gradient])).toContain('measured before each update; or of the last episodes of training')
  })
})
